/**
 * The suite's client: runs the tests through a cache, and prints the suite's result for each, as JSON.
 * `node suite-client.mjs ENGINE TESTS BASE [ID…]`: folders of the suite's engine and of its tests, the cache's URL, and tests to run (all).
 */
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const [, , engine, tests, base, ...ids] = process.argv;
const load = (folder, name) => import(pathToFileURL(join(folder, name)).href);

const suites = (await load(tests, 'index.mjs')).default
  // A Lambda result is one response, without interim ones.
  .filter((suite) => suite.id !== 'interim')
  .map((suite) => ({ ...suite, tests: suite.tests.filter((test) => !test.browser_only && (ids.length === 0 || ids.includes(test.id))) }));

// Many at once, since nearly all the time is spent waiting for responses to become stale; not too many, or a busy machine makes them too old.
const AT_ONCE = 100;

console.error = () => undefined;
const { runTests, getResults } = await load(engine, 'client/runner.mjs');
if (runTests.length === 3) {
  await runTests(suites, false, base, AT_ONCE);
} else {
  // The older engine expects this client, which adds no fields to requests.
  const nodeFetch = createRequire(join(engine, 'package.json'))('node-fetch');
  await runTests(suites, nodeFetch, false, base, AT_ONCE);
}

const results = getResults();
process.stdout.write(JSON.stringify(suites.flatMap((suite) => suite.tests).map(({ id, kind, depends_on: dependsOn }) => ({
  id,
  kind: kind ?? 'required',
  dependsOn: dependsOn ?? [],
  failure: results[id] === true ? undefined : String(results[id]?.[1] ?? 'did not run'),
}))));
