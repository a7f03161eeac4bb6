import type { Envelope } from './envelope.js';
import type { Snapshot, Stamp } from './tier.js';

/** What one look at the server tells of invalidations: which stamps they came after. */
export class Judge {
  private stamps?: Map<string, Stamp | undefined>;

  /** @param groups that the snapshot tells about */
  public constructor(
    private readonly snapshot: Snapshot & { readonly latest: Stamp }, private readonly groups: readonly string[], private readonly cacheName: string,
  ) {}

  /** What must be known of an entry's groups, and is not. */
  public unknown({ stamp, entry }: Envelope): string[] {
    return stamp === this.snapshot.latest ? [] : groupsOfTags(entry.tags).filter((group) => !this.known.has(group));
  }

  /** What the server says of more groups, if it answers. Where all was invalidated meanwhile, it has forgotten what was so before. */
  public learn(groups: readonly string[], answer: Snapshot | undefined): void {
    if (answer?.floor === this.snapshot.floor) {
      answer?.ofGroups.forEach((stamp, index) => this.known.set(groups[index], stamp));
    }
  }

  /** Whether an invalidation came after a stamp; undefined if that is not known. */
  public isOutdated(stamp: Stamp, tags: readonly string[]): boolean | undefined {
    const { latest, floor } = this.snapshot;
    if (stamp === latest) {
      return false;
    }
    const account = accountOf(latest);
    if (accountOf(stamp) !== account) {
      return true;
    }
    const groups = [groupOfCache(this.cacheName), ...groupsOfTags(tags)];
    const invalidations = [floor, ...groups.map((group) => this.known.get(group) ?? `${account}0`)];
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

/** The account that a stamp is of, as it begins. */
function accountOf(stamp: Stamp): string {
  return stamp.slice(0, stamp.lastIndexOf(':') + 1);
}

/** Where it is in the order of those of its account. */
function placeOf(stamp: Stamp | undefined): number {
  return stamp === undefined ? Infinity : Number(stamp.slice(stamp.lastIndexOf(':') + 1));
}
