/**
 * `npx projen test:teeth`: puts each fault that was fixed back into the layer, and lets the random fleet look for it. A fault that it does
 * not find fails the run. `-- PATCH` for one.
 */
import { layerWithFault } from './layer-with-fault';
import { PROPERTY_SEED } from '../../equipment/property-seed';
import { searchForFaults } from '../random/random-fleet';
import { type FleetTier, TIERS } from '../random/tiers';

const PROGRAMS = 10_000;

/** By patch: the kinds A to F of wrong answers, and the tier where each shows. */
const FAULTS: Readonly<Record<string, FleetTier>> = {
  'a-arguments-as-they-are-later': TIERS.memory,
  'a-refreshes-in-another-context': TIERS.memory,
  'a-loaders-change-the-ids': TIERS.memory,
  'b-compared-by-identity': TIERS.redis,
  'c-a-name-is-a-cache': TIERS.redis,
  'd-two-keys-of-one-call': TIERS.memory,
  'e-what-is-lost-confirms': TIERS.redis,
  'f-no-flight-survives-an-invalidation': TIERS.memory,
};

async function run(): Promise<void> {
  const wanted = process.argv.slice(2).filter((argument) => argument !== '--');
  for (const [patch, tier] of Object.entries(FAULTS).filter(([name]) => wanted.length === 0 || wanted.includes(name))) {
    const layer = await layerWithFault(patch);
    const { failure, programs, seconds } = await searchForFaults(tier, {
      seed: PROPERTY_SEED, programs: PROGRAMS, shrinkingMs: 10_000, layers: [layer, layer],
    });
    if (failure === undefined) {
      process.exitCode = 1;
    }
    console.log(`${failure === undefined ? 'NOT FOUND' : 'found'}: ${patch}, ${programs} programs, ${seconds.toFixed(0)} s\n${failure ?? ''}\n`);
  }
  process.exit();
}

void run();
