/**
 * `npx projen cache-tests [NAME…]`: the public test suite for HTTP caches (https://cache-tests.fyi) through ours, behind each of Lambda's HTTP
 * events and as a listener, and through other caches. Prints a table, writes reports/cache-tests.json. The only setting is heuristic
 * freshness; Set-Cookie, Cookie and Authorization are handled as by default. docs/http.md has the reason for each test that is not passed.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { listenWithEvents } from './fronts/lambda.js';
import { listenWithListener } from './fronts/listener.js';
import { listenWithNginx, nginxVersion } from './fronts/nginx.js';
import { listenWithRules } from './fronts/rules.js';
import { SHAPES } from './fronts/shapes.js';
import { listenWithUndici, UNDICI_VERSION } from './fronts/undici.js';
import { type Score, score } from './score.js';
import { currentSuite, runSuite, startOrigin } from './suite.js';
import type { Listening } from './wire.js';

interface Subject {
  readonly name: string;
  readonly isPeer?: boolean;
  listen(origin: number): Promise<Listening>;
}

const nginx = nginxVersion();
const SUBJECTS: readonly Subject[] = [
  ...SHAPES.map((shape): Subject => ({ name: shape.name, listen: (origin) => listenWithEvents(shape, origin) })),
  { name: 'cachedListener', listen: listenWithListener },
  { name: 'rules alone', listen: listenWithRules },
  { name: `undici ${UNDICI_VERSION}`, isPeer: true, listen: listenWithUndici },
  ...nginx === undefined ? [] : [{ name: `nginx ${nginx}`, isPeer: true, listen: listenWithNginx }],
];

async function main(names: readonly string[]): Promise<void> {
  const root = join(__dirname, '..', '..');
  const suite = currentSuite(join(root, '.cache'));
  console.log(`http-tests/cache-tests, ${suite.version}`);
  const origin = await startOrigin(suite);
  const scores = new Map<Subject, Score>();
  for (const subject of SUBJECTS.filter(({ name }) => names.length === 0 || names.some((asked) => name.startsWith(asked)))) {
    const front = await subject.listen(origin.port);
    const result = score(await runSuite(suite, front.port));
    front.stop();
    scores.set(subject, result);
    console.log(`${subject.name.padEnd(18)} required ${of(result.required)}   optional ${of(result.optimal)}`);
  }
  origin.stop();

  const report = (isPeer: boolean) => [...scores].filter(([subject]) => (subject.isPeer ?? false) === isPeer);
  mkdirSync(join(root, 'reports'), { recursive: true });
  writeFileSync(join(root, 'reports', 'cache-tests.json'), `${JSON.stringify({
    suite: suite.version,
    shapes: report(false).map(([{ name }, result]) => ({ shape: name, ...result })),
    peers: report(true).map(([{ name }, result]) => ({ peer: name, ...result })),
  }, undefined, 2)}\n`);
  const misses = [...new Set(report(false).flatMap(([, { notPassed }]) => notPassed))];
  console.log(`Not passed: ${misses.join(', ')}`);
}

const of = ({ passed, total }: Score['required']) => `${String(passed).padStart(3)} of ${total}`;

void main(process.argv.slice(2)).then(() => process.exit());
