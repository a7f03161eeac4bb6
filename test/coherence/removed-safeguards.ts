import { AROUND } from './actions';
import type { Exploration } from './explorer';
import { changeHash } from '../../lambda-runtime/engine/change-hash.js';
import { Entries } from '../../lambda-runtime/engine/entries.js';
import { Invalidations } from '../../lambda-runtime/engine/invalidations.js';
import { Loads } from '../../lambda-runtime/engine/loads.js';
import { AppliedChanges } from '../../lambda-runtime/shared/applied-changes.js';
import { tombstone } from '../../lambda-runtime/shared/envelope.js';
import { Fence } from '../../lambda-runtime/shared/fence.js';
import { SharedTier } from '../../lambda-runtime/shared/shared-tier.js';
import { TOMBSTONE_RETENTION_MS } from '../../lambda-runtime/shared/tier.js';

// eslint-disable-next-line @typescript-eslint/no-explicit-any
type Patched = any;

/** Puts another method, or getter, instead of one of a class; returns what puts it back. */
function replace(
  of: { readonly prototype: object }, name: string, replacement: (original: Patched) => (this: Patched, ...args: Patched[]) => Patched,
): () => void {
  const descriptor = Object.getOwnPropertyDescriptor(of.prototype, name);
  if (descriptor === undefined) {
    throw new Error(`There is no ${name} to be replaced: the safeguard has another name now.`);
  }
  const isGetter = descriptor.get !== undefined;
  const other = replacement(isGetter ? descriptor.get : descriptor.value);
  Object.defineProperty(of.prototype, name, { ...descriptor, ...(isGetter ? { get: other } : { value: other }) });
  return () => Object.defineProperty(of.prototype, name, descriptor);
}

/** Two safeguards against one fault. */
const both = (one: () => void, other: () => void) => () => {
  one();
  other();
};

export interface Safeguard {
  /** Removes it; returns a function that restores it. */
  readonly remove: () => () => void;
  /** Where the explorer finds what goes wrong without it. */
  readonly exploration: Exploration;
}

const around = (topic: keyof typeof AROUND, depth: number, more: Partial<Exploration> = {}): Exploration =>
  ({ actions: AROUND[topic], depth, boundMs: 0, ...more });

/** docs/coherence.md describes each. */
export const SAFEGUARDS: Readonly<Record<string, Safeguard>> = {
  'memory is used only after a fence': {
    remove: () => replace(Fence, 'newArrival', (original) => function (number) {
      return original.call(this, number, 0, Promise.resolve());
    }),
    exploration: around('the fence', 3),
  },
  'the fence is sent after the invocation began': {
    remove: () => replace(Fence, 'arrive', (original) => function (event) {
      // Shares the one that is under way.
      const { underWay } = this;
      if (underWay === undefined) {
        return original.call(this, event);
      }
      const arrival = this.newArrival(++this.arrivals, this.sent, underWay.answered);
      this.byEvent.set(event, arrival);
      return arrival;
    }),
    exploration: around('the fence', 4),
  },
  'without an answer, memory is not used': {
    remove: () => replace(Fence, 'read', (original) => function () {
      return original.call(this).then(() => {
        this.applied = this.sent;
        this.isCurrent = true;
      });
    }),
    exploration: around('the fence', 4),
  },
  'a change is appended to the log last': {
    remove: () => replace(SharedTier, 'invalidate', () => function (key) {
      return this.broadcast(async () => {
        await this.tier.log([changeHash(`k:${key}`)]);
        await this.tier.write([{ key, bytes: tombstone(key), retentionMs: TOMBSTONE_RETENTION_MS, expected: undefined }]);
      });
    }),
    exploration: around('the order of a change', 4),
  },
  'an answer counts as of when its question was sent': {
    remove: () => replace(Entries, 'addShared', (original) => function (key, entry, moment) {
      return original.call(this, key, entry, { ...moment, sequence: this.deps.invalidations.latest });
    }),
    exploration: around('the answers of the tier', 4, { warm: ['A'] }),
  },
  'a load counts as of when it began': {
    remove: () => replace(Loads, 'complete', (original) => function (load, value) {
      return original.call(this, Object.assign(load, { sequence: this.deps.invalidations.latest }), value);
    }),
    exploration: around('loads', 5, { warm: [] }),
  },
  'a load that is out of date is not joined': {
    remove: () => both(replace(Loads, 'current', () => function (key) {
      return this.get(key);
    }), replace(Loads, 'isOutdatedFor', () => () => false)),
    exploration: around('loads', 4, { warm: [] }),
  },
  'a log that was trimmed or lost drops all memory': {
    remove: () => replace(AppliedChanges, 'apply', (original) => function (hashes) {
      return original.call(this, hashes ?? []);
    }),
    exploration: around('losses', 3),
  },
  'a lease begins when its fence was sent': {
    remove: () => replace(Fence, 'apply', (original) => function (changes, number) {
      return original.call(this, changes, number, this.deps.now());
    }),
    exploration: around('leases', 5, { boundMs: 1_000 }),
  },
  'a lease ends when the clock is before its beginning': {
    // The engine forgets everything, too, when it sees that.
    remove: () => both(replace(Fence, 'isLeased', () => function () {
      return this.deps.now() < this.leaseFrom + this.boundMs;
    }), replace(Invalidations, 'observe', () => (now) => now)),
    exploration: around('clocks', 5, { boundMs: 1_000 }),
  },
};
