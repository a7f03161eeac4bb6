import type { Call } from './call.js';
import type { Content, Entry } from './entry.js';
import { LoadContext, runInContext } from './load-context.js';
import { LoadTimeoutError } from './load-timeout-error.js';
import type { VersionToken } from './shared.js';
import { startTimer } from './timer.js';
import type { StoredValue } from './value.js';

/** What a load brought: content that everybody may share, or a value that only its own caller may have. */
export type Loaded = Content | { readonly unshared: unknown };

/** Spelled out, since the package has this file's declarations: users' TypeScript may have no library of ES2024. */
interface Resolvers {
  readonly promise: Promise<Loaded>;
  resolve(loaded: Loaded): void;
  reject(error: unknown): void;
}

/** One call of the loader under way, and whoever waits for it. */
export class Load {
  public readonly result: Resolvers = Promise.withResolvers<Loaded>();
  public readonly context: LoadContext;
  /** Set by what came after this load began and made its value out of date: it answers its callers and stores nothing. */
  public superseded = false;
  /** The tags of what it brought, once it has ended. */
  public tags?: readonly string[];
  /** Whether the environment stays awake for it after the response. */
  public keptAwake = false;
  /** The load that follows this one, for refreshes that came meanwhile. */
  public next?: Promise<Loaded>;
  /** How many calls wait for it. Work in the background may be dropped, what a caller waits for may not. */
  private waiting = 0;
  private ended = false;
  /** Ends `run`. */
  private end?: (reason: Error) => void;

  public constructor(
    /** The call that it is made for, and whose key it has. */
    public readonly call: Call,
    public readonly startedAt: number,
    /** The number of invalidations that had happened when it began. */
    public readonly sequence: number,
    /** How often the environment may have been frozen when it began; undefined where nothing freezes. */
    public readonly freezes: number | undefined,
    /** What it is to replace. */
    public readonly stale: Entry | undefined,
    handOut: (stored: StoredValue) => unknown,
    /** The right to store its value in the shared tier. */
    public readonly ticket?: VersionToken,
  ) {
    this.context = new LoadContext(stale && 'stored' in stale.content
      ? { value: handOut(stale.content.stored), storedAt: new Date(stale.storedAt), validator: stale.validator }
      : undefined);
    // A load in the background may fail with nobody waiting.
    this.result.promise.catch(() => {});
  }

  /** Calls the loader; ends with its answer, or when the load is aborted. */
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

  /** What the load brings. */
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

  /** Ends the load if nobody waits for it. One that has ended is left alone: what its loader used may serve others by now. */
  public drop(reason: Error): void {
    if (this.waiting === 0 && !this.ended) {
      this.abort(reason);
    }
  }

  /** Ends the load with an error; what the loader does later changes nothing. */
  private abort(reason: Error): void {
    this.end?.(reason);
    this.context.abort(reason);
  }
}
