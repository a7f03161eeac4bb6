const { registerHooks } = process.getBuiltinModule('node:module');

/** The layer's files for the imports that handlers write, and for the part that one of them asks for. */
const FILES = new Map([
  ['cdk-cached-function/runtime', 'import-shim'],
  ['cdk-cached-function/dynamodb', 'dynamodb-shim'],
  ['cdk-cached-function/dax', 'dax'],
]);

/**
 * Makes code that was not bundled by us find the runtime under the names it imports it by, whether it says `import` or
 * `require`, and whatever lies in its own node_modules.
 *
 * @param layer where the layer's own files lie
 */
export function resolveImports(layer: string): void {
  registerHooks({
    resolve: (specifier, context, next) => {
      const name = FILES.get(specifier);
      return name
        ? { url: new URL(`./${name}.${context.conditions.includes('import') ? 'mjs' : 'cjs'}`, layer).href, shortCircuit: true }
        : next(specifier);
    },
  });
}
