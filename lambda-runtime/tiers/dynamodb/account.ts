import type { Expression, Item } from './table.js';
import type { Stamp } from '../tier.js';

/** Attributes of the account, beside those that have the names of caches. */
const ID = 'account';
const LATEST = 'latest';
const FLOOR = 'floor';

/** What an item says that tells when a tag was invalidated, beside the account. */
const PLACE = 'stamp';

/** So many caches are remembered one by one: with more, the account would take more than one unit to read. */
const MAX_CACHES = 40;

/**
 * What was invalidated when: an item that counts the invalidations, and holds those of caches. It is read with every entry, so it must
 * be small; tags have items of their own. If it is lost, another begins, whose stamps have no order with those of the first.
 */
export class Account {
  private constructor(private readonly item: Item) {}

  /** Undefined where there is none. */
  public static of(item: Item | undefined): Account | undefined {
    return item?.[ID] === undefined ? undefined : new Account(item);
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
    // Written under another account, before or after this: everything may be older.
    return mark[ID]?.S === this.item[ID]?.S ? this.stamp(mark[PLACE]?.N) : this.latest;
  }

  /** What is to be written of a tag that this invalidation is about, and when: of two, the later stays. */
  public mark(): { readonly item: Item; readonly condition: Expression } {
    const { [ID]: id, [LATEST]: latest } = this.item;
    return {
      item: { [ID]: id, [PLACE]: latest },
      condition: {
        text: 'attribute_not_exists(#place) OR #id <> :id OR #place < :place',
        names: { '#id': ID, '#place': PLACE },
        values: { ':id': id!, ':place': latest! },
      },
    };
  }

  /** What takes the place of an account that has grown: more is then invalid than was asked for, never less. */
  public shortened(): { readonly item: Item; readonly condition: Expression } | undefined {
    const { [ID]: id, [LATEST]: latest } = this.item;
    const next = { N: String(Number(latest!.N) + 1) };
    return Object.keys(this.item).length <= MAX_CACHES ? undefined : {
      item: { [ID]: id, [LATEST]: next, [FLOOR]: next },
      condition: {
        text: '#id = :id AND #latest = :latest', names: { '#id': ID, '#latest': LATEST }, values: { ':id': id!, ':latest': latest! },
      },
    };
  }

  private stamp(place: string | undefined): Stamp | undefined {
    return place === undefined ? undefined : `${this.item[ID]!.S}:${place}`;
  }
}

/** For where there is none. */
export function newAccount(): { readonly item: Item; readonly condition: Expression } {
  const first = { N: '1' };
  return {
    item: { [ID]: { S: process.getBuiltinModule('node:crypto').randomBytes(9).toString('base64url') }, [LATEST]: first, [FLOOR]: first },
    condition: { text: 'attribute_not_exists(#id)', names: { '#id': ID } },
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
