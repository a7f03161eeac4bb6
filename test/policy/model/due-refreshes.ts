import type { CacheState } from './cache-state.js';
import { check, type Entry, type History, isRunning, type Key } from './history.js';

/** Which refreshes may begin after the response, and which must. */
export class DueRefreshes {
  /** Entries that were returned when it was time to refresh them. */
  private readonly due = new WeakSet<Entry>();
  /** The entry of each key that the next work after the response must refresh; undefined where that may have happened already. */
  private readonly queued = new Map<Key, Entry | undefined>();
  /** What must be refreshed in the step under way. */
  private beginning: readonly Key[] = [];

  public constructor(private readonly state: CacheState, private readonly history: History) {}

  /** A call got the entry. Where a load of the key is under way, it depends on that whether a refresh is queued. */
  public add(key: Key, entry: Entry): void {
    this.due.add(entry);
    if (!this.queued.has(key)) {
      this.queued.set(key, this.isIdle(key) ? entry : undefined);
    }
  }

  /** A load of the key begins. */
  public begins(key: Key, isRefresh: boolean): void {
    const entry = this.state.entry(key);
    check(!isRefresh || (entry !== undefined && this.due.has(entry)), `${key} is refreshed, and no call needs that`);
    if (this.queued.has(key)) {
      this.queued.set(key, undefined);
    }
  }

  /** The time for the work that is under way may be over. */
  public elapsed(): void {
    this.queued.forEach((_, key) => this.queued.set(key, undefined));
  }

  /** What is queued begins, or is dropped where there is no time for it. */
  public afterResponse(ms: number): void {
    this.beginning = ms === 0 ? [] : [...this.queued]
      .filter(([key, entry]) => entry !== undefined && this.state.entry(key) === entry && this.isIdle(key))
      .map(([key]) => key);
    this.queued.clear();
  }

  public endStep(): void {
    for (const key of this.beginning) {
      const load = this.state.running(key);
      check(load !== undefined && load.by === undefined, `${key} is due for a refresh, and none begins`);
    }
    this.beginning = [];
  }

  private isIdle(key: Key): boolean {
    return !this.history.loads.some((load) => load.key === key && isRunning(load));
  }
}
