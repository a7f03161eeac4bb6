import type { LoadContext } from '../../lambda-runtime/engine/load-context.js';

export type Key = 'a' | 'b' | 'c';

/** All in milliseconds. */
export interface ModelPolicy {
  readonly ttl: number;
  readonly staleWhileRevalidate: number;
  readonly staleIfError: number;
  readonly softTimeout?: number;
  readonly hardTimeout?: number;
  readonly negativeTtl?: number;
}

/** When a value was read: once by its load, and once more whenever the origin said that it had not changed. */
interface Reading {
  readonly step: number;
  readonly at: number;
  readonly ttl: number;
  readonly tags: readonly string[];
  readonly endedIn: number;
}

/** A call of the origin. */
export interface Load {
  readonly key: Key;
  readonly step: number;
  readonly at: number;
  readonly context: LoadContext;
  resolve(value: unknown): void;
  reject(error: unknown): void;
  endedIn?: number;
  error?: OriginError;
}

export class OriginError extends Error {
  private static count = 0;

  /** Copies of an error have it too. */
  public readonly number = ++OriginError.count;

  public constructor(public readonly isCached: boolean) {
    super('the origin failed');
  }
}

export type Outcome = { readonly value: number } | { readonly error: unknown } | undefined;

/** A call of the cache. */
export interface Call {
  readonly operation: 'get' | 'refresh';
  readonly key: Key;
  readonly step: number;
  readonly at: number;
  outcome: Outcome;
}

/**
 * What users are promised, checked against the history of all that has happened: who called when, which load began when, what
 * was invalidated when. It knows nothing of how a cache works.
 */
export class Promises {
  public step = 0;
  public readonly loads: Load[] = [];
  public readonly calls: Call[] = [];
  private readonly readings = new Map<number, Reading[]>();
  private readonly invalidations: { readonly step: number; readonly concerns: (key: Key, tags: readonly string[]) => boolean }[] = [];
  /** What must be in the cache, unless it was evicted. */
  private readonly stored = new Map<Key, Reading & { readonly value: number }>();

  public constructor(private readonly policy: ModelPolicy) {}

  public get running(): Load[] {
    return this.loads.filter(({ endedIn }) => endedIn === undefined);
  }

  public invalidated(concerns: (key: Key, tags: readonly string[]) => boolean): void {
    this.invalidations.push({ step: this.step, concerns });
    for (const [key, { tags }] of this.stored) {
      if (concerns(key, tags)) {
        this.stored.delete(key);
      }
    }
  }

  public evicted(key: Key): void {
    this.stored.delete(key);
  }

  /** A value was put into the cache by hand. */
  public primed(key: Key, value: number, at: number): void {
    this.invalidated((each) => each === key);
    const reading: Reading = { step: this.step, at, ttl: this.policy.ttl, tags: [], endedIn: this.step };
    this.readings.set(value, [reading]);
    this.stored.set(key, { ...reading, value });
  }

  /** A load has brought a value, be it a new one or one that is still current. */
  public read(load: Load, value: number, ttl: number, tags: readonly string[], isCached: boolean): void {
    load.endedIn = this.step;
    if (load.context.signal.aborted) {
      return; // nobody listens any more
    }
    const reading: Reading = { step: load.step, at: load.at, ttl, tags, endedIn: this.step };
    this.readings.set(value, [...this.readings.get(value) ?? [], reading]);
    if (this.loads.some(({ key, step }) => key === load.key && step > load.step)) {
      return; // superseded
    }
    this.stored.delete(load.key);
    if (isCached && !this.isInvalidated(load.key, reading, this.step)) {
      this.stored.set(load.key, { ...reading, value });
    }
  }

  /** The value that a call must get at once, without a call of the origin. */
  public certainValue(key: Key, now: number): number | undefined {
    const entry = this.stored.get(key);
    return entry && now >= entry.at && now < entry.at + entry.ttl + this.policy.staleWhileRevalidate ? entry.value : undefined;
  }

