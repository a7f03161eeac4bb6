/** Ghosts per bucket: few enough for a linear search, and enough for buckets to fill about evenly. */
const BUCKET = 16;

/**
 * The hashes of recently evicted keys.
 *
 * Each hash has a bucket, where the newest displaces the oldest: nearly a queue, with four bytes per ghost and no index.
 */
export class GhostQueue {
  private readonly buckets: number;
  private readonly hashes: Int32Array;

  public constructor(public readonly capacity: number) {
    this.buckets = Math.ceil(capacity / BUCKET);
    this.hashes = new Int32Array(this.buckets * BUCKET);
  }

  public add(hash: number): void {
    const first = this.bucketOf(hash);
    for (let i = first + BUCKET - 1; i > first; i--) {
      this.hashes[i] = this.hashes[i - 1];
    }
    this.hashes[first] = hash;
  }

  /** Removes the hash; returns whether it was among the ghosts. */
  public take(hash: number): boolean {
    const first = this.bucketOf(hash);
    for (let i = first; i < first + BUCKET; i++) {
      if (this.hashes[i] === hash) {
        this.hashes[i] = 0;
        return true;
      }
    }
    return false;
  }

  private bucketOf(hash: number): number {
    // eslint-disable-next-line no-bitwise -- without its sign, and so small that the processor divides integers
    return (hash & 0x7fffffff) % this.buckets * BUCKET;
  }
}
