/** A value in a message. Integers that a `number` can't hold are bigints, other numbers are `number` or {@link Decimal}. */
export type CborValue = null | boolean | number | bigint | Decimal | string | Buffer | CborValue[] | CborMap | Tagged;

export type CborMap = Map<CborValue, CborValue>;

/** `unscaled` × 10^`exponent`, with every digit that was written. */
export class Decimal {
  public constructor(public readonly unscaled: bigint, public readonly exponent: number) {}
}

/** A value whose tag is neither a big number's nor a decimal's. */
export class Tagged {
  public constructor(public readonly tag: number, public readonly value: CborValue) {}
}

/** An initial byte is a major type times this, plus additional information (RFC 8949, 3.1). */
export const MAJOR_TYPE = 32;

export const MajorType = {
  POSITIVE: 0, NEGATIVE: 1, BYTES: 2, TEXT: 3, ARRAY: 4, MAP: 5, TAG: 6, SIMPLE: 7,
} as const;

/** The length of the following argument, or a simple value. */
export const Info = {
  UINT8: 24, UINT16: 25, UINT32: 26, UINT64: 27, INDEFINITE: 31, FALSE: 20, TRUE: 21, NULL: 22, UNDEFINED: 23, FLOAT64: 27,
} as const;

export const Tag = { POSITIVE_BIG: 2, NEGATIVE_BIG: 3, DECIMAL: 4 } as const;

/** Ends a value of indefinite length. */
export const BREAK = 0xff;
