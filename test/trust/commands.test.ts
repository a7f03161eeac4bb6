import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { REPOSITORY } from '../packaging/packed';

/** The commands that the documents name are there, and take what is said to be given to them. */

const DOCUMENTS = execFileSync('git', ['ls-files', '*.md'], { cwd: REPOSITORY, encoding: 'utf8' }).trim().split('\n');
const { tasks } = JSON.parse(readFileSync(join(REPOSITORY, '.projen', 'tasks.json'), 'utf8')) as { tasks: Record<string, Task> };

interface Task {
  readonly shell?: readonly string[];
  readonly steps?: readonly { readonly exec?: string }[];
}

test.each(DOCUMENTS)('every `npx projen …` of %s is a task', (document) => {
  const named = [...readFileSync(join(REPOSITORY, document), 'utf8').matchAll(/npx projen ([a-z][a-z:-]*)/g)].map(([, name]) => name);
  expect(named.filter((name) => !(name in tasks))).toEqual([]);
});

test('tasks whose variables have defaults run in a shell that supports them, unlike projen\'s own', () => {
  const withDefaults = Object.entries(tasks).filter(([, { steps = [] }]) => steps.some(({ exec }) => exec?.includes(':-')));
  expect(withDefaults.map(([name]) => name)).toEqual(expect.arrayContaining(['fuzz', 'test:soak']));
  expect(withDefaults.filter(([, { shell }]) => shell === undefined)).toEqual([]);
});

// As `npx projen faults -- --tier nonsense` does: what projen is given behind a task's name reaches its program as it is.
test.each([
  ['test/faults/run.ts', ['--tier', 'nonsense'], /'nonsense', which is .*none of: \w+/],
  ['benchmarks/run.ts', ['--only', 'nonsense'], /'nonsense', which is .*none of: \w+/],
  ['test/integ/run.ts', ['nonsense'], /integ\.nonsense\.ts\. There are: \w+/],
])('%s accepts options after `--`, and lists them if one is wrong', (program, given, message) => {
  const { stderr, status } = spawnSync(process.execPath, ['--import', 'tsx', program, '--', ...given], { cwd: REPOSITORY, encoding: 'utf8' });
  expect(stderr).toMatch(message);
  expect(status).toBe(1);
});
