import { type Evictable, type MemoryBounds, S3Fifo } from './s3-fifo.js';

/** The share that S3-FIFO's authors found best, and the duel's initial one. */
export const SMALL_SHARE = 0.1;

/** The most entries of each sampled cache: enough to distinguish the policies, at a cost that does not grow with the memory. */
const SAMPLE = 64;

/** By how many of the sample's entries a hit that only one policy has moves the share. */
const STEP = 2;

/** How far the balance may go beyond its ends: if one policy is constantly better, single hits of the other must not count. */
const MARGIN = 0.5;

/**
 * Finds the best share of the memory for the small queue: LRU and S3-FIFO simulate the requests of a sample of all keys, each with the
 * sample's share of the memory, and every hit that only one of them has moves the share towards it.
 */
export class PolicyDuel {
  public share: number;
  private readonly leadingZeros: number;
  private readonly step: number;
  private readonly lru: SampledCache;
  private readonly s3Fifo: SampledCache;

  /**
   * @param entries how many entries fit into the whole memory
   * @param balance the final balance of an earlier duel
   */
  public constructor({ maxBytes, maxEntries }: MemoryBounds, public readonly entries: number, public balance = SMALL_SHARE) {
    this.share = clamp(balance, SMALL_SHARE, 1);
    this.leadingZeros = Math.max(0, Math.ceil(Math.log2(entries / SAMPLE)));
    const part = 2 ** -this.leadingZeros;
    const bounds = {
      maxBytes: Math.ceil(maxBytes * part),
      ...(maxEntries !== undefined && { maxEntries: Math.max(1, Math.floor(maxEntries * part)) }),
    };
    this.step = STEP / (entries * part);
    this.lru = new SampledCache(bounds, 1);
    this.s3Fifo = new SampledCache(bounds, SMALL_SHARE);
  }

  public request({ hash, bytes }: { readonly hash: number; readonly bytes: number }): void {
    if (Math.clz32(hash) < this.leadingZeros) {
      return;
    }
    const lead = Number(this.lru.request(hash, bytes)) - Number(this.s3Fifo.request(hash, bytes));
    this.balance = clamp(this.balance + lead * this.step, SMALL_SHARE - MARGIN, 1 + MARGIN);
    this.share = clamp(this.balance, SMALL_SHARE, 1);
  }
}

interface SampledItem extends Evictable<SampledItem> {}

/** The entries that a policy would hold, without values. */
class SampledCache {
  private readonly items = new Map<number, SampledItem>();
  private readonly queues: S3Fifo<SampledItem>;

  public constructor(private readonly bounds: MemoryBounds, share: number) {
    this.queues = new S3Fifo(bounds, share, ({ hash }) => this.items.delete(hash));
  }

  /** Simulates a request; returns whether it would have been a hit. */
  public request(hash: number, bytes: number): boolean {
    const item = this.items.get(hash);
    if (item !== undefined) {
      this.queues.touch(item);
      return true;
    }
    if (bytes <= this.bounds.maxBytes) {
      const added = { hash, bytes, uses: 0, isQueued: undefined, older: undefined, newer: undefined };
      this.items.set(hash, added);
      this.queues.add(added);
    }
    return false;
  }
}

function clamp(value: number, least: number, most: number): number {
  return Math.min(Math.max(value, least), most);
}
