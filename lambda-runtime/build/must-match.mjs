/**
 * The build patches packages by names in their code, in pinned versions. If a patch matches nothing, it is wrong or the package has another
 * version: the build then fails, and names the patch.
 */
import { readFileSync } from 'node:fs';

/**
 * An esbuild plugin whose changes must all match.
 *
 * @param name the plugin's name
 * @param changes their names in the message
 * @param setup called with esbuild's `build`, and with a function to call for each change that matched
 */
export function changing(name, changes, setup) {
  return {
    name,
    async setup(build) {
      const unmatched = new Set(changes);
      await setup(build, (change) => unmatched.delete(change));
      build.onEnd(({ errors }) => ({
        errors: errors.length > 0 ? [] : [...unmatched].map((change) => ({ text: `${name}: ${change} matches nothing in ${build.initialOptions.outfile}` })),
      }));
    },
  };
}

/**
 * A plugin that replaces text in packages' files.
 *
 * @param files by the end of their paths: patterns and replacements
 */
export function replacing(name, files) {
  const all = Object.entries(files);
  return changing(name, all.map(([end]) => end), ({ onLoad }, matched) => {
    for (const [end, replacements] of all) {
      onLoad({ filter: new RegExp(`/${end.replaceAll('.', '\\.')}$`) }, ({ path }) => {
        matched(end);
        return { contents: replacements.reduce((code, [pattern, replacement]) => replaceIn(end, code, pattern, replacement), readFileSync(path, 'utf8')) };
      });
    }
  });
}

function replaceIn(file, code, pattern, replacement) {
  const replaced = code.replace(pattern, replacement);
  if (replaced === code) {
    throw new Error(`${file} has nothing that matches ${pattern}.`);
  }
  return replaced;
}

/** Fails if no file in a bundle imports a module that an alias replaces, or uses a name in `drop`. */
export function checkOptions({ alias = {}, drop = [], outfile }, { inputs }) {
  const imported = new Set(Object.values(inputs).flatMap(({ imports }) => imports.map(({ original }) => original)));
  const unmatched = [
    ...Object.keys(alias).filter((name) => !imported.has(name)).map((name) => `the alias of ${name}`),
    ...drop.filter((name) => !Object.keys(inputs).some((path) => readFileSync(path, 'utf8').includes(`${name}.`))).map((name) => `drop of ${name}`),
  ];
  if (unmatched.length > 0) {
    throw new Error(`${unmatched.join(', ')} matches nothing in ${outfile}.`);
  }
}
