import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { CborDecoder, type CborValue, encodeCbor } from '../cbor';
import type { Item } from './attribute-values';
import { decodeLexDecimal, encodeLexDecimal } from './lex-decimal';
import { normalised, numberText, numberValue, parseDecimal } from './numbers';

export type KeyType = 'S' | 'N' | 'B';

export interface KeyAttribute {
  readonly name: string;
  readonly type: KeyType;
}

/** The partition key, and the sort key if there is one. */
export type KeySchema = readonly [KeyAttribute] | readonly [KeyAttribute, KeyAttribute];

/**
 * A key as bytes. Without a sort key, a string or binary is its own bytes, and a number is CBOR. With a sort key, the partition key of any
 * type is CBOR, and the rest is the sort key: the bytes of a string or binary, or a number in a sortable form.
 */
export function encodeKey(item: Item, [partition, sort]: KeySchema): Buffer {
  const value = item[partition.name];
  if (sort === undefined) {
    return partition.type === 'N' ? encodeCbor(numberValue(value.N!)) : plainBytes(value);
  }
  const sortValue = item[sort.name];
  return Buffer.concat([
    encodeCbor(partition.type === 'N' ? numberValue(value.N!) : partition.type === 'S' ? value.S! : Buffer.from(value.B!)),
    sort.type === 'N' ? encodeLexDecimal(normalised(parseDecimal(sortValue.N!))) : plainBytes(sortValue),
  ]);
}

export function decodeKey(bytes: Buffer, [partition, sort]: KeySchema): Item {
  if (sort === undefined) {
    return { [partition.name]: partition.type === 'N' ? fromCbor(new CborDecoder(bytes).read(), 'N') : fromBytes(bytes, partition.type) };
  }
  const decoder = new CborDecoder(bytes);
  const value = fromCbor(decoder.read(), partition.type);
  const rest = decoder.rest();
  return {
    [partition.name]: value,
    [sort.name]: sort.type === 'N' ? { N: numberText(decodeLexDecimal(rest)) } : fromBytes(Buffer.from(rest), sort.type),
  };
}

/** @param item with attributes beside its key's */
export function keyOf(item: Item, schema: KeySchema): Item {
  return Object.fromEntries(schema.map(({ name }) => [name, item[name]]));
}

function plainBytes(value: AttributeValue): Buffer {
  return value.S === undefined ? Buffer.from(value.B!) : Buffer.from(value.S, 'utf8');
}

function fromBytes(bytes: Buffer, type: 'S' | 'B'): AttributeValue {
  return type === 'S' ? { S: bytes.toString('utf8') } : { B: bytes };
}

function fromCbor(value: CborValue, type: KeyType): AttributeValue {
  switch (type) {
    case 'S':
      return { S: value as string };
    case 'B':
      return { B: value as Buffer };
    case 'N':
      return { N: numberText(value) };
  }
}
