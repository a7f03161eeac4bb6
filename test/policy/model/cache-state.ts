import { type Call, type Content, type Entry, type History, isRunning, type Key, type Load, type ModelPolicy, OriginError, type Token } from './history.js';

/** What the origin decides about a value beside the value itself. */
export interface Decision {
  readonly ttl: number;
  readonly tags: readonly string[];
  readonly isCached: boolean;
}

/** Which entry the cache must hold under each key, and which load of it is under way. */
export class CacheState {
  private readonly entries = new Map<Key, Entry>();
  /** The load of a key that may still store its result. */
  private readonly current = new Map<Key, Load>();

  public constructor(private readonly policy: ModelPolicy, private readonly history: History) {}

  public entry(key: Key): Entry | undefined {
    return this.entries.get(key);
  }

  /** The entry that answers a call at once: it is fresh, or just stale, or old and the origin has failed a moment ago. */
  public usable(key: Key, now: number): Entry | undefined {
    const entry = this.entries.get(key);
    const isUsable = entry !== undefined && (now - entry.at < entry.ttl + ('value' in entry.content ? this.policy.staleWhileRevalidate : 0)
      || (this.isFallback(entry, now) && now < entry.retryAt));
    return isUsable ? entry : undefined;
  }

  /** Whether it may be returned in place of a load that fails or is slow. A cached error may not. */
  public isFallback({ at, ttl, content }: Entry, now: number): boolean {
    return 'value' in content && this.policy.staleIfError > 0 && now >= at && now - at < ttl + this.policy.staleIfError;
  }

  /** The value that a loader is shown as stale. After the response that may be one that no call can have any more. */
  public stale(key: Key, by: Call | undefined, now: number): Entry | undefined {
    const entry = this.entries.get(key);
    const { staleIfError, staleWhileRevalidate } = this.policy;
    const isShown = entry !== undefined && 'value' in entry.content
      && (by === undefined || now - entry.at < entry.ttl + Math.max(staleIfError, staleWhileRevalidate));
    return isShown ? entry : undefined;
  }

  public running(key: Key): Load | undefined {
    const load = this.current.get(key);
    return load !== undefined && isRunning(load) ? load : undefined;
  }

  /** The load under way, unless no later call may use its result. */
  public joinable(key: Key, now: number): Load | undefined {
    const load = this.running(key);
    const { ttl, staleWhileRevalidate } = this.policy;
    // The tags of a load are not known before its end: those that it has set so far are.
    const isInvalid = load && this.history.isInvalidated(key, { step: load.step, tags: load.context.tags as readonly string[] });
    return load !== undefined && !isInvalid && now - load.at < ttl + staleWhileRevalidate ? load : undefined;
  }

  public begins(load: Load): void {
    this.detach(load.key);
    this.current.set(load.key, load);
  }

  /** A load has returned a value: a new one, or the current one again. */
  public brings(load: Load, value: Token, { ttl, tags, isCached }: Decision): void {
    const { key, step, at } = load;
    const reading = { step, at, ttl, tags };
    this.ends(load, { value }, tags);
    this.history.read(value, reading);
    if (!load.isDetached) {
      this.entries.delete(key);
      if (isCached && !this.history.isInvalidated(key, reading)) {
        this.entries.set(key, { ...reading, content: { value }, retryAt: 0 });
      }
    }
  }

  /** A value that a call may still have is better than a cached error. */
  public fails(load: Load, error: unknown, now: number): void {
    const { key, step, at, replaces, context } = load;
    const { negativeTtl, retryAfter } = this.policy;
    const tags = context.tags as readonly string[];
    this.ends(load, { error }, tags);
    if (load.isDetached) {
      return;
    }
    if (replaces !== undefined) {
      replaces.retryAt = now + retryAfter;
    } else if (negativeTtl !== undefined && error instanceof OriginError && error.isCached && !this.history.isInvalidated(key, { step, tags })) {
      this.entries.set(key, { step, at, ttl: negativeTtl, tags, content: { error }, retryAt: 0 });
    }
  }

  public invalidatedKey(key: Key): void {
    this.history.invalidated(true, (each) => each === key);
    this.detach(key);
    this.entries.delete(key);
  }

  /** By a tag, or everything. */
  public invalidated(concerns: (tags: readonly string[]) => boolean): void {
    this.history.invalidated(false, (_, tags) => concerns(tags));
    for (const [key, { tags }] of this.entries) {
      if (concerns(tags)) {
        this.entries.delete(key);
      }
    }
  }

  /** A value was put into the cache by hand. */
  public primed(value: Token, now: number): void {
    this.invalidatedKey(value.key);
    const reading = { step: this.history.step, at: now, ttl: this.policy.ttl, tags: [] };
    this.history.read(value, reading);
    this.entries.set(value.key, { ...reading, content: { value }, retryAt: 0 });
  }

  public evicted(key: Key): void {
    this.entries.delete(key);
  }

  private ends(load: Load, content: Content, tags: readonly string[]): void {
    Object.assign(load, { endedIn: this.history.step, content, tags });
    if (this.current.get(load.key) === load) {
      this.current.delete(load.key);
    }
  }

  private detach(key: Key): void {
    const load = this.current.get(key);
    if (load !== undefined) {
      load.isDetached = true;
      this.current.delete(key);
    }
  }
}
