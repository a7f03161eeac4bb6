import { Duration } from 'aws-cdk-lib';
import { Coherence } from './coherence';

/**
 * The policy of a cache: how long its entries are used, and what happens when the loader fails or is slow.
 *
 * An option that is left out comes from the handler's code, then from the default.
 */
export interface CachePolicy {
  /**
   * How long an entry is fresh, by the wall clock. A fresh entry is returned without calling the loader.
   *
   * Counted from the moment its load began (RFC 9111, section 4.2.3).
   *
   * @default - what the handler's code sets, else 5 minutes
   */
  readonly ttl?: Duration;

  /**
   * The share of the ttl, from 0 to 1, by which an entry may expire earlier, at random. It keeps entries that were loaded together
   * from expiring together.
   *
   * @default - what the handler's code sets, else 0
   */
  readonly jitter?: number;

  /**
   * How long after its ttl an entry is still returned at once, while its successor is loaded after the response (RFC 5861, section 3).
   *
   * The environment stays awake for the refresh, and Lambda bills that time.
   *
   * @default - what the handler's code sets, else not at all
   */
  readonly staleWhileRevalidate?: Duration;

  /**
   * The share of the ttl, from 0 to 1, after which a hit may refresh the entry after the response, at a random moment. A busy
   * entry then never becomes stale, and environments do not all refresh at once.
   *
   * @default - what the handler's code sets, else 1: never before the ttl is over
   */
  readonly earlyRefresh?: number;

  /**
   * How long after its ttl an entry is still returned if the loader fails (RFC 5861, section 4).
   *
   * @default - what the handler's code sets, else not at all: the loader's error reaches the caller
   */
  readonly staleIfError?: Duration;

  /**
   * How long after a failure stale entries are returned without calling the loader again.
   *
   * @default - what the handler's code sets, else 30 seconds
   */
  readonly retryAfter?: Duration;

  /**
   * How long a call waits for the loader before it returns an entry that `staleIfError` allows. The load continues after the
   * response.
   *
   * @default - what the handler's code sets, else as long as it takes
   */
  readonly softTimeout?: Duration;

  /**
   * The longest that the loader may take. After that, its callers get a LoadTimeoutError, or the entry that `staleIfError` allows.
   *
   * @default - what the handler's code sets, else as long as it takes
   */
  readonly hardTimeout?: Duration;

  /**
   * How long `undefined`, `null` and errors that the handler's code selects for caching are fresh.
   *
   * @default - what the handler's code sets, else `undefined` and `null` are treated like other values
   */
  readonly negativeTtl?: Duration;

  /**
   * How long an environment trusts its own copy of an entry before it checks the shared cache. Two environments can disagree for at
   * most this long after one of them has invalidated or replaced an entry. At most `ttl`.
   *
   * Without `sharedCache` this option has no effect.
   *
   * @default - what the handler's code sets, else as long as the entry is fresh
   */
  readonly memoryTtl?: Duration;

  /**
   * Keeps the memory of all environments coherent through the shared cache. After one environment has invalidated or primed an entry,
   * hits in the others do not return the old value, even if they were frozen. Entries stay in memory for as long as they are fresh.
   * This option replaces `memoryTtl`.
   *
   * Without `sharedCache` this option has no effect.
   *
   * @default - what the handler's code sets, else two environments can disagree for at most `memoryTtl`
   */
  readonly coherence?: Coherence;

  /**
   * The version of the cached values' shape. Change it when the shape changes: entries of other versions are never read.
   *
   * @default - what the handler's code sets, else no version
   */
  readonly valueVersion?: string;
}
