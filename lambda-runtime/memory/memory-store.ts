import { PolicyDuel, SMALL_SHARE } from './policy-duel.js';
import { type Evictable, type MemoryBounds, S3Fifo } from './s3-fifo.js';

/** Which entry is evicted when memory is full: the least recently used, or the choice of a policy that adapts to the requests. */
export type EvictionPolicy = 'adaptive' | 'lru';

export interface MemoryOptions extends MemoryBounds {
  /** Default: adaptive. */
  readonly eviction?: EvictionPolicy;
}

/** An item in the store. */
export interface StoredItem<T> extends Evictable<T> {
  /** The store's recency epoch when the item was last used. */
  recencyEpoch: number;
}

/** From this share of its bound on, the policies are compared, so that there is a result when memory is full. A store that stays below pays nothing. */
const WARM_UP = 1 / 8;

/** Holds items within bounds, and decides which are evicted. */
export class MemoryStore<T extends StoredItem<T>> {
  /** Counts additions. An item used in the current epoch need not be touched again: nothing has been added since. */
  public recencyEpoch = 0;
  private readonly queues: S3Fifo<T>;
  private duel: PolicyDuel | undefined;

  /** @param onEvict called with each evicted item, not with removed ones */
  public constructor(private readonly options: MemoryOptions, onEvict: (item: T) => void) {
    this.queues = new S3Fifo(options, options.eviction === 'lru' ? 1 : SMALL_SHARE, onEvict);
  }

  /** Bytes of all items. */
  public get bytes(): number {
    return this.queues.bytes;
  }

  public get size(): number {
    return this.queues.size;
  }

  /** Adds the item, evicting others to make room; false if it is larger than the whole store. */
  public add(item: T): boolean {
    item.recencyEpoch = ++this.recencyEpoch;
    if (item.bytes > this.options.maxBytes) {
      return false;
    }
    const { fill } = this.queues;
    if (this.options.eviction !== 'lru' && fill > WARM_UP) {
      this.duel = duelFor(this.options, this.size / fill, this.duel);
    }
    this.observe(item);
    this.queues.add(item);
    return true;
  }

  /** Marks the item as just used. */
  public touch(item: T): void {
    item.recencyEpoch = this.recencyEpoch;
    this.observe(item);
    this.queues.touch(item);
  }

  /** Removes the item if it is there. */
  public remove(item: T): void {
    this.queues.remove(item);
  }

  private observe(item: T): void {
    if (this.duel !== undefined) {
      this.duel.request(item);
      this.queues.share = this.duel.share;
    }
  }
}

/** Creates a new duel when the number of entries that fit into memory changes with their sizes, since the sample depends on it. */
function duelFor(bounds: MemoryBounds, entries: number, duel: PolicyDuel | undefined): PolicyDuel {
  return duel !== undefined && entries <= 2 * duel.entries && duel.entries <= 2 * entries
    ? duel
    : new PolicyDuel(bounds, entries, duel?.balance);
}
