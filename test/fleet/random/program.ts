import fc from 'fast-check';
import policies from './in-function/policies.json';

export type CacheName = keyof typeof policies;

/** What one handler does at one moment, with one cache or with all. */
export interface Operation {
  readonly op: 'get' | 'refresh' | 'invalidate' | 'prime' | 'peek' | 'many' | 'invalidateAll' | 'invalidateTags';
  readonly cache: CacheName;
  readonly key: number;
  /** More keys, of `many`; the first tag, of `invalidateTags`. */
  readonly more: number;
  /** How many times `undefined` comes behind the arguments; or, of objects, whether they change after the call. */
  readonly form: number;
}

/** How a load ends. */
export type Ending = 'plain' | 'tagged' | 'long' | 'failed' | 'uncached';

export type Step =
  /** An event of a tenant and a user. */
  | { readonly do: 'event'; readonly in: number; readonly caller: number; readonly operations: readonly Operation[] }
  /** Events that reach one environment in one tick. */
  | { readonly do: 'together'; readonly in: number; readonly operations: readonly (readonly [caller: number, Operation])[] }
  /** One of the loads that are under way ends. */
  | { readonly do: 'answer'; readonly load: number; readonly ending: Ending }
  | { readonly do: 'advance'; readonly seconds: number }
  /** The environment ends, and another takes its place, with the older build of the runtime or the newer one. */
  | { readonly do: 'recycle'; readonly in: number; readonly isOld: boolean }
  /** No load of the environment ends until its next event. */
  | { readonly do: 'freeze'; readonly in: number }
  /** The server loses what it has for a key. */
  | { readonly do: 'evict'; readonly cache: CacheName; readonly key: number; readonly caller: number }
  /** The server loses everything. */
  | { readonly do: 'lose' };

export interface Program {
  /** One event at a time in an environment, with work after the response; or many events at once. */
  readonly isSerial: boolean;
  readonly hasTenants: boolean;
  readonly steps: readonly Step[];
}

/** Few of each, so that they meet. */
export const CALLERS = 3;
const KEYS = 2;
const ENVIRONMENTS = 2;

const CACHES = Object.keys(policies) as CacheName[];
const MANY = ['many', 'sorted', 'spliced'] as const;

const environment = fc.nat(ENVIRONMENTS - 1);
const caller = fc.nat(CALLERS - 1);
const key = fc.nat(KEYS - 1);

const operationOf = (op: Operation['op'], cache: fc.Arbitrary<CacheName>): fc.Arbitrary<Operation> =>
  fc.record({ op: fc.constant(op), cache, key, more: fc.nat(2), form: fc.nat(2) });

/** A program is about a few caches: what can go wrong takes several steps with one. */
function stepOf(caches: readonly CacheName[]): fc.Arbitrary<Step> {
  const cache = fc.constantFrom(...caches);
  const outside = caches.filter((name) => name !== 'inline');
  const named = fc.constantFrom(...(outside.length === 0 ? ['price' as const] : outside));
  const operation = fc.oneof(
    { weight: 12, arbitrary: operationOf('get', cache) },
    { weight: 1, arbitrary: operationOf('refresh', named) },
    { weight: 2, arbitrary: operationOf('invalidate', named) },
    { weight: 1, arbitrary: operationOf('prime', named) },
    { weight: 1, arbitrary: operationOf('peek', named) },
    { weight: 2, arbitrary: operationOf('many', fc.constantFrom(...MANY)) },
    { weight: 1, arbitrary: operationOf('invalidateAll', named) },
    { weight: 2, arbitrary: operationOf('invalidateTags', named) },
  );
  return fc.oneof(
    { weight: 10, arbitrary: fc.record({ do: fc.constant('event' as const), in: environment, caller, operations: fc.array(operation, { minLength: 1, maxLength: 3 }) }) },
    {
      weight: 2,
      arbitrary: fc.record({
        do: fc.constant('together' as const), in: environment, operations: fc.array(fc.tuple(caller, operation), { minLength: 2, maxLength: 3 }),
      }),
    },
    {
      weight: 9,
      arbitrary: fc.record({
        do: fc.constant('answer' as const), load: fc.nat(5), ending: fc.constantFrom<Ending>('plain', 'plain', 'plain', 'tagged', 'tagged', 'long', 'failed', 'uncached'),
      }),
    },
    { weight: 4, arbitrary: fc.record({ do: fc.constant('advance' as const), seconds: fc.constantFrom(1, 6, 31, 61, 90, 150) }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('recycle' as const), in: environment, isOld: fc.boolean() }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('freeze' as const), in: environment }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('evict' as const), cache: named, key, caller }) },
    { weight: 1, arbitrary: fc.constant({ do: 'lose' as const }) },
  );
}

export const PROGRAM: fc.Arbitrary<Program> = fc.uniqueArray(fc.constantFrom(...CACHES), { minLength: 1, maxLength: 3 })
  .chain((caches) => fc.record({ isSerial: fc.boolean(), hasTenants: fc.boolean(), steps: fc.array(stepOf(caches), { minLength: 5, maxLength: 40, size: 'max' }) }));
