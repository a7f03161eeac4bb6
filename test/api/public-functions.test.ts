import { join } from 'node:path';
import { SCENARIOS } from './scenarios';

/** The package as npm has it. */
// eslint-disable-next-line @typescript-eslint/no-require-imports
const runtime = require(join(__dirname, '..', '..', 'assets', 'runtime', 'runtime.cjs')) as typeof import('../../lambda-runtime/api/runtime');
// eslint-disable-next-line @typescript-eslint/no-require-imports
const testing = require(join(__dirname, '..', '..', 'assets', 'runtime', 'testing.cjs')) as object;

// eslint-disable-next-line @typescript-eslint/no-require-imports
const dynamodb = require(join(__dirname, '..', '..', 'assets', 'runtime', 'dynamodb.cjs')) as object;

const text = JSON.stringify(SCENARIOS);

/** Methods and accessors of a loader's context. */
function membersOf(context: object): string[] {
  const accessors = Object.entries(Object.getOwnPropertyDescriptors(Object.getPrototypeOf(context)));
  return accessors.filter(([, { get, set }]) => get !== undefined || set !== undefined).map(([name]) => name);
}

test.each([
  ['runtime', Object.keys(runtime).filter((name) => name !== 'default')],
  ['testing', Object.keys(testing).filter((name) => name !== 'default')],
  ['dynamodb', Object.keys(dynamodb).filter((name) => name !== 'default')],
  ['cached(…)', Object.keys(runtime.cached('one', () => 1))],
  ['cachedMany(…)', Object.keys(runtime.cachedMany('many', () => []))],
  ['loadContext()', [...membersOf(runtime.loadContext()), 'stale', 'validator', 'tags', 'doNotCache', 'notModified']],
])('every function of %s is in a scenario: %j', (_, names) => {
  expect(names.length).toBeGreaterThan(0);
  expect(names.filter((name) => !new RegExp(`\\b${name}\\b`).test(text))).toEqual([]);
});

test('no two scenarios have the same name', () => {
  const names = Object.values(SCENARIOS).flat().map(({ name }) => name);
  expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
});
