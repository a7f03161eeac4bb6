/** Anything that can be invalidated: an entry, or a load that will become one. */
export interface Invalidatable {
  /** The number of invalidations before the load of the value began. */
  readonly sequence: number;
  readonly tags: readonly string[];
}

/** The most tags that are recorded individually. */
const MAX_TAGS = 10_000;

/**
 * Records which tags were invalidated, and when, so that the cost does not depend on the number of entries.
 *
 * "When" is a place in the order of invalidations, not a time: two events in the same millisecond stay distinct.
 */
export class Invalidations {
  /** The number of invalidations so far. */
  public latest = 0;
  private readonly byTag = new Map<string, number>();
  /** Everything that began before this is invalid. */
  private lowWaterMark = 0;
  private lastSeen = 0;

  /** Counts an invalidation, and returns its place in the order. */
  public next(): number {
    return ++this.latest;
  }

  /**
   * Records the time. If the clock has jumped back, the age of entries is unknown, so everything becomes invalid.
   *
   * @returns the time
   */
  public observe(now: number): number {
    if (now < this.lastSeen) {
      this.lowWaterMark = this.next();
    }
    this.lastSeen = now;
    return now;
  }

  public invalidateTags(tags: readonly string[]): void {
    if (tags.length === 0) {
      return;
    }
    const sequence = this.next();
    if (this.byTag.size + tags.length > MAX_TAGS) {
      // Invalidates more than requested, never less.
      this.byTag.clear();
      this.lowWaterMark = sequence;
      return;
    }
    for (const tag of tags) {
      this.byTag.set(tag, sequence);
    }
  }

  public hasInvalidated({ sequence, tags }: Invalidatable): boolean {
    return sequence < this.lowWaterMark || tags.some((tag) => sequence < (this.byTag.get(tag) ?? 0));
  }
}
