import fc from 'fast-check';
import { FUZZ_TIMEOUT, fuzz, mutated } from './fuzz';
import { Runtime } from '../../lambda-runtime/api/environment-runtime.js';
import { readSettings } from '../../lambda-runtime/lambda/settings.js';
import { SETTINGS_VARIABLE } from '../../src/contract/runtime-settings';

/** Settings that were edited by hand in the console: they are rejected with an error that names them, or the runtime starts. */

const GOOD = {
  namespace: 'dev/eu-central-1/Shop/GetProduct',
  maxMemoryBytes: 33_554_432,
  maxEntries: 1_000,
  eviction: 'lru',
  maxBackgroundMs: 5_000,
  metrics: 'function',
  caching: { ttlMs: 300_000, jitter: 0.1, earlyRefresh: 0.8, staleWhileRevalidateMs: 60_000, staleIfErrorMs: 60_000, softTimeoutMs: 100, hardTimeoutMs: 1_000, negativeTtlMs: 1_000, valueVersion: '2' },
  caches: { 'product': { ttlMs: 60_000, memoryTtlMs: 5_000, retryAfterMs: 1_000 }, 'price.list-v2': {} },
  shared: { kind: 'redis', host: 'cache.example.com', port: 6379, tls: {}, auth: { type: 'secret', arn: 'arn:x' }, timeoutMs: 50 },
};

/** Starts the runtime as the handler does, and calls what the settings are about. */
function start(text: string): void {
  const environment = { [SETTINGS_VARIABLE]: text };
  let settings: ReturnType<typeof readSettings>;
  try {
    settings = readSettings(environment, () => {});
  } catch (error) {
    expect((error as Error).message).toContain(SETTINGS_VARIABLE);
    return;
  }
  const runtime = new Runtime({ environment, runAfterResponse: () => false }, settings);
  for (const name of new Set(['product', 'constructor', '__proto__', ...Object.keys(settings.caches)])) {
    runtime.cached(name, (id: string) => Promise.resolve(id));
  }
}

/** The settings with something else in one place. */
function replaced(path: readonly string[], by: unknown): unknown {
  const copy = structuredClone(GOOD) as Record<string, unknown>;
  let at: Record<string, unknown> = copy;
  for (const step of path.slice(0, -1)) {
    at = at[step] as Record<string, unknown>;
  }
  Object.defineProperty(at, path.at(-1)!, { value: by, enumerable: true, writable: true, configurable: true });
  return copy;
}

function pathsOf(value: unknown, path: readonly string[] = []): (readonly string[])[] {
  const deeper = typeof value === 'object' && value !== null
    ? [...Object.entries(value).flatMap(([name, child]) => pathsOf(child, [...path, name])), [...path, '__proto__'], [...path, 'new']]
    : [];
  return path.length === 0 ? deeper : [path, ...deeper];
}

test('settings with one random part are rejected, or the runtime starts', () => {
  const number = fc.constantFrom(0, -1, 0.5, 1e308, 5e-324, 2 ** 53, 2 ** 31, 2 ** 32);
  fuzz(fc.tuple(fc.constantFrom(...pathsOf(GOOD)), fc.oneof(number, fc.jsonValue(), fc.constantFrom('', 'none', [], {}))), ([path, by]) => {
    start(JSON.stringify(replaced(path, by)));
  });
}, FUZZ_TIMEOUT);

test('edited text is rejected, or the runtime starts', () => {
  fuzz(mutated(fc.constant(Buffer.from(JSON.stringify(GOOD)))), ([, after]) => start(after.toString()));
}, FUZZ_TIMEOUT);

test('any JSON is rejected, or the runtime starts', () => {
  fuzz(fc.json(), start);
}, FUZZ_TIMEOUT);
