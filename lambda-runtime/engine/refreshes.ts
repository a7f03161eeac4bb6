import type { CacheParts } from './cache-parts.js';
import type { Entries } from './entries.js';
import type { Entry } from './entry.js';
import { tell } from './events.js';
import { logHiddenError } from './hidden-errors.js';
import type { Key } from './key.js';
import type { Load } from './load.js';
import type { Loads } from './loads.js';
import type { VersionToken } from './shared.js';
import type { TierUse } from './tier-use.js';

/** The refreshes of one cache that wait for the response to be out, or are under way: one for a key at a time. */
export class Refreshes {
  private readonly keys = new Set<Key>();

  public constructor(
    private readonly cacheName: string,
    private readonly parts: CacheParts,
    private readonly entries: Entries,
    private readonly loads: Loads,
    private readonly tier: TierUse,
  ) {}

  /** The entry is being used; its successor is loaded when the response is out. */
  public later(entry: Entry, begin: (stale: Entry | undefined, ticket?: VersionToken) => Load): void {
    const { key } = entry;
    if (this.keys.has(key) || this.loads.at(key) !== undefined) {
      return;
    }
    let load: Load | undefined;
    let isOver = false;
    // It may have been replaced or invalidated meanwhile: then there is nothing to refresh.
    const isWanted = () => !isOver && this.entries.find(key) === entry;
    const run = async () => {
      if (isWanted()) {
        // Another environment may have refreshed it. Where the tier has nothing, it is loaded all the same, but not from the stale value.
        const ticket = (await this.tier.forAll?.look(key))?.ticket;
        const found = this.entries.find(key);
        if (!isOver && (found === entry || found === undefined)) {
          tell('refresh', this.cacheName, key);
          load = this.loads.at(key) ?? begin(found, ticket);
          await this.end(load);
        }
      }
      this.keys.delete(key);
    };
    const abort = (why?: Error) => {
      isOver = true;
      this.keys.delete(key);
      if (load === undefined) {
        this.parts.counters().droppedRefreshes++;
      } else {
        load.drop(why!);
      }
    };
    this.keys.add(key);
    if (!this.parts.later({ run, abort })) {
      abort();
    }
  }

  /** Keeps the environment awake for a load that its callers do not wait for any more. */
  public keepAwake(load: Load): void {
    // However many callers gave up waiting: there is room for so much work only.
    if (!load.keptAwake) {
      load.keptAwake = this.parts.later({
        run: () => this.end(load),
        abort: (why) => {
          load.keptAwake = false;
          load.drop(why);
        },
      });
    }
  }

  /** When the load is over. If it failed, nobody but the log has the reason. */
  private async end(load: Load): Promise<void> {
    try {
      await load.result.promise;
    } catch (error) {
      logHiddenError('refreshFailed', this.cacheName, this.parts, load, error);
    }
  }
}
