import fc from 'fast-check';
import type { Key, ModelPolicy } from './history.js';

export const TTL = 1_000;

export const KEYS: readonly Key[] = ['a', 'b', 'c'];

/** What the origin decides when it answers. */
export type Decided = 'plain' | 'short' | 'tagged' | 'uncached' | 'renewed';

export type Step =
  | { readonly do: 'get' | 'refresh' | 'invalidate' | 'prime'; readonly key: Key }
  | { readonly do: 'resolve'; readonly load: number; readonly as: Decided }
  | { readonly do: 'reject'; readonly load: number; readonly isCached: boolean }
  /** A loader sets a tag, and continues. */
  | { readonly do: 'tag'; readonly load: number }
  /** Time passes; in a freeze timers do not notice; the wall clock may jump. */
  | { readonly do: 'pass' | 'freeze' | 'jump' | 'background'; readonly ms: number }
  | { readonly do: 'invalidateTag' | 'invalidateAll' };

/** One cache, and how it is watched. */
export interface Scenario {
  readonly policy: ModelPolicy;
  readonly steps: readonly Step[];
  /** Whether every step ends with a peek at every key. A peek drops what is invalid, so there must be runs without. */
  readonly peeks: boolean;
}

const key = fc.constantFrom(...KEYS);
const load = fc.nat(9);
const random = fc.constantFrom(0, 0.5);
const peeks = fc.constantFrom(false, false, true);
const weighted = (weight: number, arbitrary: fc.Arbitrary<Step>) => ({ weight, arbitrary });

const ofEveryCache = [
  weighted(14, fc.record({ do: fc.constant('get' as const), key })),
  weighted(6, fc.record({ do: fc.constant('pass' as const), ms: fc.constantFrom(0, 1, 50, 100, 299, 400, 500, TTL - 1, TTL) })),
  weighted(4, fc.record({ do: fc.constant('reject' as const), load, isCached: fc.boolean() })),
];

/** Everything that can happen to a cache with any policy. */
const anyStep = fc.oneof(
  ...ofEveryCache,
  weighted(2, fc.record({ do: fc.constant('refresh' as const), key })),
  weighted(1, fc.record({ do: fc.constantFrom('invalidate' as const, 'prime' as const), key })),
  weighted(9, fc.record({ do: fc.constant('resolve' as const), load, as: fc.constantFrom<Decided>('plain', 'plain', 'short', 'tagged', 'tagged', 'uncached', 'renewed', 'renewed') })),
  weighted(1, fc.record({ do: fc.constant('tag' as const), load })),
  weighted(3, fc.record({ do: fc.constant('freeze' as const), ms: fc.constantFrom(1, 300, TTL / 2, TTL, 3 * TTL) })),
  weighted(1, fc.record({ do: fc.constant('jump' as const), ms: fc.constantFrom(-1, -TTL / 2, -TTL, 5 * TTL) })),
  weighted(4, fc.record({ do: fc.constant('background' as const), ms: fc.constantFrom(0, 200, 5_000) })),
  weighted(3, fc.constant({ do: 'invalidateTag' as const })),
  weighted(1, fc.constant({ do: 'invalidateAll' as const })),
);

/** What happens to a cache with nothing but a ttl: more refreshes, changes by hand, and jumps of the clock. */
const plainStep = fc.oneof(
  ...ofEveryCache,
  weighted(5, fc.record({ do: fc.constant('refresh' as const), key })),
  weighted(4, fc.record({ do: fc.constantFrom('invalidate' as const, 'prime' as const), key })),
  weighted(9, fc.record({ do: fc.constant('resolve' as const), load, as: fc.constant('plain' as const) })),
  weighted(4, fc.record({ do: fc.constant('jump' as const), ms: fc.constantFrom(-1, -TTL / 2, -TTL, 3 * TTL) })),
);

const anyPolicy: fc.Arbitrary<ModelPolicy> = fc.record({
  ttl: fc.constant(TTL),
  staleWhileRevalidate: fc.constantFrom(0, 500),
  staleIfError: fc.constantFrom(0, 2_000),
  retryAfter: fc.constant(300),
  softTimeout: fc.constantFrom(undefined, 100),
  hardTimeout: fc.constantFrom(undefined, 400),
  negativeTtl: fc.constantFrom(undefined, 200),
  earlyRefresh: fc.constantFrom(1, 0.5),
  random,
  isAmple: fc.boolean(),
});

/** A ttl, and nothing else. */
const plainPolicy: fc.Arbitrary<ModelPolicy> = random.map((each) => (
  { ttl: TTL, staleWhileRevalidate: 0, staleIfError: 0, retryAfter: 300, earlyRefresh: 1, random: each, isAmple: true }
));

const manyOf = (step: fc.Arbitrary<Step>, maxLength: number) => fc.array(step, { minLength: 1, maxLength, size: 'max' });

export const anyScenario: fc.Arbitrary<Scenario> = fc.record({ policy: anyPolicy, steps: manyOf(anyStep, 60), peeks });

export const plainScenario: fc.Arbitrary<Scenario> = fc.record({ policy: plainPolicy, steps: manyOf(plainStep, 40), peeks });
