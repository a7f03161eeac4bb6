import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { searchForFaults } from './random-fleet';
import { TIERS } from './tiers';
import { PROPERTY_SEED } from '../../property-seed';
import { temporaryDirectory } from '../../runtime/node-process';

const LAYER = join(__dirname, '..', '..', '..', 'assets', 'layer', 'cdk-cached-function');

/** In memory, where a seed decides everything. `npx projen test:soak` runs as many as SOAK_SECONDS are enough for, on each tier. */
const PROGRAMS = 500;
const SECONDS = process.env.SOAK_SECONDS === undefined ? undefined : Number(process.env.SOAK_SECONDS);
const RUN = SECONDS === undefined ? [TIERS.memory] : Object.values(TIERS);

/** What a rollout replaces: another build of the runtime, if FLEET_OLD_LAYER says where one is; else a copy. */
function olderLayer(): string {
  if (process.env.FLEET_OLD_LAYER !== undefined) {
    return process.env.FLEET_OLD_LAYER;
  }
  const copy = join(temporaryDirectory(), 'cdk-cached-function');
  cpSync(LAYER, copy, { recursive: true });
  return copy;
}

describe(`A random fleet, with the seed ${PROPERTY_SEED}, answers nothing that must not be answered:`, () => {
  const layers = [LAYER, olderLayer()] as const;

  test.each(RUN.map((tier) => [tier.name, tier] as const))('%s', async (_, tier) => {
    const { failure, ...ran } = await searchForFaults(tier, {
      seed: PROPERTY_SEED, layers, ...(SECONDS === undefined ? { programs: PROGRAMS } : { programs: Number.MAX_SAFE_INTEGER, seconds: SECONDS }),
    });
    expect(failure ?? '').toBe('');
    expect(ran.programs).toBeGreaterThanOrEqual(SECONDS === undefined ? PROGRAMS : 1);
  }, (180 + (SECONDS ?? 0)) * 1_000);
});
