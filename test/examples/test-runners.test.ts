import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

/** The examples of users' unit tests are run by the runners they are for. */
const project = join(__dirname, '..', '..');
const example = (file: string) => join('examples', 'testing', file);

// A runner that finds the variables of this one thinks it is part of it.
const { NODE_OPTIONS: _, JEST_WORKER_ID: __, NODE_TEST_CONTEXT: ___, ...environment } = process.env;

test.each([
  ['jest', ['node_modules/jest/bin/jest.js', '--rootDir', '.', '--roots', 'examples', '--reporters', 'default', '--testMatch', '**/get-price.jest.test.ts']],
  ['vitest', ['node_modules/vitest/vitest.mjs', 'run', example('get-price.vitest.test.ts')]],
  ['node:test', ['--import', 'tsx', '--test', example('get-price.node.test.ts')]],
])('the example for %s passes', (_name, args) => {
  expect(() => execFileSync(process.execPath, args, { cwd: project, env: environment, stdio: 'pipe' })).not.toThrow();
}, 60_000);
