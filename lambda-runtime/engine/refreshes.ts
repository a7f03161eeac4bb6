import { type CacheDeps, tick } from './cache-deps.js';
import type { Entries } from './entries.js';
import type { Entry } from './entry.js';
import { publish } from './events.js';
import type { Load } from './load.js';
import type { Loads } from './loads.js';
import type { TierUse } from './shared-port.js';
import type { VersionToken } from './shared.js';
import { logSuppressedError } from './suppressed-errors.js';
import type { Key } from '../values/key.js';

/** One cache's refreshes that wait for the response or are under way, one per key at a time. */
export class Refreshes {
  private readonly keys = new Set<Key>();

  public constructor(
    private readonly cacheName: string,
    private readonly deps: CacheDeps,
    private readonly entries: Entries,
    private readonly loads: Loads,
    private readonly tier: TierUse,
  ) {}

  /** Queues a refresh of an entry that a call uses: its successor is loaded after the response. */
  public schedule(entry: Entry, begin: (now: number, stale: Entry | undefined, version?: VersionToken) => Load): void {
    const { key } = entry;
    if (this.keys.has(key) || this.loads.get(key) !== undefined) {
      return;
    }
    let load: Load | undefined;
    let isOver = false;
    // If it was replaced or invalidated meanwhile, there is nothing to refresh.
    const isWanted = (now: number) => !isOver && this.entries.find(key, now) === entry;
    const run = async () => {
      const requestedAt = tick(this.deps);
      if (isWanted(requestedAt)) {
        // Another environment may have refreshed it. If the tier has nothing, it is loaded anyway, but without the stale value.
        const version = (await this.tier.forAll?.readShared(key, requestedAt))?.version;
        const now = tick(this.deps);
        const found = this.entries.find(key, now);
        if (!isOver && (found === entry || found === undefined)) {
          publish('refresh', this.cacheName, key);
          load = this.loads.get(key) ?? begin(now, found, version);
          await this.end(load);
        }
      }
      this.keys.delete(key);
    };
    const abort = (why?: Error) => {
      isOver = true;
      this.keys.delete(key);
      if (load === undefined) {
        this.deps.counters().droppedRefreshes++;
      } else {
        load.drop(why!);
      }
    };
    this.keys.add(key);
    if (!this.deps.runAfterResponse({ run, abort })) {
      abort();
    }
  }

  /** Keeps the environment awake for a load that its callers no longer wait for. */
  public keepAwake(load: Load): void {
    // Only once, even if many callers stopped waiting: the amount of background work is limited.
    if (!load.keptAwake) {
      load.keptAwake = this.deps.runAfterResponse({
        run: () => this.end(load),
        abort: (why) => {
          load.keptAwake = false;
          load.drop(why);
        },
      });
    }
  }

  /** Waits for the load's end. If it failed, the reason is logged, since no caller gets it. */
  private async end(load: Load): Promise<void> {
    try {
      await load.result.promise;
    } catch (error) {
      logSuppressedError('refreshFailed', this.cacheName, this.deps, load, error);
    }
  }
}
