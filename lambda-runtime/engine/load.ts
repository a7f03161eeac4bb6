import type { Call } from './call.js';
import type { Content, Entry } from './entry.js';
import { LoadContext, runInContext } from './load-context.js';
import type { VersionToken } from './shared.js';
import { startTimer } from '../values/duration.js';
import { LoadTimeoutError } from '../values/errors.js';
import type { StoredValue } from '../values/snapshot.js';

/** A load's outcome: content that all callers may share, or a value for its own caller only. */
export type Loaded = Content | { readonly unshared: unknown };

/** Spelled out, since the package contains this file's declarations, and users' TypeScript may lack the ES2024 library. */
interface Resolvers {
  readonly promise: Promise<Loaded>;
  resolve(loaded: Loaded): void;
  reject(error: unknown): void;
}

/** A loader call under way, and the callers that wait for it. */
export class Load {
  public readonly result: Resolvers = Promise.withResolvers<Loaded>();
  public readonly context: LoadContext;
  /** Set if a later change made this load's value out of date: it answers its callers and stores nothing. */
  public superseded = false;
  /** The tags of its value, once it has ended. */
  public tags?: readonly string[];
  /** Whether the environment stays awake for it after the response. */
  public keptAwake = false;
  /** The load that follows this one, for refreshes that arrive meanwhile. */
  public next?: Promise<Load>;
  /** How many calls wait for it. Background work may be dropped, a load with waiting callers may not. */
  private waiting = 0;
  private ended = false;
  /** Ends `run`. */
  private end?: (reason: Error) => void;

  public constructor(
    /** The call that started it, and whose key it has. */
    public readonly call: Call,
    public readonly startedAt: number,
    /** The number of invalidations before it began. */
    public readonly sequence: number,
    /** How many invocations had begun by then. */
    public readonly arrivals: number,
    /** How often the environment may have been frozen when it began; undefined if nothing freezes. */
    public readonly freezeCount: number | undefined,
    /** The entry that it replaces. */
    public readonly stale: Entry | undefined,
    toCaller: (stored: StoredValue) => unknown,
    /** The version token for storing its value in the shared tier. */
    public readonly version?: VersionToken,
  ) {
    this.context = new LoadContext(stale && 'stored' in stale.content
      ? { value: toCaller(stale.content.stored), storedAt: new Date(stale.storedAt), validator: stale.validator }
      : undefined);
    // A background load may fail when no caller waits for it.
    this.result.promise.catch(() => {});
  }

  /** Calls the loader; ends with its result, or when the load is aborted. */
  public async run(loader: () => unknown, cacheName: string, hardTimeoutMs = Infinity): Promise<unknown> {
    const timer = startTimer(() => this.abort(new LoadTimeoutError(cacheName, hardTimeoutMs)), hardTimeoutMs);
    try {
      return await new Promise((resolve, reject) => {
        this.end = reject;
        runInContext(this.context, async () => loader()).then(resolve, reject);
      });
    } finally {
      this.ended = true;
      clearTimeout(timer);
    }
  }

  /** The load's outcome. */
  public async wait(): Promise<Loaded>;
  /** The same; undefined if it takes longer. */
  public async wait(milliseconds: number): Promise<Loaded | undefined>;
  public async wait(milliseconds = Infinity): Promise<Loaded | undefined> {
    let timer: NodeJS.Timeout | undefined;
    this.waiting++;
    try {
      return await (milliseconds === Infinity ? this.result.promise : new Promise<Loaded | undefined>((resolve, reject) => {
        timer = startTimer(() => resolve(undefined), milliseconds);
        this.result.promise.then(resolve, reject);
      }));
    } finally {
      clearTimeout(timer);
      this.waiting--;
    }
  }

  /** Aborts the load if no caller waits for it. A load that has ended is not aborted: other requests may use its signal by now. */
  public drop(reason: Error): void {
    if (this.waiting === 0 && !this.ended) {
      this.abort(reason);
    }
  }

  /** Ends the load with an error; the loader's later result is ignored. */
  private abort(reason: Error): void {
    this.end?.(reason);
    this.context.abort(reason);
  }
}
