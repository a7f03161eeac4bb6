import type { LoadContext } from '../../../lambda-runtime/engine/load-context.js';

export type Key = 'a' | 'b' | 'c';

/** All in milliseconds, but for `earlyRefresh`, which is a share of the ttl. */
export interface ModelPolicy {
  readonly ttl: number;
  readonly staleWhileRevalidate: number;
  readonly staleIfError: number;
  readonly retryAfter: number;
  readonly softTimeout?: number;
  readonly hardTimeout?: number;
  readonly negativeTtl?: number;
  readonly earlyRefresh: number;
  /** What Math.random returns. */
  readonly random: number;
  /** Whether memory has room for all entries. */
  readonly isAmple: boolean;
}

/** A value with its number. */
export interface Token {
  readonly key: Key;
  readonly number: number;
}

export class OriginError extends Error {
  private static count = 0;

  /** Copies of an error have it too. */
  public readonly number = ++OriginError.count;

  public constructor(public readonly isCached: boolean) {
    super('the origin failed');
    this.stack = ''; // a small memory has room for it
  }
}

export type Content = { readonly value: Token } | { readonly error: unknown };

/** When something was read: by the number of the step, and by the wall clock. */
interface Reading {
  readonly step: number;
  readonly at: number;
  readonly ttl: number;
  readonly tags: readonly string[];
}

/** What the cache must hold under a key, unless it was evicted. */
export interface Entry extends Reading {
  readonly content: Content;
  /** The origin is not called before that, where the entry can still be returned. */
  retryAt: number;
}

/** A call of the origin. */
export interface Load {
  readonly key: Key;
  readonly step: number;
  readonly at: number;
  /** The call in whose async context it runs; undefined for a refresh after the response. */
  readonly by: Call | undefined;
  readonly context: LoadContext;
  resolve(value: unknown): void;
  reject(error: unknown): void;
  /** The entry that its loader is shown as stale. */
  replaces?: Entry;
  ranMs: number;
  /** A later load, or a change of its key, has made it out of date: it stores nothing. */
  isDetached: boolean;
  /** When it ended for the cache. Its origin may answer later: `isAnswered`. */
  endedIn?: number;
  isAnswered: boolean;
  content?: Content;
  tags: readonly string[];
}

/** A call of the cache. */
export interface Call {
  readonly operation: 'get' | 'refresh';
  readonly key: Key;
  readonly step: number;
  readonly at: number;
  /** What came of it. */
  outcome?: Content;
  /** What must come of it, once that is known. */
  expected?: Content;
  /** Whether that is an entry, not a load's result. */
  isFromEntry: boolean;
  /** Whose result it gets; a refresh gets that of the load after this one, where it began before the call. */
  waitsFor?: Load;
  /** What it gets if that load fails or is slow. */
  fallback?: Entry;
  waitedMs: number;
}

interface Invalidation {
  readonly step: number;
  /** Of one key, and so of no load that a later call can join. */
  readonly isOfKey: boolean;
  concerns(key: Key, tags: readonly string[]): boolean;
}

/** What has happened so far: who called when, which load began when, what was read and invalidated when. */
export class History {
  /** The number of the step under way. */
  public step = 0;
  public readonly loads: Load[] = [];
  public readonly calls: Call[] = [];
  private readonly invalidations: Invalidation[] = [];
  /** By the token's number: a value is read once by its load, and once more whenever the origin reports that it has not changed. */
  private readonly readings = new Map<number, (Reading & { readonly endedIn: number })[]>();

  public read(token: Token, reading: Reading): void {
    this.readings.set(token.number, [...this.readingsOf(token), { ...reading, endedIn: this.step }]);
  }

  public readingsOf({ number }: Token) {
    return this.readings.get(number) ?? [];
  }

  public invalidated(isOfKey: boolean, concerns: Invalidation['concerns']): void {
    this.invalidations.push({ step: this.step, isOfKey, concerns });
  }

  /** Whether something was invalidated after it was read, and not after the step. */
  public isInvalidated(key: Key, { step: readIn, tags }: Pick<Reading, 'step' | 'tags'>, until = this.step): boolean {
    return this.invalidations.some(({ step, concerns }) => step > readIn && step <= until && concerns(key, tags));
  }

  /** Whether a load that has ended is out of date for a call that joined it: what was invalidated in between may concern it. */
  public isOutdatedFor({ step: calledIn }: Call, { key, step: begunIn, tags }: Load): boolean {
    return this.invalidations.some(({ step, isOfKey }) => !isOfKey && step > begunIn && step <= calledIn)
      && this.invalidations.some(({ step, isOfKey, concerns }) => !isOfKey && step > begunIn && concerns(key, tags));
  }
}

export function isRunning({ endedIn, context }: Load): boolean {
  return endedIn === undefined && context.abortReason === undefined;
}

export function check(isKept: boolean, what: string): void {
  if (!isKept) {
    throw new Error(`A promise is broken: ${what}`);
  }
}
