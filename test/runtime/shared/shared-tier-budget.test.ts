import { Counters } from '../../../lambda-runtime/engine/counters.js';
import { UNCONDITIONAL } from '../../../lambda-runtime/engine/shared.js';
import { Guard } from '../../../lambda-runtime/shared/guard.js';
import { SharedTier } from '../../../lambda-runtime/shared/shared-tier.js';
import type { Tier } from '../../../lambda-runtime/shared/tier.js';

const BUDGET_MS = 250;
const hangs = () => new Promise<never>(() => {});

/** A server that never answers: no real one is silent on a virtual clock. */
const silent = {
  isConnected: true, discard: () => {}, read: hangs, write: hangs, ensureIndex: hangs, invalidate: hangs, log: hangs,
} as unknown as Tier;

beforeEach(() => jest.useFakeTimers());
afterEach(() => jest.useRealTimers());

test('a handler that invalidates and primes on a silent server waits no longer than its budget in total', async () => {
  const invocation = {};
  const guard = new Guard({ timeoutMs: 50, connectTimeoutMs: 250, budgetMs: BUDGET_MS }, silent, Date.now, () => {});
  const tier = new SharedTier(silent, { guard, now: Date.now, scope: () => invocation, warnOnce: () => {}, maxMemoryBytes: Infinity });
  const entry = { value: 1, validator: undefined, storedAt: 0, freshUntil: 0, staleWhileRevalidateMs: 0, staleIfErrorMs: 0, tags: [] };
  const results: unknown[] = [];
  const counters = new Counters();
  const startedAt = Date.now();
  const handled = (async () => {
    for (let i = 0; i < 5; i++) {
      results.push(await tier.invalidate('key'), await tier.invalidateTags(['tag']), await tier.invalidateCache('cache'));
      results.push(await tier.store('key', { cacheName: 'cache', invocation, counters: () => counters }, entry, 1_000, UNCONDITIONAL) !== undefined);
    }
    return Date.now() - startedAt;
  })();
  await jest.advanceTimersByTimeAsync(10_000);
  expect(await handled).toBeLessThanOrEqual(BUDGET_MS + 5);
  expect(results).toEqual(Array.from({ length: 20 }, () => false));
});

test('an invalidation that does not reach its server is counted in its invocation, by its outcome', async () => {
  const counted: string[] = [];
  const broken = { ...silent, invalidate: () => Promise.reject(new Error('broken')) } as unknown as Tier;
  const guard = new Guard({ timeoutMs: 50, connectTimeoutMs: 100, budgetMs: BUDGET_MS }, broken, Date.now, () => {});
  const scope = () => ({ count: (metric: string) => counted.push(metric) });
  const tier = new SharedTier(broken, { guard, now: Date.now, scope, warnOnce: () => {}, maxMemoryBytes: Infinity });
  // What the tier began with has failed by now.
  await jest.advanceTimersByTimeAsync(200);
  expect(counted.splice(0)).toEqual(['sharedTimeouts']);

  void tier.invalidate('key');
  await jest.advanceTimersByTimeAsync(200);
  await tier.invalidateTags(['tag']);
  await tier.invalidateCache('cache');

  expect(counted).toEqual(['sharedTimeouts', 'sharedErrors', 'sharedSkips']);
});
