import { LRUCache } from 'lru-cache';
import type { Entry, EntryStore } from '../engine/entry.js';

export interface MemoryBounds {
  readonly maxBytes: number;
  readonly maxEntries?: number;
}

/**
 * The memory of this execution environment, shared by all its caches, bounded by lru-cache.
 *
 * Bounds only: lru-cache's own ttl runs on a monotonic clock, which may stand still while the environment is frozen.
 */
export class MemoryTier implements EntryStore {
  public generation = 0;
  private readonly entries: LRUCache<Entry, true>;

  public constructor({ maxBytes, maxEntries }: MemoryBounds) {
    this.entries = new LRUCache<Entry, true>({
      maxSize: maxBytes,
      ...(maxEntries !== undefined && { max: maxEntries }),
      dispose: (_, entry, reason) => {
        if (reason === 'evict') {
          entry.owner.evicted(entry);
        }
      },
    });
  }

  /** Estimated bytes of all entries. */
  public get bytes(): number {
    return this.entries.calculatedSize;
  }

  public get size(): number {
    return this.entries.size;
  }

  public add(entry: Entry): boolean {
    entry.generation = ++this.generation;
    this.entries.set(entry, true, { size: entry.bytes });
    return this.entries.has(entry);
  }

  public touch(entry: Entry): void {
    entry.generation = this.generation;
    this.entries.get(entry);
  }

  public remove(entry: Entry): void {
    this.entries.delete(entry);
  }
}
