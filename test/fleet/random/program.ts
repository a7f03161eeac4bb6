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
  /** All of them end. */
  | { readonly do: 'answerAll' }
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

/** Mostly the first: what can go wrong takes several steps with one. */
const oneOf = (count: number) => fc.oneof({ weight: 2, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.nat(count - 1) });
const environment = oneOf(ENVIRONMENTS);
const caller = oneOf(CALLERS);
const key = oneOf(KEYS);

const operationOf = (op: Operation['op'], cache: fc.Arbitrary<CacheName>): fc.Arbitrary<Operation> =>
  fc.record({ op: fc.constant(op), cache, key, more: fc.nat(2), form: fc.nat(2) });

/** A program is about one cache or two. */
function stepOf(caches: readonly CacheName[]): fc.Arbitrary<Step> {
  const outside = caches.filter((name) => name !== 'inline');
  const named = fc.constantFrom(...(outside.length === 0 ? ['price' as const] : outside));
  const batched = MANY.filter((name) => caches.includes(name));
  const weighted = <T>(weight: number, arbitrary: fc.Arbitrary<T>) => ({ weight, arbitrary });
  const operation = fc.oneof(
    weighted(20, operationOf('get', fc.constantFrom(...caches))),
    weighted(1, operationOf('refresh', named)),
    weighted(2, operationOf('invalidate', named)),
    weighted(1, operationOf('prime', named)),
    weighted(1, operationOf('peek', named)),
    weighted(1, operationOf('invalidateAll', named)),
    weighted(2, operationOf('invalidateTags', named)),
    ...(batched.length === 0 ? [] : [weighted(8, operationOf('many', fc.constantFrom(...batched)))]),
  );
  const ending = fc.constantFrom<Ending>('plain', 'plain', 'plain', 'tagged', 'tagged', 'long', 'failed', 'uncached');
  return fc.oneof(
    weighted(12, fc.record({
      do: fc.constant('event' as const), in: environment, caller, operations: fc.array(operation, { minLength: 1, maxLength: 3 }),
    })),
    weighted(3, fc.record({
      do: fc.constant('together' as const), in: environment, operations: fc.array(fc.tuple(caller, operation), { minLength: 2, maxLength: 3 }),
    })),
    weighted(6, fc.record({ do: fc.constant('answer' as const), load: fc.nat(5), ending })),
    weighted(6, fc.constant({ do: 'answerAll' as const })),
    weighted(5, fc.record({ do: fc.constant('advance' as const), seconds: fc.constantFrom(1, 6, 31, 61, 61, 90, 90, 150) })),
    weighted(1, fc.record({ do: fc.constant('recycle' as const), in: environment, isOld: fc.boolean() })),
    weighted(1, fc.record({ do: fc.constant('freeze' as const), in: environment })),
    weighted(1, fc.record({ do: fc.constant('evict' as const), cache: named, key, caller })),
    weighted(1, fc.constant({ do: 'lose' as const })),
  );
}

export const PROGRAM: fc.Arbitrary<Program> = fc.uniqueArray(fc.constantFrom(...CACHES), { minLength: 1, maxLength: 2 })
  .chain((caches) => fc.record({ isSerial: fc.boolean(), hasTenants: fc.boolean(), steps: fc.array(stepOf(caches), { minLength: 5, maxLength: 40, size: 'max' }) }));
