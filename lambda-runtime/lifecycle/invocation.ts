import { Counters } from '../engine/counters.js';

// Not `import`: linking one of Node.js's own modules to an ES module takes a quarter of a millisecond (docs/decisions.md).
const { AsyncLocalStorage } = process.getBuiltinModule('node:async_hooks');

/** Whether any event had a tenant: functions without tenants need not look for one. */
let hasTenants = false;

/**
 * What belongs to one event while it is handled. One environment can handle many events at once, so none of this is
 * ever a module's global.
 */
export class Invocation {
  /** What was counted for the function as a whole, if anything. */
  public counts?: Record<string, number>;
  private readonly counters: (Counters | undefined)[] = [];
  private closed = false;

  public constructor(
    public readonly requestId?: string,
    /** Whose event it is, where the function isolates tenants (`tenancyConfig`). */
    public readonly tenantId?: string,
    /** What it has in common with the work that is done for it after the response. */
    public readonly event: object = {},
    /** How many milliseconds are left before Lambda ends it. */
    public readonly remainingMs?: () => number,
  ) {
    hasTenants ||= tenantId !== undefined;
  }

  /** The counters of a cache, by the cache's number. What happens after the invocation has ended is counted with the next one. */
  public countersOf(cache: number): Counters {
    return this.closed ? betweenInvocations.countersOf(cache) : this.counters[cache] ??= new Counters();
  }

  /** Counts something that belongs to no cache in particular. */
  public count(metric: string): void {
    const counts = (this.closed ? betweenInvocations : this).counts ??= {};
    counts[metric] = (counts[metric] ?? 0) + 1;
  }

  /** What was counted, by the cache's number, for the caches that were used; nothing more is counted here. */
  public close(): Map<number, Counters> {
    this.closed = true;
    return new Map(this.counters.flatMap((counters, number) => counters === undefined ? [] : [[number, counters]]));
  }
}

/** Collects what happens outside any invocation: during INIT, and in promises that a handler left behind. */
let betweenInvocations = new Invocation();

const invocations = new AsyncLocalStorage<Invocation>();

/** The event being handled, or for which work is done; undefined in INIT, and outside Lambda. */
export function eventUnderWay(): object | undefined {
  return invocations.getStore()?.event;
}

/** Whose event is being handled. */
export function tenantOfInvocation(): string | undefined {
  return hasTenants ? currentInvocation().tenantId : undefined;
}

export function currentInvocation(): Invocation {
  return invocations.getStore() ?? betweenInvocations;
}

export function runInvocation<T>(invocation: Invocation, handle: () => T): T {
  return invocations.run(invocation, handle);
}

/** Ends the collection of what happened outside any invocation, and begins a new one. */
export function takeBetweenInvocations(): Invocation {
  const taken = betweenInvocations;
  betweenInvocations = new Invocation();
  return taken;
}
