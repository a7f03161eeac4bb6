import { TTL } from './virtual-cache.js';

/** A value that knows where it came from. */
export interface Token {
  readonly key: string;
  /** When its load began, or when it was primed: by the wall clock, and by the number of the step. */
  readonly readAt: number;
  readonly step: number;
}

export type Expected = 'pending' | { readonly value: Token } | { readonly error: unknown };

/** A call of `get` or `refresh`, and what must become of it. */
export interface ModelCall {
  readonly operation: 'get' | 'refresh';
  readonly key: string;
  readonly at: number;
  readonly step: number;
  expected: Expected;
  /** A load's callers are counted when it has ended. */
  waitsAs?: 'miss' | 'join';
}

export interface ModelLoad {
  readonly token: Token;
  readonly waiting: ModelCall[];
  /** Refreshes that came while this load was under way: they want one that begins later. */
  readonly refreshes: ModelCall[];
  superseded: boolean;
  /** The clock jumped back since it began: nobody knows how old its value will be. */
  ageless: boolean;
  settled: boolean;
}

/**
 * What a cache with ample memory must do, one step after the other, in the most obvious way.
 */
export class CacheModel {
  public now: number;
  public step = 0;
  public readonly calls: ModelCall[] = [];
  public readonly loads: ModelLoad[] = [];
  public readonly counted = { hits: 0, joinedHits: 0, misses: 0, bypasses: 0, originCalls: 0, originErrors: 0 };
  /** The last step after which nothing older of a key may be served. */
  public readonly forgottenAt = new Map<string, number>();
  private readonly entries = new Map<string, Token>();
  private readonly current = new Map<string, ModelLoad>();

  public constructor(now: number) {
    this.now = now;
  }

  /** Time passes; if it passes backwards, nobody knows the age of anything any more. */
  public pass(ms: number): void {
    this.now += ms;
    if (ms < 0) {
      this.entries.clear();
      this.current.forEach((load) => {
        load.ageless = true;
      });
    }
  }

  public fresh(key: string): Token | undefined {
    const entry = this.entries.get(key);
    return entry !== undefined && this.isFresh(entry) ? entry : undefined;
  }

  public get(key: string): void {
    const call = this.begin('get', key);
    const entry = this.fresh(key);
    const load = this.joinable(key);
    if (entry !== undefined) {
      this.counted.hits++;
      call.expected = { value: entry };
    } else if (load !== undefined) {
      call.waitsAs = 'join';
      load.waiting.push(call);
    } else {
      call.waitsAs = 'miss';
      this.load(key, [call]);
    }
  }

  public refresh(key: string): void {
    const call = this.begin('refresh', key);
    const load = this.current.get(key);
    if (load === undefined) {
      this.load(key, [call]);
    } else {
      load.refreshes.push(call);
    }
  }

  public invalidate(key: string): void {
    this.forgottenAt.set(key, this.step);
    this.entries.delete(key);
    const load = this.current.get(key);
    if (load !== undefined) {
      load.superseded = true;
      this.current.delete(key);
    }
  }

  public prime(key: string): Token {
    this.invalidate(key);
    const token = { key, readAt: this.now, step: this.step };
    this.entries.set(key, token);
    return token;
  }

  public settle(load: ModelLoad, outcome: Exclude<Expected, 'pending'>): void {
    const { key } = load.token;
    load.settled = true;
    load.waiting.forEach((call) => {
      call.expected = outcome;
      this.counted.hits += Number(call.waitsAs === 'join');
      this.counted.joinedHits += Number(call.waitsAs === 'join');
      this.counted.misses += Number(call.waitsAs === 'miss');
    });
    if ('error' in outcome) {
      this.counted.originErrors++;
    } else if (!load.superseded && !load.ageless) {
      this.entries.set(key, load.token);
    }
    if (this.current.get(key) === load) {
      this.current.delete(key);
    }
    const later = this.joinable(key);
    if (load.refreshes.length > 0) {
      if (later !== undefined) {
        later.waiting.push(...load.refreshes);
      } else {
        this.load(key, load.refreshes);
      }
    }
  }

  /** Loads under way whose results will be stored. */
  public underWay(key: string): ModelLoad[] {
    return this.loads.filter(({ token, settled, superseded, ageless }) => token.key === key && !settled && !superseded && !ageless);
  }

  private joinable(key: string): ModelLoad | undefined {
    const load = this.current.get(key);
    return load !== undefined && !load.ageless && this.isFresh(load.token) ? load : undefined;
  }

  private isFresh({ readAt }: Token): boolean {
    return this.now >= readAt && this.now - readAt < TTL;
  }

  private begin(operation: 'get' | 'refresh', key: string): ModelCall {
    const call: ModelCall = { operation, key, at: this.now, step: this.step, expected: 'pending' };
    this.calls.push(call);
    return call;
  }

  private load(key: string, waiting: ModelCall[]): void {
    this.counted.originCalls++;
    const older = this.current.get(key);
    if (older !== undefined) {
      older.superseded = true;
    }
    const load = { token: { key, readAt: this.now, step: this.step }, waiting, refreshes: [], superseded: false, ageless: false, settled: false };
    this.loads.push(load);
    this.current.set(key, load);
  }
}
