import { Counters } from '../../../lambda-runtime/engine/counters.js';
import { encodeEntry, idOf } from '../../../lambda-runtime/tiers/envelope.js';
import { Guard } from '../../../lambda-runtime/tiers/guard.js';
import { SharedTier } from '../../../lambda-runtime/tiers/shared-tier.js';
import type { Tier } from '../../../lambda-runtime/tiers/tier.js';
import { Warnings } from '../../../lambda-runtime/warnings.js';

const KEY = 'shop:2:product::a';
const ENTRY = { value: 1, validator: undefined, storedAt: 0, freshUntil: 1, staleWhileRevalidateMs: 0, staleIfErrorMs: 0, tags: [] };

test('a throw while answers are compared is a miss, counted and said once, and never the caller\'s', async () => {
  const bytes = encodeEntry(KEY, { entry: ENTRY, stamp: 'epoch:1' });
  const tier = {
    isConnected: true,
    abandon: () => {},
    begin: () => Promise.resolve(),
    read: () => Promise.resolve({ values: [bytes], latest: 'epoch:2', floor: 'epoch:1', ofGroups: [undefined] }),
  } as unknown as Tier;
  const warnings: string[] = [];
  const { once: warnOnce } = new Warnings((message) => warnings.push(message));
  const guard = new Guard({ timeoutMs: 1_000, connectTimeoutMs: 1_000, budgetMs: 1_000 }, tier, Date.now, warnOnce);
  const shared = new SharedTier(tier, { guard, now: Date.now, scope: () => ({}), warnOnce, maxMemoryBytes: Infinity });
  const counters = new Counters();
  // What format 1 handed out for what was primed, and nothing should any more.
  const version = { id: idOf(bytes), stamp: undefined as unknown as string };

  for (let i = 1; i <= 2; i++) {
    expect(await shared.read(KEY, 'product', () => counters, { version, tags: [] })).toEqual({ isLocalCopyValid: false });
    expect(counters.sharedErrors).toBe(i);
  }
  expect(warnings).toEqual([expect.stringMatching(/An answer of the shared cache cannot be used: /)]);
});
