/** Files that are mutated together, and the tests that must notice. Each takes less than an hour on two cores. */
export interface Group {
  readonly files: readonly string[];
  readonly tests: readonly string[];
}

const TIERS = [
  'test/runtime/tiers/@(guard|shared-tier|shared-tier-budget|envelope|invalidation-snapshot).test.ts', 'test/fleet/wire-format.test.ts',
];
const ENGINE = [
  'test/runtime/engine/*.test.ts', 'test/runtime/*.test.ts', 'test/policy/!(on-lambda|opentelemetry-example|behaviour-doc).test.ts',
  'test/fuzz/keys.test.ts',
];

const tiers = (...names: readonly string[]) => names.map((name) => `lambda-runtime/tiers/${name}.ts`);
const engine = (...names: readonly string[]) => names.map((name) => `lambda-runtime/engine/${name}.ts`);

export const GROUPS: Readonly<Record<string, Group>> = {
  'envelope': { files: tiers('envelope', 'invalidation-snapshot'), tests: TIERS },
  'guard': { files: tiers('guard', 'breaker', 'wait-budget'), tests: TIERS },
  'shared-tier': { files: tiers('shared-tier'), tests: [...TIERS, 'test/fleet/redis-fleet.test.ts'] },
  'cache': { files: engine('cache', 'call', 'arguments'), tests: ENGINE },
  'loads': { files: engine('loads', 'load', 'load-context', 'refreshes', 'batch'), tests: ENGINE },
  'entries': { files: engine('entries', 'entry', 'invalidations', 'tags', 'outcomes', 'counters', 'events', 'policy'), tests: ENGINE },
  'keys': { files: engine('key', 'keys', 'kind', 'duration'), tests: ENGINE },
  'values': { files: engine('value', 'size', 'retained', 'hidden-classes', 'stored-error'), tests: ENGINE },
  'shared-entries': { files: engine('shared-entries', 'shared'), tests: [...ENGINE, ...TIERS, 'test/fleet/redis-fleet.test.ts'] },
};
