import type { IndexVersion } from './change-log.js';
import type { Envelope } from './envelope.js';
import type { Snapshot } from './tier.js';

/** Decides which entries are invalid, by a snapshot of the server's index, which holds the invalidations' versions. */
export class InvalidationSnapshot {
  private versions?: Map<string, IndexVersion | undefined>;

  /** @param indexTags the index tags in the snapshot */
  public constructor(
    private readonly snapshot: Snapshot & { readonly latest: IndexVersion },
    private readonly indexTags: readonly string[],
    private readonly cacheName: string,
  ) {}

  /** An entry's index tags that are missing in the snapshot and matter. */
  public missingIndexTags({ indexVersion, entry }: Envelope): string[] {
    return indexVersion === this.snapshot.latest ? [] : indexTagsOf(entry.tags).filter((indexTag) => !this.known.has(indexTag));
  }

  /** Adds the server's answer about more index tags. If everything was invalidated meanwhile, the server no longer has older index tags. */
  public add(indexTags: readonly string[], answer: Snapshot | undefined): void {
    if (answer?.lowWaterMark === this.snapshot.lowWaterMark) {
      answer?.ofIndexTags.forEach((indexVersion, index) => this.known.set(indexTags[index], indexVersion));
    }
  }

  /** Whether an invalidation came after a version; undefined if unknown. */
  public isInvalidated(indexVersion: IndexVersion, tags: readonly string[]): boolean | undefined {
    const { latest, lowWaterMark } = this.snapshot;
    if (indexVersion === latest) {
      return false;
    }
    const epoch = epochOf(latest);
    if (epochOf(indexVersion) !== epoch) {
      return true;
    }
    const indexTags = [indexTagOfCache(this.cacheName), ...indexTagsOf(tags)];
    const invalidations = [lowWaterMark, ...indexTags.map((indexTag) => this.known.get(indexTag) ?? `${epoch}0`)];
    if (Math.max(...invalidations.map(positionOf)) > positionOf(indexVersion)) {
      return true;
    }
    return indexTags.every((indexTag) => this.known.has(indexTag)) ? false : undefined;
  }

  /** Created on demand, since there are rarely invalidations after an entry's version. */
  private get known(): Map<string, IndexVersion | undefined> {
    return this.versions ??= new Map(this.indexTags.map((indexTag, index) => [indexTag, this.snapshot.ofIndexTags[index]]));
  }
}

export function indexTagOfCache(cacheName: string): string {
  return `c:${cacheName}`;
}

export function indexTagsOf(tags: readonly string[]): string[] {
  return tags.length === 0 ? [] : [...new Set(tags)].map((tag) => `t:${tag}`);
}

/** The epoch of a version, with its colon; '' if versions have none. */
function epochOf(indexVersion: IndexVersion): string {
  return indexVersion.slice(0, indexVersion.lastIndexOf(':') + 1);
}

/** A version's place in the order of its epoch. */
function positionOf(indexVersion: IndexVersion | undefined): number {
  return indexVersion === undefined ? Infinity : Number(indexVersion.slice(indexVersion.lastIndexOf(':') + 1));
}
