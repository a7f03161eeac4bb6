import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { searchForFaults } from './random-fleet';
import { TIERS } from './tiers';
import { temporaryDirectory } from '../../equipment/node-process';
import { PROPERTY_SEED } from '../../equipment/property-seed';

const LAYER = join(__dirname, '..', '..', '..', 'assets', 'layer', 'cdk-cached-function');

/** 500 in all, most of them where they are fastest. `npx projen test:soak` runs as many as fit in SOAK_SECONDS, on each tier. */
const PROGRAMS: Readonly<Record<keyof typeof TIERS, number>> = { memory: 350, redis: 50, memcached: 50, dynamodb: 50 };
const SECONDS = process.env.SOAK_SECONDS === undefined ? undefined : Number(process.env.SOAK_SECONDS);

/** What a rollout replaces: another build of the runtime, if FLEET_OLD_LAYER says where one is; else a copy. */
function olderLayer(): string {
  if (process.env.FLEET_OLD_LAYER !== undefined) {
    return process.env.FLEET_OLD_LAYER;
  }
  const copy = join(temporaryDirectory(), 'cdk-cached-function');
  cpSync(LAYER, copy, { recursive: true });
  return copy;
}

describe(`A random fleet, with the seed ${PROPERTY_SEED}, returns only correct answers:`, () => {
  const layers = [LAYER, olderLayer()] as const;

  for (const [kind, programs] of Object.entries(PROGRAMS)) {
    const tier = TIERS[kind as keyof typeof TIERS];
    (tier.missing === undefined ? test : test.skip)(tier.name, async () => {
      const { failure, ...ran } = await searchForFaults(tier, {
        seed: PROPERTY_SEED, layers, ...(SECONDS === undefined ? { programs } : { programs: Number.MAX_SAFE_INTEGER, seconds: SECONDS }),
      });
      expect(failure ?? '').toBe('');
      expect(ran.programs).toBeGreaterThanOrEqual(SECONDS === undefined ? programs : 1);
    }, (180 + (SECONDS ?? 0)) * 1_000);
  }
});
