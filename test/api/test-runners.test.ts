import { execFileSync } from 'node:child_process';
import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryDirectory } from '../equipment/node-process';

/** A project's own unit tests, which evaluate one module again and again: each time the cache is defined at the same place. */
const project = join(__dirname, '..', '..');

// A runner that finds the variables of this one thinks it is part of it.
const { NODE_OPTIONS: _, JEST_WORKER_ID: __, ...environment } = process.env;

const PRICE = `
  let loads = 0;
  export const price = cached('price', async (id) => 'price/' + id + ' ' + ++loads);
`;

const VITEST = `
  import { expect, test, vi } from 'vitest';
  test.each([1, 2, 3])('run %i', async () => {
    vi.resetModules();
    const { price } = await import('./price.mjs');
    expect(await price('1')).toBe('price/1 1');
    expect(await price('1')).toBe('price/1 1');
  });
`;

const RUNNERS = {
  'jest, resetModules': {
    files: {
      'package.json': '{}',
      'price.js': `const { cached } = require('cdk-cached-function/runtime');${PRICE.replace('export const price', 'exports.price')}`,
      'price.test.js': `
        beforeEach(() => jest.resetModules());
        test.each([1, 2, 3])('run %i', async () => {
          const { price } = require('./price.js');
          expect(await price('1')).toBe('price/1 1');
          expect(await price('1')).toBe('price/1 1');
        });
      `,
    },
    args: ['node_modules/jest/bin/jest.js', '--ci', '-i', '--reporters', 'default', '--rootDir'],
  },
  'vitest, resetModules, and files that share one process': {
    files: {
      'package.json': '{}',
      'price.mjs': `import { cached } from 'cdk-cached-function/runtime';${PRICE}`,
      'first.test.mjs': VITEST,
      'second.test.mjs': VITEST,
    },
    args: ['node_modules/vitest/vitest.mjs', 'run', '--no-isolate', '--no-file-parallelism', '--root'],
  },
};

test.each(Object.entries(RUNNERS))('%s: a module may define its cache again, and begins without entries', (_name, { files, args }) => {
  const directory = temporaryDirectory(files);
  mkdirSync(join(directory, 'node_modules'));
  for (const name of ['vitest', 'jest', 'esbuild', 'vite']) {
    symlinkSync(join(project, 'node_modules', name), join(directory, 'node_modules', name));
  }
  symlinkSync(project, join(directory, 'node_modules', 'cdk-cached-function'));
  const [program, ...options] = args;
  expect(() => execFileSync(process.execPath, [join(project, program), ...options, directory], { cwd: directory, env: environment, stdio: 'pipe' })).not.toThrow();
}, 60_000);
