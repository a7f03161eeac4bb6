import type { Counters } from './counters.js';
import { type Entry, type EntryOwner, type EntryStore, isFresh } from './entry.js';
import { type Key, keyOf } from './key.js';
import type { Policy } from './policy.js';
import { sizeOfString } from './size.js';
import { handOut, handOutMutable, store, type StoredValue } from './value.js';

/** What a cache needs of its surroundings. */
export interface CacheParts {
  /** Wall-clock milliseconds since the epoch. */
  now(): number;
  /** The counters of this cache in the invocation under way. */
  counters(): Counters;
  /** Says something once, however often it happens. */
  warnOnce(message: string): void;
  readonly memory: EntryStore;
}

/** The function that reads the origin. */
export type Loader = (...args: never[]) => unknown;

/** What a load brought: a value that everybody may share, or one that only its own caller may have. */
type Loaded = { readonly stored: StoredValue } | { readonly unshared: unknown };

/** One call of the loader under way, and whoever waits for it. */
class Load {
  public readonly result = Promise.withResolvers<Loaded>();
  /** Set by an invalidation that came after this load began: what it read may be out of date. */
  public superseded = false;
  /** The load that follows this one, for refreshes that came meanwhile. */
  public next?: Promise<Loaded>;

  public constructor(public readonly startedAt: number) {}
}

/** Bytes of an entry's own object and of its slots in the index and in lru-cache; measured by `npx projen bench`. */
const ENTRY_OVERHEAD = 320;

/**
 * Get-or-load under one name: every call is a hit, joins the load under way, or calls the loader.
 *
 * Whatever goes wrong in here, the caller gets what the loader gives.
 */
export class Cache implements EntryOwner {
  private readonly index = new Map<Key, Entry>();
  private readonly loads = new Map<Key, Load>();
  /** False after a result that cannot be cached: such results cannot be shared, so nobody should wait for one. */
  private sharesLoads = true;

  public constructor(
    public readonly name: string,
    private readonly loader: Loader,
    private readonly policy: Policy,
    private readonly parts: CacheParts,
  ) {}

  public get(args: readonly unknown[]): Promise<unknown> {
    const key = this.keyOf(args);
    if (key === undefined) {
      return this.bypass(args);
    }
    const entry = this.index.get(key);
    if (entry !== undefined && isFresh(entry, this.parts.now())) {
      if (entry.generation !== this.parts.memory.generation) {
        this.parts.memory.touch(entry);
      }
      this.parts.counters().hits++;
      return Promise.resolve(this.handOut(entry.stored));
    }
    return this.joinOrLoad(key, args);
  }

  /** The fresh entry, if there is one; calls nobody and counts nothing. */
  public peek(args: readonly unknown[]): Entry | undefined {
    const key = this.keyOf(args);
    const entry = key === undefined ? undefined : this.index.get(key);
    return entry !== undefined && isFresh(entry, this.parts.now()) ? entry : undefined;
  }

  /** Calls the loader now, whatever is cached. Refreshes that come while a load is under way share the next one. */
  public async refresh(args: readonly unknown[]): Promise<unknown> {
    const key = this.keyOf(args);
    if (key === undefined) {
      return this.bypass(args);
    }
    const current = this.loads.get(key);
    if (current === undefined) {
      return this.valueOf(await this.load(key, args));
    }
    // The load under way may have read the origin before the change that this refresh is about.
    const loadNext = () => this.load(key, args);
    current.next ??= current.result.promise.then(loadNext, loadNext);
    const loaded = await current.next;
    return 'stored' in loaded ? this.handOut(loaded.stored) : this.bypass(args);
  }

  /** Forgets the entry. A load that began before this does not store after it. */
  public invalidate(args: readonly unknown[]): void {
    const key = this.keyOf(args);
    if (key !== undefined) {
      this.forget(key);
    }
  }

  /** Stores a value as if the loader had just returned it; false if it cannot be cached. */
  public prime(args: readonly unknown[], value: unknown): boolean {
    const key = this.keyOf(args);
    if (key === undefined) {
      return false;
    }
    this.forget(key);
    const stored = this.tryToStore(value);
    return stored !== undefined && this.add(key, stored, this.parts.now());
  }

  public handOut(stored: StoredValue): unknown {
    return this.policy.mutable ? handOutMutable(stored) : handOut(stored);
  }

