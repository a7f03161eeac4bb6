import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { listenWithEvents } from '../../tools/cache-tests/fronts/lambda.js';
import { httpApi } from '../../tools/cache-tests/fronts/shapes.js';
import { score } from '../../tools/cache-tests/score.js';
import { runSuite, startOrigin, suiteAtHand } from '../../tools/cache-tests/suite.js';

const ROOT = join(__dirname, '..', '..');

/** The tests that fail according to docs/http.md, with the reasons. */
function documentedMisses(version: string): string[] {
  const [, current, older] = readFileSync(join(ROOT, 'docs', 'http.md'), 'utf8').split(/^### Not passed.*$/m);
  return [...(version.startsWith('git') ? current : current + older).matchAll(/^\| `(.+?)` \|/gm)].map(([, id]) => id);
}

test('the public suite for HTTP caches, through HTTP API events', async () => {
  const suite = suiteAtHand(join(ROOT, '.cache'));
  const origin = await startOrigin(suite);
  const front = await listenWithEvents(httpApi, origin.port);
  const misses = documentedMisses(suite.version);
  const result = score(await runSuite(suite, front.port, misses));
  front.stop();
  origin.stop();

  expect([...result.notPassed].sort()).toEqual(misses.sort());
}, 300_000);
