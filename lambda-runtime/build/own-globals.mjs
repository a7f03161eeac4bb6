/**
 * Makes a bundle read its globals once, when it is loaded: the layer is loaded before the user's code, where polyfills and
 * instrumentation may replace Node.js's `Promise`, `Map` or `setTimeout`.
 *
 * esbuild knows which names are free and replaces them; the bundle's first lines declare the replacements.
 */
const PREFIX = 'own$';

/** `globalThis` itself is needed to read the globals; the others cannot be replaced. */
const NOT_TAKEN = new Set(['globalThis', 'undefined', 'NaN', 'Infinity', 'eval']);

const NAMES = Object.getOwnPropertyNames(globalThis).filter((name) => /^\w+$/.test(name) && !NOT_TAKEN.has(name));

/** For esbuild's `define`. */
export const OWN_GLOBALS = Object.fromEntries(NAMES.map((name) => [name, PREFIX + name]));

/** Node.js's own modules, even if `process` does not provide them (before 20.16): the layer then still runs the handler, uncached. */
const BUILTIN = { cjs: 'require', esm: "(await import('node:module')).createRequire(import.meta.url)" };

/** The name under which bundles have `process.getBuiltinModule`. */
export const GET_BUILTIN_MODULE = `${PREFIX}getBuiltinModule`;

/**
 * Declares what `OWN_GLOBALS` has put into a bundle.
 *
 * @param {string} code esbuild's output
 * @param {'cjs' | 'esm'} format
 */
export function declareOwnGlobals(code, format) {
  const used = NAMES.filter((name) => new RegExp(`\\b${PREFIX.replace('$', '\\$')}${name}\\b`).test(code));
  const declarations = [
    `const { ${used.map((name) => `${name}: ${PREFIX}${name}`).join(', ')} } = globalThis;`,
    ...(code.includes(GET_BUILTIN_MODULE) ? [`const ${GET_BUILTIN_MODULE} = globalThis.process.getBuiltinModule ?? ${BUILTIN[format]};`] : []),
  ].join('\n');
  const [strict] = /^("use strict";\n?)?/.exec(code);
  return `${strict}${declarations}\n${code.slice(strict.length)}`;
}
