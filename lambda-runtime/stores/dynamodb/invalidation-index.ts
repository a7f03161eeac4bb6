import type { Expression, Item } from './table.js';
import type { IndexVersion } from '../../shared/change-log.js';
import { isIndexVersion } from '../../shared/tier.js';

/** The index's attributes, besides those that are named after caches. */
const EPOCH = 'epoch';
const LATEST = 'latest';
const LOW_WATER_MARK = 'floor';

/** The attribute of a tag's own item with its latest invalidation, next to the epoch. */
const PLACE = 'stamp';

/** The most caches that are recorded individually: with more, reading the index would take more than one unit. */
const MAX_CACHES = 40;

/**
 * The invalidation index: an item that counts the invalidations, and holds those of caches. It is read with every entry, so it must
 * be small; tags have their own items. If it is lost, a new one starts, whose versions have no order with those of the first.
 */
export class InvalidationIndex {
  private constructor(private readonly item: Item) {}

  /** Undefined if there is none. */
  public static of(item: Item | undefined): InvalidationIndex | undefined {
    return item?.[EPOCH]?.S !== undefined && isIndexVersion(item[LATEST]?.N) && isIndexVersion(item[LOW_WATER_MARK]?.N)
      ? new InvalidationIndex(item)
      : undefined;
  }

  public get latest(): IndexVersion {
    return this.toVersion(this.item[LATEST]?.N)!;
  }

  public get lowWaterMark(): IndexVersion {
    return this.toVersion(this.item[LOW_WATER_MARK]?.N)!;
  }

  public ofCache(indexTag: string): IndexVersion | undefined {
    return this.toVersion(this.item[indexTag]?.N);
  }

  /** @param mark the tag's item */
  public ofTag(mark: Item | undefined): IndexVersion | undefined {
    if (mark === undefined) {
      return undefined;
    }
    // Written in another epoch, before or after this one: any entry may be older.
    return mark[EPOCH]?.S === this.item[EPOCH]?.S ? this.toVersion(mark[PLACE]?.N) : this.latest;
  }

  /** The write of a tag's mark for this invalidation, and its condition: the later of two marks stays. */
  public mark(): { readonly item: Item; readonly condition: Expression } {
    const { [EPOCH]: epoch, [LATEST]: latest } = this.item;
    return {
      item: { [EPOCH]: epoch, [PLACE]: latest },
      condition: {
        text: 'attribute_not_exists(#place) OR #epoch <> :epoch OR #place < :place',
        names: { '#epoch': EPOCH, '#place': PLACE },
        values: { ':epoch': epoch!, ':place': latest! },
      },
    };
  }

  /** The replacement for an index that has grown too large: it invalidates more than requested, never less. */
  public shortened(): { readonly item: Item; readonly condition: Expression } | undefined {
    const { [EPOCH]: epoch, [LATEST]: latest } = this.item;
    const next = { N: String(Number(latest!.N) + 1) };
    return Object.keys(this.item).length <= MAX_CACHES ? undefined : {
      item: { [EPOCH]: epoch, [LATEST]: next, [LOW_WATER_MARK]: next },
      condition: {
        text: '#epoch = :epoch AND #latest = :latest', names: { '#epoch': EPOCH, '#latest': LATEST }, values: { ':epoch': epoch!, ':latest': latest! },
      },
    };
  }

  private toVersion(place: string | undefined): IndexVersion | undefined {
    return place === undefined ? undefined : `${this.item[EPOCH]!.S}:${place}`;
  }
}

/** A new index, stored on the condition that there is none. */
export function newIndex(): { readonly item: Item; readonly condition: Expression } {
  const first = { N: '1' };
  return {
    item: { [EPOCH]: { S: process.getBuiltinModule('node:crypto').randomBytes(9).toString('base64url') }, [LATEST]: first, [LOW_WATER_MARK]: first },
    condition: { text: 'attribute_not_exists(#epoch)', names: { '#epoch': EPOCH } },
  };
}

/** Counts an invalidation, of these caches. */
export function counting(caches: readonly string[]): { readonly change: Expression; readonly condition: string } {
  const names = Object.fromEntries(caches.map((cache, index) => [`#cache${index}`, cache]));
  return {
    change: {
      text: `SET ${['#latest', ...Object.keys(names)].map((name) => `${name} = #latest + :one`).join(', ')}`,
      names: { '#latest': LATEST, ...names },
      values: { ':one': { N: '1' } },
    },
    condition: 'attribute_exists(#latest)',
  };
}