  public evicted(entry: Entry): void {
    this.parts.counters().evictions++;
    this.index.delete(entry.key);
  }

  private async joinOrLoad(key: Key, args: readonly unknown[]): Promise<unknown> {
    const counters = this.parts.counters();
    const current = this.loads.get(key);
    if (current === undefined) {
      counters.misses++;
      return this.valueOf(await this.load(key, args));
    }
    if (!this.sharesLoads) {
      return this.bypass(args);
    }
    counters.hits++;
    counters.joinedHits++;
    const loaded = await current.result.promise;
    if ('stored' in loaded) {
      return this.handOut(loaded.stored);
    }
    // Not a hit after all: what the other call got is only its own.
    counters.hits--;
    counters.joinedHits--;
    return this.bypass(args);
  }

  private load(key: Key, args: readonly unknown[]): Promise<Loaded> {
    const load = new Load(this.parts.now());
    this.loads.set(key, load);
    this.runLoad(load, key, args).then(load.result.resolve, load.result.reject);
    return load.result.promise;
  }

  private async runLoad(load: Load, key: Key, args: readonly unknown[]): Promise<Loaded> {
    try {
      const value = await this.callLoader(args);
      const stored = this.tryToStore(value);
      this.sharesLoads = stored !== undefined;
      if (stored === undefined) {
        return { unshared: value };
      }
      if (!load.superseded) {
        this.add(key, stored, load.startedAt);
      }
      return { stored };
    } finally {
      if (this.loads.get(key) === load) {
        this.loads.delete(key);
      }
    }
  }

  /** Calls the loader as if there were no cache. */
  public async bypass(args: readonly unknown[]): Promise<unknown> {
    this.parts.counters().bypasses++;
    return this.callLoader(args);
  }

  private async callLoader(args: readonly unknown[]): Promise<unknown> {
    const startedAt = performance.now();
    this.parts.counters().originCalls++;
    try {
      return await this.loader(...(args as never[]));
    } catch (error) {
      this.parts.counters().originErrors++;
      throw error;
    } finally {
      this.parts.counters().originDurations.push(performance.now() - startedAt);
    }
  }

  private valueOf(loaded: Loaded): unknown {
    return 'stored' in loaded ? this.handOut(loaded.stored) : loaded.unshared;
  }

  /** The call's key, or undefined (said once) if its arguments cannot be one. */
  public keyOf(args: readonly unknown[]): Key | undefined {
    try {
      return keyOf(this.policy.key === undefined ? args : [this.policy.key(...(args as never[]))]);
    } catch (error) {
      this.parts.warnOnce(
        `The arguments of cache '${this.name}' cannot be its key: ${reason(error)}. The call is not cached. `
        + 'Pass the option `key`, a function of the same arguments that returns plain data.',
      );
      return undefined;
    }
  }

  private tryToStore(value: unknown): StoredValue | undefined {
    try {
      return store(value);
    } catch (error) {
      this.parts.counters().uncacheable++;
      this.parts.warnOnce(
        `A value of cache '${this.name}' is not cached: it is or contains ${reason(error)}. `
        + 'Return plain data from the loader: objects, arrays, dates, maps, sets, bytes and primitive values.',
      );
      return undefined;
    }
  }

  private add(key: Key, stored: StoredValue, storedAt: number): boolean {
    this.drop(key);
    const bytes = Math.ceil(stored.bytes + ENTRY_OVERHEAD + (typeof key === 'string' ? sizeOfString(key) : 0));
    const entry: Entry = { key, owner: this, stored, storedAt, freshUntil: storedAt + this.policy.ttlMs, bytes, generation: 0 };
    if (!this.parts.memory.add(entry)) {
      this.parts.counters().uncacheable++;
      this.parts.warnOnce(`A value of cache '${this.name}' is not cached: its ${bytes} bytes exceed the memory bound. Raise maxMemory, or cache less of it.`);
      return false;
    }
    this.index.set(key, entry);
    return true;
  }

  private forget(key: Key): void {
    const load = this.loads.get(key);
    if (load !== undefined) {
      load.superseded = true;
      this.loads.delete(key);
    }
    this.drop(key);
  }

  private drop(key: Key): void {
    const entry = this.index.get(key);
    if (entry !== undefined) {
      this.index.delete(key);
      this.parts.memory.remove(entry);
    }
  }
}

function reason(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
