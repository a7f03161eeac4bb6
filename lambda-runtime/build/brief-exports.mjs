/** What esbuild writes for the exports of a CommonJS bundle, minified: getters, for modules that import each other in a circle. */
const GETTERS = /var ([\w$]+)=\{\};[\w$]+\(\1,\{((?:[\w$]+:\(\)=>[\w$]+,?)+)\}\);module\.exports=[\w$]+\(\1\);/;

const STRICT = '"use strict";';

/** esbuild's helpers come first. They are for these getters alone if no package in the bundle is CommonJS. */
const FOR_PACKAGES = 'exports:{}';

/**
 * Exports values instead of getters, at the end of a bundle: nothing of ours imports in a circle.
 *
 * @param {string} code esbuild's output in the format `cjs`
 */
export function briefExports(code) {
  const found = GETTERS.exec(code);
  if (found === null || !code.startsWith(STRICT)) {
    throw new Error('esbuild writes exports in another way: adapt brief-exports.mjs.');
  }
  const [getters, , names] = found;
  const helpers = code.slice(STRICT.length, found.index);
  return `${STRICT}${helpers.includes(FOR_PACKAGES) ? helpers : ''}${code.slice(found.index + getters.length)}\nmodule.exports={${names.replaceAll('()=>', '')}};`;
}
