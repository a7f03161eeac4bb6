/** The most durations that are kept: enough for percentiles, and a bound in case no invocation ends and collects them. */
const MAX_DURATIONS = 1_000;

/**
 * Returns the counters that one cache currently uses. Call it for each count and do not keep the result: by the next count, the invocation
 * may be over and its metrics written.
 */
export type CurrentCounters = () => Counters;

/** The counters of one cache during one invocation. */
export class Counters {
  /** Calls that were answered without calling the loader: fresh, stale or coalesced. */
  public hits = 0;
  /** Hits (counted in `hits` too) that returned an entry past its ttl. */
  public staleHits = 0;
  /** Hits (counted in `hits` too) that waited for a load that another call had started. */
  public coalescedHits = 0;
  /** Calls that called the loader because there was no usable entry. */
  public misses = 0;
  /** Calls that bypassed the cache: it is off, or their arguments or results cannot be cached. */
  public bypasses = 0;
  /** Loader calls. */
  public originCalls = 0;
  /** Loader calls that failed. */
  public originErrors = 0;
  /** Values that could not be cached: not plain data, or larger than the memory bound. */
  public uncacheable = 0;
  /** In shadow mode: hits whose entry differs from what the loader returned. */
  public mismatches = 0;
  /** Background refreshes that were not started because too many were running or time was up. */
  public droppedRefreshes = 0;
  /** Entries that were dropped to make room for others. */
  public evictions = 0;
  /** Hits (counted in `hits` too) whose entry came from the shared tier. */
  public sharedHits = 0;
  /** Lookups for which the shared tier had no entry, or one that was too old to use. */
  public sharedMisses = 0;
  /** Calls to the shared tier that failed. */
  public sharedErrors = 0;
  /** Calls to the shared tier that did not answer in time. */
  public sharedTimeouts = 0;
  /** Calls to the shared tier that were skipped: the invocation's budget was spent, or the breaker was open. */
  public sharedSkips = 0;
  /** Entries of the shared tier that could not be read: damaged, too large, or of another version. */
  public sharedUnreadable = 0;
  /** 1 if the shared tier was not called because it had failed too often. */
  public breakerOpen = 0;
  /** How long loader calls took, in milliseconds: the first thousand. */
  public readonly originDurations: number[] = [];
  /** How long calls to the shared tier took, in milliseconds: the first thousand. */
  public readonly sharedLatencies: number[] = [];

  public addOriginDuration(milliseconds: number): void {
    add(this.originDurations, milliseconds);
  }

  public addSharedLatency(milliseconds: number): void {
    add(this.sharedLatencies, milliseconds);
  }

  public static sum(all: readonly Counters[]): Counters {
    const sum = new Counters();
    for (const { originDurations, sharedLatencies, ...counts } of all) {
      originDurations.forEach((duration) => sum.addOriginDuration(duration));
      sharedLatencies.forEach((latency) => sum.addSharedLatency(latency));
      for (const name of Object.keys(counts) as (keyof typeof counts)[]) {
        sum[name] += counts[name];
      }
    }
    return sum;
  }
}

function add(durations: number[], milliseconds: number): void {
  if (durations.length < MAX_DURATIONS) {
    durations.push(milliseconds);
  }
}
