/** More are enough to know how long it takes; outside an invocation nobody ever collects them. */
const MAX_DURATIONS = 1_000;

/**
 * Where one cache counts at the moment. Called whenever something is counted, and never kept: the invocation that asked may be over by then,
 * and its metrics written.
 */
export type CurrentCounters = () => Counters;

/** What one cache did during one invocation. */
export class Counters {
  /** Calls answered without calling the loader: from memory, fresh or stale, or by joining somebody else's load. */
  public hits = 0;
  /** Hits (counted in `hits` too) that returned an entry past its ttl. */
  public staleHits = 0;
  /** Hits (counted in `hits` too) that waited for a load that another call had begun. */
  public joinedHits = 0;
  /** Calls that called the loader because no fresh entry was there. */
  public misses = 0;
  /** Calls that went past the cache: it is off, or their arguments or results cannot be cached. */
  public bypasses = 0;
  /** Calls of the loader. */
  public originCalls = 0;
  /** Calls of the loader that failed. */
  public originErrors = 0;
  /** Values that could not be cached: not plain data, or larger than the memory bound. */
  public uncacheable = 0;
  /** In shadow mode: hits whose entry is not what the loader returned. */
  public mismatches = 0;
  /** Refreshes in the background that were not even begun: there were too many already, or their time was over. */
  public droppedRefreshes = 0;
  /** Entries that were dropped to make room for others. */
  public evictions = 0;
  /** Hits (counted in `hits` too) whose entry came from the shared tier. */
  public sharedHits = 0;
  /** Entries that the shared tier was asked for and did not have, or had in a state too old to use. */
  public sharedMisses = 0;
  /** Calls of the shared tier that failed. */
  public sharedErrors = 0;
  /** Calls of the shared tier that did not answer in time. */
  public sharedTimeouts = 0;
  /** Calls of the shared tier that were not made: the invocation's budget was spent, or the breaker open. */
  public sharedSkips = 0;
  /** Entries of the shared tier that could not be read: damaged, too large, or of another version. */
  public sharedUnreadable = 0;
  /** 1 if the shared tier was not called since it had failed too often. */
  public breakerOpen = 0;
  /** How long calls of the loader took, in milliseconds: of the first thousand. */
  public readonly originDurations: number[] = [];
  /** How long calls of the shared tier took, in milliseconds: of the first thousand. */
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
