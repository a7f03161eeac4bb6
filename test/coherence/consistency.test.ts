import { checkConsistency } from './consistency/consistency';
import { TIERS } from './consistency/tiers';
import { PROPERTY_SEED } from '../equipment/property-seed';

/** A few seconds of what `npx projen consistency` does for as long as it takes. */
const SECONDS = 5;
const READS = 20_000;

const describeIfThere = TIERS.redis.missing === undefined ? describe : describe.skip;

describeIfThere('Eight environments that freeze, whose connections break, and whose tier loses data,', () => {
  const check = (boundMs: number | undefined) =>
    checkConsistency({ tier: TIERS.redis, boundMs, reads: READS, seconds: SECONDS, seed: PROPERTY_SEED });

  test('read nothing older than promised', async () => {
    const { counts: { reads, loads, stale, unanswered }, examples } = await check(0);

    expect(examples).toEqual([]);
    expect({ stale, unanswered }).toEqual({ stale: 0, unanswered: 0 });
    // Otherwise it shows nothing: their memory is used.
    expect(loads).toBeLessThan(reads);
  }, 120_000);

  test('read older values if memory is not coherent, so the check can fail', async () => {
    const { counts: { stale } } = await check(undefined);

    expect(stale).toBeGreaterThan(0);
  }, 120_000);
});