  /** A load begins: what is under way for the same key must be something that no caller may have. */
  public checkBeginning(load: Load): void {
    for (const other of this.running) {
      if (other.key !== load.key || other.context.signal.aborted) {
        continue;
      }
      const isTooOld = load.at - other.at >= this.policy.ttl + this.policy.staleWhileRevalidate;
      // The tags of a load are not known before its end: those that it has set so far are.
      const isInvalid = this.isInvalidated(other.key, { step: other.step, tags: other.context.tags as readonly string[] }, this.step);
      check(isTooOld || isInvalid, `two loads of ${load.key} at a time`);
    }
    this.loads.push(load);
  }

  public checkOutcome(call: Call, now: number): void {
    const { outcome } = call;
    if (outcome === undefined) {
      return;
    }
    if ('error' in outcome) {
      check(this.mayFail(call, outcome.error), `the error of a ${call.operation} is none that it may get: ${String(outcome.error)}`);
    } else {
      const readings = this.readings.get(outcome.value) ?? [];
      check(readings.some((reading) => this.mayHave(call, reading, now)),
        `${call.operation} at ${call.at} got a value that was read at ${readings.map(({ at }) => at).join()}`);
    }
  }

  private mayHave({ operation, key, step, at }: Call, reading: Reading, now: number): boolean {
    const { staleIfError, staleWhileRevalidate } = this.policy;
    if (reading.step >= step) {
      return true;
    }
    if (operation === 'refresh' || this.isInvalidated(key, reading, step)) {
      return false;
    }
    const age = at - reading.at;
    if (age < 0) {
      return false;
    }
    if (reading.endedIn >= step) {
      return age < this.policy.ttl + staleWhileRevalidate; // it joined the load
    }
    if (age < reading.ttl + staleWhileRevalidate) {
      return true;
    }
    return now - reading.at < reading.ttl + staleIfError && this.hadTrouble(key, reading);
  }

  /** Whether the origin failed, or was slow, since the value was read. */
  private hadTrouble(key: Key, reading: Reading): boolean {
    return this.loads.some((load) => load.key === key && load.step > reading.step
      && (load.error !== undefined || load.context.signal.aborted || this.policy.softTimeout !== undefined));
  }

  private mayFail({ operation, key, step, at }: Call, error: unknown): boolean {
    const isOf = (load: Load) => load.context.signal.reason === error || (error instanceof OriginError && load.error?.number === error.number);
    const ofLoad = this.loads.find((load) => load.key === key && isOf(load));
    if (ofLoad === undefined) {
      return false;
    }
    const isTimeout = (error as Error).name === 'LoadTimeoutError';
    if (isTimeout ? this.policy.hardTimeout === undefined : !(error instanceof OriginError)) {
      return false;
    }
    if (ofLoad.step >= step) {
      return true;
    }
    if (operation === 'refresh' || this.isInvalidated(key, { ...ofLoad, tags: ofLoad.context.tags as readonly string[] }, step)) {
      return false;
    }
    const age = at - ofLoad.at;
    const { ttl, staleWhileRevalidate, negativeTtl = 0 } = this.policy;
    const joined = isTimeout || ofLoad.endedIn! >= step;
    return age >= 0 && (joined ? age < ttl + staleWhileRevalidate : age < negativeTtl && (error as OriginError).isCached);
  }

  /** Whether something was invalidated after it was read, and before the step. */
  private isInvalidated(key: Key, { step: readIn, tags }: { readonly step: number; readonly tags: readonly string[] }, until: number): boolean {
    return this.invalidations.some(({ step, concerns }) => step > readIn && step <= until && concerns(key, tags));
  }
}

export function check(isKept: boolean, what: string): void {
  if (!isKept) {
    throw new Error(`A promise is broken: ${what}`);
  }
}
