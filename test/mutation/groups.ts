/** Files that are mutated together, and the tests that must notice: the quick ones first, since the first that fails is the last to run. */
export interface Group {
  readonly files: readonly string[];
  readonly tests: readonly string[];
}

const SHARED = ['test/runtime/shared/@(guard|guard-traits|shared-tier|shared-tier-answers|shared-tier-budget|shared-tier-changes|envelope|invalidation-snapshot).test.ts'];
const FLEET = 'test/mutation/fleet-in-process.ts';
const SHARED_ENTRIES = 'test/runtime/shared/shared-entries?(-many).test.ts';
const ENGINE = [
  FLEET, SHARED_ENTRIES, 'test/policy/!(model|on-lambda|opentelemetry-example|behaviour-doc|many-ids-on-lambda).test.ts',
  'test/runtime/api/cached.test.ts', 'test/runtime/engine/*.test.ts', 'test/coherence/@(order|public-functions).test.ts',
  'test/policy/model.test.ts',
];
const VALUES = [
  'test/runtime/values/!(memory-size|snapshot|key).test.ts', 'test/runtime/api/@(cached|one-key).test.ts', 'test/policy/@(cached-errors|negative).test.ts',
  'test/runtime/engine/cache.test.ts', 'test/runtime/values/@(snapshot|key).test.ts',
];

const inFolder = (folder: string) => (...names: readonly string[]) => names.map((name) => `lambda-runtime/${folder}/${name}.ts`);
const engine = inFolder('engine');
const values = inFolder('values');
const shared = inFolder('shared');
const resilience = inFolder('resilience');

export const GROUPS: Readonly<Record<string, Group>> = {
  'envelope': { files: shared('envelope', 'invalidation-snapshot'), tests: SHARED },
  'guard': { files: [...shared('guard'), ...resilience('breaker', 'wait-budget')], tests: SHARED },
  'shared-tier': { files: shared('shared-tier', 'shared-reads', 'by-scope'), tests: [...SHARED, FLEET] },
  'manual-cache': { files: engine('manual-cache'), tests: ['test/runtime/engine/manual-cache?(-shared).test.ts'] },
  'cache': { files: engine('cache', 'get-or-load', 'many-lookups', 'cache-parts', 'call', 'changes', 'bypass', 'shadow'), tests: ENGINE },
  'loads': { files: engine('loads', 'contents', 'load', 'load-context', 'refreshes', 'batch', 'many-calls', 'suppressed-errors'), tests: ENGINE },
  'entries': { files: [...engine('entries', 'entry', 'entry-state', 'invalidations', 'outcomes', 'counters', 'events', 'policy', 'warnings'), ...values('tags')], tests: [...ENGINE, 'test/runtime/values/tag-list.test.ts'] },
  'keys': { files: [...engine('keys'), ...values('key', 'plain-data', 'duration')], tests: VALUES },
  'values': { files: values('snapshot', 'size', 'retained', 'hidden-classes', 'stored-error'), tests: VALUES },
  'shared-entries': { files: shared('shared-entries'), tests: [SHARED_ENTRIES, FLEET] },
};

/** What decides which answer a call gets. How values are copied, measured and made into keys has tests of its own, by its many cases. */
const DECIDING = /^lambda-runtime\/(engine|shared|resilience)\//;

/** What the mutants of the layer are taken from. */
export const IN_LAYER: readonly string[] = Object.values(GROUPS).flatMap(({ files }) => files).filter((file) => DECIDING.test(file));
