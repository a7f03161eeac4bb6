import { changeHash } from '../engine/change-hash.js';
import type { Changeable } from '../engine/coherence.js';
import type { Invalidations } from '../engine/invalidations.js';

/** The most changes that are recorded individually. */
const MAX_CHANGES = 10_000;

/**
 * The changes in other environments, and when this one learned of each, as a place in the order of its own invalidations. Entries and loads
 * from before that place may be older than the change.
 */
export class AppliedChanges {
  /** Entries and loads from before this may have missed changes that are no longer in the log. */
  public knownFrom = 0;
  private latest = 0;
  private readonly byHash = new Map<string, number>();

  public constructor(private readonly invalidations: Invalidations) {}

  /** @param hashes the hashes of the changes; undefined if they are unknown */
  public apply(hashes: readonly string[] | undefined): void {
    if (hashes?.length === 0) {
      return;
    }
    this.latest = this.invalidations.next();
    if (hashes === undefined || this.byHash.size + hashes.length > MAX_CHANGES) {
      // Drops more than was changed, never less.
      this.byHash.clear();
      this.knownFrom = this.latest;
      return;
    }
    hashes.forEach((hash) => this.byHash.set(hash, this.latest));
  }

  public concern({ sequence, tags, wholeKey, cacheName }: Changeable): boolean {
    if (sequence >= this.latest || this.byHash.size === 0) {
      return false;
    }
    const isLater = (changed: string) => sequence < (this.byHash.get(changeHash(changed)) ?? 0);
    return isLater(`k:${wholeKey()}`) || isLater(`c:${cacheName}`) || tags.some((tag) => isLater(`t:${tag}`));
  }
}
