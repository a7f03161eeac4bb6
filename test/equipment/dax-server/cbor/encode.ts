import { type CborValue, Decimal, Info, MAJOR_TYPE, MajorType, Tag, Tagged } from './cbor-value';

const MAX_UINT64 = 2n ** 64n - 1n;

/** Every length is definite. A `number` is an integer if possible, else a 64-bit float. */
export function encodeCbor(value: CborValue): Buffer {
  return Buffer.concat([...parts(value)]);
}

/** Values that follow each other. */
export function encodeSequence(values: readonly CborValue[]): Buffer {
  return Buffer.concat(values.map(encodeCbor));
}

/** A number as a 64-bit float, even if it is an integer, for clients that read nothing else. */
export function encodeFloat(value: number): Buffer {
  const bytes = Buffer.alloc(9);
  bytes[0] = initialByte(MajorType.SIMPLE, Info.FLOAT64);
  bytes.writeDoubleBE(value, 1);
  return bytes;
}

/** The header of an array with this many elements. */
export function encodeArrayHeader(length: number): Buffer {
  return head(MajorType.ARRAY, BigInt(length));
}

function* parts(value: CborValue): Generator<Buffer> {
  if (value === null || typeof value === 'boolean') {
    yield Buffer.of(initialByte(MajorType.SIMPLE, value === null ? Info.NULL : value ? Info.TRUE : Info.FALSE));
  } else if (typeof value === 'number') {
    yield Number.isSafeInteger(value) ? integer(BigInt(value)) : encodeFloat(value);
  } else if (typeof value === 'bigint') {
    yield integer(value);
  } else if (typeof value === 'string') {
    const text = Buffer.from(value, 'utf8');
    yield head(MajorType.TEXT, BigInt(text.length));
    yield text;
  } else if (Buffer.isBuffer(value)) {
    yield head(MajorType.BYTES, BigInt(value.length));
    yield value;
  } else if (Array.isArray(value)) {
    yield encodeArrayHeader(value.length);
    for (const element of value) {
      yield* parts(element);
    }
  } else if (value instanceof Decimal) {
    yield head(MajorType.TAG, BigInt(Tag.DECIMAL));
    yield* parts([value.exponent, value.unscaled]);
  } else if (value instanceof Tagged) {
    yield head(MajorType.TAG, BigInt(value.tag));
    yield* parts(value.value);
  } else {
    yield head(MajorType.MAP, BigInt(value.size));
    for (const [key, element] of value) {
      yield* parts(key);
      yield* parts(element);
    }
  }
}

function integer(value: bigint): Buffer {
  const isNegative = value < 0n;
  const magnitude = isNegative ? -1n - value : value;
  if (magnitude <= MAX_UINT64) {
    return head(isNegative ? MajorType.NEGATIVE : MajorType.POSITIVE, magnitude);
  }
  const hex = magnitude.toString(16);
  const bytes = Buffer.from(hex.padStart(hex.length + hex.length % 2, '0'), 'hex');
  return Buffer.concat([
    head(MajorType.TAG, BigInt(isNegative ? Tag.NEGATIVE_BIG : Tag.POSITIVE_BIG)), head(MajorType.BYTES, BigInt(bytes.length)), bytes,
  ]);
}

function head(majorType: number, argument: bigint): Buffer {
  if (argument < Info.UINT8) {
    return Buffer.of(initialByte(majorType, Number(argument)));
  }
  const [info, width] = argument <= 0xffn ? [Info.UINT8, 1] : argument <= 0xffffn ? [Info.UINT16, 2]
    : argument <= 0xffffffffn ? [Info.UINT32, 4] : [Info.UINT64, 8];
  return Buffer.concat([Buffer.of(initialByte(majorType, info)), Buffer.from(argument.toString(16).padStart(2 * width, '0'), 'hex')]);
}

function initialByte(majorType: number, info: number): number {
  return majorType * MAJOR_TYPE + info;
}
