const { registerHooks } = process.getBuiltinModule('node:module');

/** The import that handlers write. */
const SPECIFIER = 'cdk-cached-function/runtime';

/**
 * Makes code that was not bundled by us find the runtime under the name it imports it by, whether it says `import` or
 * `require`, and whatever lies in its own node_modules.
 *
 * @param layer where the layer's own files lie
 */
export function resolveRuntimeImport(layer: string): void {
  registerHooks({
    resolve: (specifier, context, next) => specifier === SPECIFIER
      ? { url: new URL(`./import-shim.${context.conditions.includes('import') ? 'mjs' : 'cjs'}`, layer).href, shortCircuit: true }
      : next(specifier, context),
  });
}
