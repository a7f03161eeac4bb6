// TypeScript modules that can be evaluated again: compiled once, without types, and linked by a separate registry.
import { existsSync, readFileSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, resolve } from 'node:path';
import { compileFunction } from 'node:vm';
import { transformSync } from 'esbuild';

const PARAMETERS = ['exports', 'require', 'module', '__filename', '__dirname', 'jest'];

export class FreshModules {
  #compiled = new Map();
  #requires = new Map();
  #registry = new Map();

  /** @param {object} jest what modules see under that name */
  constructor(jest) {
    this.jest = jest;
  }

  /** Modules that are loaded from now on are evaluated again. Packages are not. */
  reset() {
    this.#registry = new Map();
  }

  /** Within `run`, modules are evaluated again. */
  isolate(run) {
    const registry = this.#registry;
    this.reset();
    try {
      run();
    } finally {
      this.#registry = registry;
    }
  }

  /** @param {string} path of a file */
  load(path) {
    const loaded = this.#registry.get(path);
    if (loaded !== undefined) {
      return loaded.exports;
    }
    const module = { exports: {} };
    this.#registry.set(path, module);
    if (path.endsWith('.json')) {
      module.exports = JSON.parse(readFileSync(path, 'utf8'));
    } else {
      this.#compile(path)(module.exports, this.#requireOf(path), module, path, dirname(path), { ...this.jest, requireActual: this.#requireOf(path) });
    }
    return module.exports;
  }

  #compile(path) {
    let compiled = this.#compiled.get(path);
    if (compiled === undefined) {
      const { code } = transformSync(readFileSync(path, 'utf8'), {
        sourcefile: path, loader: 'ts', format: 'cjs', target: 'node22', supported: { 'dynamic-import': false },
      });
      compiled = compileFunction(`"use strict";${code}`, PARAMETERS, { filename: path });
      this.#compiled.set(path, compiled);
    }
    return compiled;
  }

  #requireOf(path) {
    let require = this.#requires.get(path);
    if (require === undefined) {
      const ofPackages = createRequire(path);
      require = Object.assign((wanted) => (/^\.\.?(\/|$)/.test(wanted) ? this.load(fileOf(resolve(dirname(path), wanted))) : ofPackages(wanted)), {
        resolve: ofPackages.resolve,
      });
      this.#requires.set(path, require);
    }
    return require;
  }
}

/** As TypeScript finds it: `./cache.js` is cache.ts. */
function fileOf(path) {
  const withoutJs = path.replace(/\.js$/, '');
  const found = [path, `${withoutJs}.ts`, `${path}.json`, `${path}/index.ts`].find((each) => existsSync(each) && statSync(each).isFile());
  if (found === undefined) {
    throw new Error(`There is no module ${path}.`);
  }
  return found;
}
