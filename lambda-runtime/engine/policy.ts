/** How one cache behaves; all times in milliseconds. */
export interface Policy {
  /** How long an entry is fresh. */
  readonly ttlMs: number;
  /** The share of the ttl, 0 to 1, by which an entry may expire earlier, at random. */
  readonly jitter: number;
  /** The share of the ttl, 0 to 1, after which a hit may refresh the entry in the background, at random; 1: never. */
  readonly earlyRefresh: number;
  /** How long after its ttl an entry is returned at once while it is refreshed in the background. */
  readonly staleWhileRevalidateMs: number;
  /** How long after its ttl an entry is returned if the loader fails. */
  readonly staleIfErrorMs: number;
  /** How long after a failure stale entries are returned without calling the loader again. */
  readonly retryAfterMs: number;
  /** How long a call waits for the loader if there is a stale entry to return instead. */
  readonly softTimeoutMs?: number;
  /** How long the loader may take at all. */
  readonly hardTimeoutMs?: number;
  /** How long `undefined`, `null` and cached errors are fresh; absent: `undefined` and `null` are values like others. */
  readonly negativeTtlMs?: number;
  /** How long an entry is used from memory before the shared tier is asked whether it is still the one; absent: as long as it is fresh. */
  readonly memoryTtlMs?: number;
  /** Which of the loader's errors are cached, for `negativeTtlMs`. */
  readonly cacheErrors?: (error: unknown) => boolean;
  /** What identifies a call; absent: all its arguments. */
  readonly key?: (...args: never[]) => unknown;
  /** The loader reads many values in one call, and measures that itself. */
  readonly batched: boolean;
  /** Every caller gets a copy of its own that it may change, at the cost of copying for every hit. */
  readonly mutable: boolean;
}

/** Whether a cache with this policy has work to do after the response: refreshes, and loads that take too long to wait for. */
export function worksInBackground(
  { staleWhileRevalidateMs = 0, staleIfErrorMs = 0, earlyRefresh = 1 }: Partial<Pick<Policy, 'staleWhileRevalidateMs' | 'staleIfErrorMs' | 'earlyRefresh'>>,
): boolean {
  return staleWhileRevalidateMs > 0 || staleIfErrorMs > 0 || earlyRefresh < 1;
}
