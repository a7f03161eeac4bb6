import type { Envelope } from './envelope.js';
import type { Snapshot, Stamp } from './tier.js';

/** Which entries are invalid, by one look at the server's index: it holds which stamps the invalidations had. */
export class InvalidationSnapshot {
  private stamps?: Map<string, Stamp | undefined>;

  /** @param groups that the snapshot is about */
  public constructor(
    private readonly snapshot: Snapshot & { readonly latest: Stamp }, private readonly groups: readonly string[], private readonly cacheName: string,
  ) {}

  /** Groups of an entry that the snapshot is not about, though they matter. */
  public missingGroups({ stamp, entry }: Envelope): string[] {
    return stamp === this.snapshot.latest ? [] : groupsOfTags(entry.tags).filter((group) => !this.known.has(group));
  }

  /** Adds what the server answered about more groups. Where everything was invalidated meanwhile, it has forgotten the groups before. */
  public add(groups: readonly string[], answer: Snapshot | undefined): void {
    if (answer?.floor === this.snapshot.floor) {
      answer?.ofGroups.forEach((stamp, index) => this.known.set(groups[index], stamp));
    }
  }

  /** Whether an invalidation came after a stamp; undefined if that is not known. */
  public isInvalidated(stamp: Stamp, tags: readonly string[]): boolean | undefined {
    const { latest, floor } = this.snapshot;
    if (stamp === latest) {
      return false;
    }
    const epoch = epochOf(latest);
    if (epochOf(stamp) !== epoch) {
      return true;
    }
    const groups = [groupOfCache(this.cacheName), ...groupsOfTags(tags)];
    const invalidations = [floor, ...groups.map((group) => this.known.get(group) ?? `${epoch}0`)];
    if (Math.max(...invalidations.map(placeOf)) > placeOf(stamp)) {
      return true;
    }
    return groups.every((group) => this.known.has(group)) ? false : undefined;
  }

  /** Made when something has been invalidated since, which is seldom. */
  private get known(): Map<string, Stamp | undefined> {
    return this.stamps ??= new Map(this.groups.map((group, index) => [group, this.snapshot.ofGroups[index]]));
  }
}

export function groupOfCache(cacheName: string): string {
  return `c:${cacheName}`;
}

export function groupsOfTags(tags: readonly string[]): string[] {
  return tags.length === 0 ? [] : [...new Set(tags)].map((tag) => `t:${tag}`);
}

/** The epoch of a stamp, with its colon; '' where stamps have none. */
function epochOf(stamp: Stamp): string {
  return stamp.slice(0, stamp.lastIndexOf(':') + 1);
}

/** Where a stamp is in the order of those of its epoch. */
function placeOf(stamp: Stamp | undefined): number {
  return stamp === undefined ? Infinity : Number(stamp.slice(stamp.lastIndexOf(':') + 1));
}
