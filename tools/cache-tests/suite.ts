/** The test suite of http-tests/cache-tests, which also measures other caches: https://cache-tests.fyi. */
import { execFile, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';

/** The commit of the suite whose results are in docs/http.md. The package on npm is older, though its version is the same. */
const COMMIT = 'b55b8bd';
const REPOSITORY = 'https://github.com/http-tests/cache-tests.git';

export interface Suite {
  /** The state that was run: a commit, or the package's version. */
  readonly version: string;
  readonly engine: string;
  readonly tests: string;
}

export interface Verdict {
  readonly id: string;
  readonly kind: 'required' | 'optimal' | 'check';
  readonly passed: boolean;
  /** Why the test did not pass. */
  readonly reason?: string;
}

interface Outcome {
  readonly id: string;
  readonly kind: Verdict['kind'];
  readonly dependsOn: readonly string[];
  readonly failure?: string;
}

export const packagedSuite = (): Suite => {
  const folder = dirname(createRequire(__filename).resolve('http-cache-tests/package.json'));
  return { version: `npm ${createRequire(__filename)('http-cache-tests/package.json').version}`, engine: folder, tests: join(folder, 'tests') };
};

/** The repository's suite, from the folder `CACHE_TESTS_SUITE` or a clone in `cache`; without either the older one from npm. */
export function suiteAtHand(cache: string): Suite {
  const folder = process.env.CACHE_TESTS_SUITE ?? join(cache, 'cache-tests');
  return existsSync(join(folder, 'test-engine'))
    ? { version: `git ${COMMIT}`, engine: join(folder, 'test-engine'), tests: join(folder, 'tests') }
    : packagedSuite();
}

/** Like `suiteAtHand`, but tries to clone the suite first if it is missing. */
export function currentSuite(cache: string): Suite {
  const folder = join(cache, 'cache-tests');
  const git = (...args: string[]) => execFileSync('git', ['-C', folder, ...args], {
    stdio: 'ignore', timeout: 60_000, env: { ...process.env, GIT_TERMINAL_PROMPT: '0' },
  });
  try {
    if (process.env.CACHE_TESTS_SUITE === undefined && !existsSync(join(folder, 'test-engine'))) {
      mkdirSync(folder, { recursive: true });
      git('init');
      git('fetch', '--filter=blob:none', REPOSITORY, 'HEAD');
      git('checkout', COMMIT);
    }
  } catch {
    // Without a network.
  }
  return suiteAtHand(cache);
}

export interface Origin {
  readonly port: number;
  stop(): void;
}

export async function startOrigin(suite: Suite): Promise<Origin> {
  const child = spawn(process.execPath, [join(__dirname, 'suite-origin.mjs'), suite.engine], { stdio: ['pipe', 'pipe', 'inherit'] });
  const [port] = await once(createInterface(child.stdout), 'line') as [string];
  return { port: Number(port), stop: () => child.stdin.end() };
}

/**
 * Runs the suite through the cache that listens on the port. Failed tests run again, since the tests measure time, and a machine can be busy:
 * a test that passes once has passed. Tests that are known to fail run only once.
 */
export async function runSuite(suite: Suite, port: number, known: readonly string[] = []): Promise<Verdict[]> {
  const outcomes = new Map<string, Outcome>();
  let failed: string[] = [];
  for (let round = 0; round < 3 && (round === 0 || failed.length > 0); round += 1) {
    for (const outcome of await runTests(suite, port, failed)) {
      outcomes.set(outcome.id, outcome);
    }
    const all = [...outcomes.values()];
    const neededBy = new Set(all.flatMap(({ dependsOn }) => dependsOn));
    failed = all.filter(({ id, kind, failure }) => failure !== undefined && !known.includes(id) && (kind !== 'check' || neededBy.has(id))).map(({ id }) => id);
  }
  return [...outcomes.values()].map((outcome) => toVerdict(outcome, outcomes));
}

async function runTests(suite: Suite, port: number, ids: readonly string[]): Promise<Outcome[]> {
  const args = [join(__dirname, 'suite-client.mjs'), suite.engine, suite.tests, `http://127.0.0.1:${port}`, ...ids];
  const { stdout } = await promisify(execFile)(process.execPath, args, { maxBuffer: 2 ** 24 });
  return JSON.parse(stdout) as Outcome[];
}

/** As in the suite: a test has no result if one that it depends on did not pass. */
function toVerdict({ id, kind, dependsOn, failure }: Outcome, outcomes: ReadonlyMap<string, Outcome>): Verdict {
  const missing = dependsOn.find((other) => !toVerdict(outcomes.get(other)!, outcomes).passed);
  const reason = failure ?? (missing === undefined ? undefined : `depends on ${missing}`);
  return { id, kind, passed: reason === undefined, reason };
}
