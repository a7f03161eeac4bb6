import { type EvictionPolicy, MemoryStore, type StoredItem } from '../../lambda-runtime/memory/memory-store.js';
import { hashOf } from '../../lambda-runtime/values/key-hash.js';

export interface ReplayResult {
  readonly requests: number;
  readonly hits: number;
  /** From 0 to 1. */
  readonly hitRate: number;
}

interface ReplayedItem extends StoredItem<ReplayedItem> {
  readonly key: string | number;
}

/** The runtime's memory store with room for this many entries, used as a cache uses it. */
export class Replay {
  private readonly index = new Map<string | number, ReplayedItem>();
  private readonly store: MemoryStore<ReplayedItem>;
  private requests = 0;
  private hits = 0;

  public constructor(size: number, eviction: EvictionPolicy) {
    this.store = new MemoryStore({ maxBytes: size, eviction }, ({ key }) => this.index.delete(key));
  }

  public request(key: string | number): boolean {
    this.requests++;
    const item = this.index.get(key);
    if (item !== undefined) {
      this.hits++;
      if (item.recencyEpoch !== this.store.recencyEpoch) {
        this.store.touch(item);
      }
      return true;
    }
    const added: ReplayedItem = { key, bytes: 1, hash: hashOf(key, 0), uses: 0, recencyEpoch: 0 };
    this.store.add(added);
    this.index.set(key, added);
    return false;
  }

  public get result(): ReplayResult {
    return { requests: this.requests, hits: this.hits, hitRate: this.requests === 0 ? 0 : this.hits / this.requests };
  }
}
