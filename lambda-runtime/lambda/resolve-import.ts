/** The layer's files for handlers' imports, and for the bundle that one of these files imports. */
const FILES = new Map([
  ['cdk-cached-function/runtime', 'import-shim'],
  ['cdk-cached-function/dynamodb', 'dynamodb-shim'],
  ['cdk-cached-function/dax', 'dax'],
  ['cdk-cached-function/http', 'http'],
]);

/**
 * Resolves the runtime's module names to the layer's files in code that we did not bundle, for both `import` and `require`, even if its own
 * node_modules have the package.
 *
 * @param layer the folder of the layer's own files
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
