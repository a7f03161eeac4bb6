import type { CacheDeps } from './cache-deps.js';
import type { Content } from './entry.js';
import type { Policy } from './policy.js';
import { reasonOf } from '../values/error-text.js';
import { snapshot } from '../values/snapshot.js';
import { isError, StoredError } from '../values/stored-error.js';

/** Turns a loader's results and errors into entries' contents: decides what can be cached, and for how long. */
export class Contents {
  public constructor(
    private readonly cacheName: string,
    private readonly policy: Pick<Policy, 'ttlMs' | 'negativeTtlMs' | 'cacheErrors'>,
    private readonly deps: Pick<CacheDeps, 'counters' | 'warnOnce'>,
  ) {}

  /** How long a value is fresh, unless its loader sets that. */
  public ttlOf(value: unknown): number {
    return (value === undefined || value === null ? this.policy.negativeTtlMs : undefined) ?? this.policy.ttlMs;
  }

  /** Whether the policy selects the error for caching. */
  public isCacheable(error: unknown): boolean {
    let answer: unknown;
    try {
      answer = this.policy.cacheErrors?.(error);
    } catch (mistake) {
      return this.refuse(`failed: ${reasonOf(mistake)}`);
    }
    // A promise of false would count as true.
    if (answer instanceof Promise) {
      answer.catch(() => {});
      return this.refuse('returned a promise: it must return true or false');
    }
    return Boolean(answer);
  }

  private refuse(mistake: string): false {
    this.deps.warnOnce('cacheErrorsFailed', `The option cacheErrors of cache '${this.cacheName}' ${mistake}. The error is not cached.`, this.cacheName, mistake);
    return false;
  }

  /** The content for a value; undefined (counted, and logged once) if it cannot be cached. */
  public contentOf(value: unknown): Content | undefined {
    return this.storable(() => ({ stored: snapshot(value) }), 'Return plain data from the loader');
  }

  /** The same for an error that the loader threw. */
  public contentOfError(error: unknown): Content | undefined {
    return this.storable(() => ({ error: isError(error) ? new StoredError(error) : snapshot(error) }), 'Throw errors or plain data');
  }

  private storable(content: () => Content, remedy: string): Content | undefined {
    try {
      return content();
    } catch (error) {
      this.deps.counters().uncacheable++;
      const reason = reasonOf(error);
      this.deps.warnOnce('uncacheable', `A value of cache '${this.cacheName}' is not cached: it is or contains ${reason}. `
        + `${remedy}: objects, arrays, dates, maps, sets, bytes and primitive values.`, this.cacheName, reason);
      return undefined;
    }
  }
}
