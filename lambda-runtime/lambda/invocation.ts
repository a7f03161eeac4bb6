import { Counters } from '../engine/counters.js';

// Not `import`: linking one of Node.js's own modules to an ES module takes a quarter of a millisecond (docs/decisions.md).
const { AsyncLocalStorage } = process.getBuiltinModule('node:async_hooks');

/** Whether any event had a tenant: functions without tenants need not look for one. */
let hasTenants = false;

/**
 * The state of one event while it is handled. One environment can handle many events at once, so none of this is ever global to a
 * module.
 */
export class Invocation {
  /** The counts for the whole function, if there are any. */
  public counts?: Record<string, number>;
  private readonly counters: (Counters | undefined)[] = [];
  private closed = false;

  public constructor(
    public readonly requestId?: string,
    /** The event's tenant, if the function isolates tenants (`tenancyConfig`). */
    public readonly tenantId?: string,
    /** The identity that it shares with its work after the response. */
    public readonly event: object = {},
    /** How many milliseconds are left before Lambda ends it. */
    public readonly remainingMs?: () => number,
  ) {
    hasTenants ||= tenantId !== undefined;
  }

  /** The counters of a cache, by the cache's number. Events after the end of the invocation are counted with the next one. */
  public countersOf(cache: number): Counters {
    return this.closed ? outsideInvocations.countersOf(cache) : this.counters[cache] ??= new Counters();
  }

  /** Counts an event that belongs to no particular cache. */
  public count(metric: string): void {
    const counts = (this.closed ? outsideInvocations : this).counts ??= {};
    counts[metric] = (counts[metric] ?? 0) + 1;
  }

  /** Ends counting; returns the counts by the cache's number, of the caches that were used. */
  public close(): readonly (Counters | undefined)[] {
    this.closed = true;
    opened.delete(this);
    onlyOpened = soleOf(opened);
    return this.counters;
  }
}

/** Collects counts outside any invocation: during INIT, and in promises that a handler left behind. */
let outsideInvocations = new Invocation();

const invocations = new AsyncLocalStorage<Invocation>();

/** The event that is being handled, or whose deferred work is running; undefined in INIT, and outside Lambda. */
export function currentEvent(): object | undefined {
  return invocations.getStore()?.event;
}

/** The tenant of the current event. */
export function tenantOfInvocation(): string | undefined {
  return hasTenants ? currentInvocation().tenantId : undefined;
}

export function currentInvocation(): Invocation {
  return invocations.getStore() ?? outsideInvocations;
}

export function runInvocation<T>(invocation: Invocation, handle: () => T): T {
  opened.add(invocation);
  onlyOpened = soleOf(opened);
  return invocations.run(invocation, handle);
}

/** The invocations that have begun and whose metrics are not written yet. */
const opened = new Set<Invocation>();

/** The only one of them; undefined if there are none or several. */
let onlyOpened: Invocation | undefined;

function soleOf(all: ReadonlySet<Invocation>): Invocation | undefined {
  return all.size === 1 ? all.values().next().value : undefined;
}

/**
 * The invocation for counting. Faster than `currentInvocation()`: while only one invocation is open, everything is counted there, even in
 * promises that an earlier one left behind, which would be counted with the next one anyway. Not for a caller's tenant, budget or deadline.
 */
export function countingInvocation(): Invocation {
  return onlyOpened ?? currentInvocation();
}

/** Ends the collection of counts outside any invocation, and starts a new one. */
export function takeOutsideInvocations(): Invocation {
  const taken = outsideInvocations;
  outsideInvocations = new Invocation();
  return taken;
}
