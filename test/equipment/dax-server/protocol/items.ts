import { CborDecoder, type CborValue, encodeCbor, encodeSequence } from '../cbor';
import type { AttributeLists } from './attribute-lists';
import { fromAttributeValue, type Item, toAttributeValue } from './attribute-values';
import { type DocumentPath, valueAt } from './document-paths';
import { encodeKey, type KeySchema } from './keys';

/** An item without its key: the id of its list of names, then its values in order. */
export function encodeAttributes(item: Item, schema: KeySchema, lists: AttributeLists): Buffer {
  const names = Object.keys(item).filter((name) => schema.every((key) => key.name !== name)).sort();
  return encodeSequence([lists.idOf(names), ...names.map((name) => fromAttributeValue(item[name]))]);
}

export function decodeAttributes(bytes: Buffer, lists: AttributeLists): Item {
  const decoder = new CborDecoder(bytes);
  const names = lists.namesOf(decoder.read() as number);
  return Object.fromEntries(names.map((name) => [name, toAttributeValue(decoder.read())]));
}

/** An item among others: its key, then the rest of it. */
export function encodeWithKey(item: Item, schema: KeySchema, lists: AttributeLists): [Buffer, Buffer] {
  return [encodeKey(item, schema), encodeAttributes(item, schema, lists)];
}

/** Some of an item's attributes: the id of the list of their names, then each by its place in it. */
export function encodeSomeAttributes(attributes: Item, lists: AttributeLists): Buffer {
  const names = Object.keys(attributes).sort();
  return encodeSequence([
    lists.idOf(names), new Map(names.map((name, place) => [place, fromAttributeValue(attributes[name])])),
  ]);
}

/** The values that a projection selects, each by its place in the projection. */
export function projected(item: Item, paths: readonly DocumentPath[]): CborValue {
  const found = new Map<CborValue, CborValue>();
  paths.forEach((path, place) => {
    const value = valueAt(item, path);
    if (value !== undefined) {
      found.set(place, fromAttributeValue(value));
    }
  });
  return found;
}

/** A key with its names, which an index's key needs, since it has more than the table's. */
export function encodeNamedKey(key: Item): Buffer {
  return encodeCbor(new Map(Object.entries(key).map(([name, value]) => [name, fromAttributeValue(value)])));
}

export function decodeNamedKey(bytes: Buffer): Item {
  const map = new CborDecoder(bytes).read() as Map<string, CborValue>;
  return Object.fromEntries([...map].map(([name, value]) => [name, toAttributeValue(value)]));
}
