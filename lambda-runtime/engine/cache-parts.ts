import { Bypass } from './bypass.js';
import type { CacheDeps } from './cache-deps.js';
import { Entries } from './entries.js';
import { Keys } from './keys.js';
import { Loads } from './loads.js';
import { Outcomes } from './outcomes.js';
import type { Policy } from './policy.js';
import { Refreshes } from './refreshes.js';
import type { TierUse } from './shared-port.js';

/** The parts of a cache, whether the engine (cache.ts) or the caller (manual-cache.ts) decides which entry answers a call. */
export interface CacheParts {
  readonly name: string;
  readonly policy: Policy;
  readonly deps: CacheDeps;
  readonly keys: Keys;
  readonly outcomes: Outcomes;
  readonly entries: Entries;
  readonly tier: TierUse;
  readonly loads: Loads;
  readonly refreshes: Refreshes;
  readonly bypass: Bypass;
}

/** Creates a new cache's parts. The cache uses the shared tier only for invalidations until it changes `tier`. */
export function partsOf(name: string, policy: Policy, deps: CacheDeps): CacheParts {
  const keys = new Keys(name, policy, deps);
  const entries = new Entries(name, policy, deps, keys);
  const tier: TierUse = { forInvalidations: deps.shared?.entriesOf({ ...deps, cacheName: name, entries, keys }) };
  const loads = new Loads(name, policy, deps, entries, tier);
  return {
    name,
    policy,
    deps,
    keys,
    outcomes: new Outcomes(name, deps),
    entries,
    tier,
    loads,
    refreshes: new Refreshes(name, deps, entries, loads, tier),
    bypass: new Bypass(policy, deps, loads),
  };
}
