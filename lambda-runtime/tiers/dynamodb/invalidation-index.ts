import type { Expression, Item } from './table.js';
import { isStamp, type Stamp } from '../tier.js';

/** Attributes of the index, beside those that have the names of caches. */
const EPOCH = 'epoch';
const LATEST = 'latest';
const FLOOR = 'floor';

/** When a tag was invalidated, in its own item, beside the epoch. */
const PLACE = 'stamp';

/** So many caches are remembered one by one: with more, the index would take more than one unit to read. */
const MAX_CACHES = 40;

/**
 * What was invalidated when: an item that counts the invalidations, and holds those of caches. It is read with every entry, so it must
 * be small; tags have items of their own. If it is lost, another begins, whose stamps have no order with those of the first.
 */
export class InvalidationIndex {
  private constructor(private readonly item: Item) {}

  /** Undefined where there is none. */
  public static of(item: Item | undefined): InvalidationIndex | undefined {
    return item?.[EPOCH]?.S !== undefined && isStamp(item[LATEST]?.N) && isStamp(item[FLOOR]?.N) ? new InvalidationIndex(item) : undefined;
  }

  public get latest(): Stamp {
    return this.stamp(this.item[LATEST]?.N)!;
  }

  public get floor(): Stamp {
    return this.stamp(this.item[FLOOR]?.N)!;
  }

  public ofCache(group: string): Stamp | undefined {
    return this.stamp(this.item[group]?.N);
  }

  /** @param mark what is written of the tag */
  public ofTag(mark: Item | undefined): Stamp | undefined {
    if (mark === undefined) {
      return undefined;
    }
    // Written in another epoch, before or after this: everything may be older.
    return mark[EPOCH]?.S === this.item[EPOCH]?.S ? this.stamp(mark[PLACE]?.N) : this.latest;
  }

  /** What is to be written of a tag that this invalidation is about, and when: of two, the later stays. */
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

  /** What takes the place of an index that has grown: more is then invalid than was asked for, never less. */
  public shortened(): { readonly item: Item; readonly condition: Expression } | undefined {
    const { [EPOCH]: epoch, [LATEST]: latest } = this.item;
    const next = { N: String(Number(latest!.N) + 1) };
    return Object.keys(this.item).length <= MAX_CACHES ? undefined : {
      item: { [EPOCH]: epoch, [LATEST]: next, [FLOOR]: next },
      condition: {
        text: '#epoch = :epoch AND #latest = :latest', names: { '#epoch': EPOCH, '#latest': LATEST }, values: { ':epoch': epoch!, ':latest': latest! },
      },
    };
  }

  private stamp(place: string | undefined): Stamp | undefined {
    return place === undefined ? undefined : `${this.item[EPOCH]!.S}:${place}`;
  }
}

/** For where there is none. */
export function newIndex(): { readonly item: Item; readonly condition: Expression } {
  const first = { N: '1' };
  return {
    item: { [EPOCH]: { S: process.getBuiltinModule('node:crypto').randomBytes(9).toString('base64url') }, [LATEST]: first, [FLOOR]: first },
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
