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
 * @throws Error on a Node.js that is too old for it, and so for the layer
 */
export function resolveImports(layer: string): void {
  const { registerHooks } = process.getBuiltinModule('node:module') as Partial<typeof import('node:module')>;
  if (registerHooks === undefined) {
    throw new Error(`Node.js ${process.versions.node} is too old: choose the runtime nodejs22.x or nodejs24.x.`);
  }
  registerHooks({
    resolve: (specifier, context, next) => {
      const name = FILES.get(specifier);
      return name
        ? { url: new URL(`./${name}.${context.conditions.includes('import') ? 'mjs' : 'cjs'}`, layer).href, shortCircuit: true }
        : next(specifier);
    },
  });
}
