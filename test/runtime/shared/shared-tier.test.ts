import { Counters } from '../../../lambda-runtime/engine/counters.js';
import { Warnings } from '../../../lambda-runtime/engine/warnings.js';
import { encodeEntry, idOf } from '../../../lambda-runtime/shared/envelope.js';
import { Guard } from '../../../lambda-runtime/shared/guard.js';
import { SharedTier } from '../../../lambda-runtime/shared/shared-tier.js';
import type { Tier } from '../../../lambda-runtime/shared/tier.js';

const KEY = 'shop:2:product::a';
const ENTRY = { value: 1, validator: undefined, storedAt: 0, freshUntil: 1, staleWhileRevalidateMs: 0, staleIfErrorMs: 0, tags: [] };

test('a throw while answers are compared is a miss, counted and logged once, and never reaches the caller', async () => {
  const bytes = encodeEntry(KEY, { entry: ENTRY, indexVersion: 'epoch:1' });
  const tier = {
    isConnected: true,
    discard: () => {},
    ensureIndex: () => Promise.resolve(),
    read: () => Promise.resolve({ values: [bytes], latest: 'epoch:2', lowWaterMark: 'epoch:1', ofIndexTags: [undefined] }),
  } as unknown as Tier;
  const warnings: string[] = [];
  const { warnOnce } = new Warnings((message) => warnings.push(message));
  const guard = new Guard({ timeoutMs: 1_000, connectTimeoutMs: 1_000, budgetMs: 1_000 }, tier, Date.now, warnOnce);
  const shared = new SharedTier(tier, { guard, now: Date.now, scope: () => ({}), warnOnce, maxMemoryBytes: Infinity });
  const counters = new Counters();
  // What format 1 returned for what was primed, and nothing should any more.
  const version = { id: idOf(bytes), indexVersion: undefined as unknown as string };

  for (let i = 1; i <= 2; i++) {
    expect(await shared.read(KEY, { cacheName: 'product', invocation: {}, counters: () => counters }, { version, tags: [] })).toEqual({ isLocalCopyValid: false });
    expect(counters.sharedErrors).toBe(i);
  }
  expect(warnings).toEqual([expect.stringMatching(/An answer from the shared cache cannot be used: /)]);
});
