/** What can be invalidated: an entry, or a load that is to become one. */
export interface Invalidatable {
  /** The number of invalidations that had happened when the load of the value began. */
  readonly sequence: number;
  readonly tags: readonly string[];
}

/** More tags than this are not remembered one by one. */
const MAX_TAGS = 10_000;

/**
 * Which entries were invalidated by tag, at a cost that does not depend on how many there are: it remembers when a tag was
 * invalidated, not who bears it.
 *
 * "When" is a place in the order of invalidations, not a time: what began in the same millisecond is told apart.
 */
export class Invalidations {
  /** The number of invalidations so far. */
  public latest = 0;
  private readonly byTag = new Map<string, number>();
  /** Everything that began before this is invalid. */
  private floor = 0;
  private lastSeen = 0;

  /** Counts an invalidation, and gives its place in the order. */
  public next(): number {
    return ++this.latest;
  }

  /**
   * Looks at a clock that may have jumped. Back: how old anything is cannot be known any more, so everything is invalid.
   *
   * @returns the time
   */
  public observe(now: number): number {
    if (now < this.lastSeen) {
      this.floor = this.next();
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
      // Invalidates more than was asked for, never less.
      this.byTag.clear();
      this.floor = sequence;
      return;
    }
    for (const tag of tags) {
      this.byTag.set(tag, sequence);
    }
  }

  public hasInvalidated({ sequence, tags }: Invalidatable): boolean {
    return sequence < this.floor || tags.some((tag) => sequence < (this.byTag.get(tag) ?? 0));
  }
}
