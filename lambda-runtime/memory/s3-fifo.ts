import { LRUCache } from 'lru-cache';
import { GhostQueue } from './ghost-queue.js';
import { Queue, type Queued } from './queue.js';

/** An item in the queues. */
export interface Evictable<T> extends Queued<T> {
  /** A hash of its key; never 0. */
  readonly hash: number;
  /** How often it was used since it entered its queue; at most `MAX_USES`. */
  uses: number;
}

/** The most that both queues together hold. */
export interface MemoryBounds {
  readonly maxBytes: number;
  readonly maxEntries?: number;
}

/** The most uses that are counted: an entry in the main queue survives as many rounds. */
const MAX_USES = 3;

/** The number of uses after which an entry is promoted from the small queue to the main queue. */
const PROMOTED_FROM = 2;

/** From this share on, the small queue is in the order of use: then it works like LRU, which a queue in the order of arrival cannot match. */
const RECENCY_SHARE = 0.2;

/** Ghosts per entry: S3-FIFO has 0.9, in a queue. In buckets some live shorter than others, and most should live as long. Still more would admit useless entries. */
const GHOSTS_PER_ENTRY = 1.2;

/**
 * Evicts like S3-FIFO (Yang et al., SOSP 2023): new entries pass through a small queue, and only those that are used again, or soon after they
 * left it, enter the main queue. If the small queue's share is 1, it is LRU.
 *
 * The main queue is an lru-cache that is never searched: it holds the entries that stay, and counts their bytes. Most entries leave through
 * the small queue, a linked list, where adding and removing needs no index.
 */
export class S3Fifo<T extends Evictable<T>> {
  private readonly small = new Queue<T>();
  private readonly main: LRUCache<T, T>;
  private readonly maxBytes: number;
  private readonly maxEntries: number;
  private ghosts: GhostQueue | undefined;

  /**
   * @param share the share of the bound that the small queue may hold before it evicts; 1 is LRU
   * @param onEvict called with each evicted entry, not with removed ones
   */
  public constructor({ maxBytes, maxEntries = Infinity }: MemoryBounds, public share: number, private readonly onEvict: (item: T) => void) {
    // It never reaches its bound, since room is made before. No `max`, for which it would reserve memory.
    this.main = new LRUCache<T, T>({ maxSize: maxBytes });
    this.maxBytes = maxBytes;
    this.maxEntries = maxEntries;
  }

  public get bytes(): number {
    return this.small.bytes + this.main.calculatedSize;
  }

  public get size(): number {
    return this.small.size + this.main.size;
  }

  /** How full the queues are, by the bound that is nearer. */
  public get fill(): number {
    return Math.max(this.bytes / this.maxBytes, this.size / this.maxEntries);
  }

  /** Adds an entry that is not in the queues; it must not be larger than `maxBytes`. */
  public add(item: T): void {
    // First, since making room adds ghosts, which may displace this one.
    const wasGhost = this.ghosts?.take(item.hash);
    while (this.bytes + item.bytes > this.maxBytes || this.size >= this.maxEntries) {
      this.evict();
    }
    if (wasGhost && this.share < 1) {
      this.keep(item);
    } else {
      item.uses = 0;
      this.small.push(item);
    }
  }

  /** Records a use. */
  public touch(item: T): void {
    if (item.uses < MAX_USES) {
      item.uses++;
    }
    if (this.share >= RECENCY_SHARE && item.isQueued) {
      this.small.remove(item);
      this.small.push(item);
    }
  }

  /** Removes an entry if it is there. If it was in the main queue, or would have entered it, it does so when its key is added again. */
  public remove(item: T): void {
    const { isQueued } = item;
    if (isQueued) {
      this.small.remove(item);
    }
    if (isQueued ? item.uses >= PROMOTED_FROM : this.main.delete(item)) {
      this.ghosts?.add(item.hash);
    }
  }

  private evict(): void {
    for (;;) {
      if (this.main.size === 0 || this.isSmallFull) {
        const item = this.small.shift();
        if (this.share >= 1) {
          return this.onEvict(item);
        }
        if (item.uses < PROMOTED_FROM) {
          this.ghosts = ghostsFor(this.size + 1, this.ghosts);
          this.ghosts.add(item.hash);
          return this.onEvict(item);
        }
        this.keep(item);
      } else {
        const item = this.main.pop()!;
        if (item.uses === 0) {
          return this.onEvict(item);
        }
        this.keep(item, item.uses - 1);
      }
    }
  }

  private keep(item: T, uses = 0): void {
    item.uses = uses;
    this.main.set(item, item, { size: item.bytes });
  }

  private get isSmallFull(): boolean {
    return this.small.bytes >= Math.max(1, Math.floor(this.share * this.maxBytes))
      || this.small.size >= Math.max(1, Math.floor(this.share * this.maxEntries));
  }
}

/** Ghosts for as many entries as fit: this number is known only when memory is full, and may change. */
function ghostsFor(entries: number, ghosts: GhostQueue | undefined): GhostQueue {
  const capacity = entries * GHOSTS_PER_ENTRY;
  return ghosts !== undefined && capacity <= 2 * ghosts.capacity && ghosts.capacity <= 2 * capacity ? ghosts : new GhostQueue(capacity);
}
