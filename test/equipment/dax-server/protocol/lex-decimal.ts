import { Decimal } from '../cbor';

/**
 * A number as bytes that sort like numbers, as in DAX's sort keys.
 *
 * A header with sign and exponent, then groups of three decimal digits in ten bits each, then a terminator of ten bits that
 * gives the number of valid digits in the last group. In negative numbers, the groups and the terminator are complemented.
 */
const GROUP_BITS = 10;
const LOWEST_GROUP = 12;
const MAX_GROUP = 999;
const MAX_TERMINATOR = 1023;
/** Exponents up to this are in the header; for others four bytes follow. */
const SHORT_EXPONENTS = 62;
/** The four bytes of an exponent of 0. */
const LONG_ZERO = 2 ** 31;
const ZERO = 0x80;

export function encodeLexDecimal({ unscaled, exponent: tens }: Decimal): Buffer {
  if (unscaled === 0n) {
    return Buffer.of(ZERO);
  }
  const isNegative = unscaled < 0n;
  const digits = unscaled.toString().replace('-', '');
  const groups = digits.match(/\d{1,3}/g)!.map((group) => Number(group.padEnd(3, '0')));
  const terminator = (digits.length + 2) % 3;
  const tenBits = isNegative
    ? [...groups.map((group) => MAX_GROUP - group + LOWEST_GROUP), MAX_TERMINATOR - terminator]
    : [...groups.map((group) => group + LOWEST_GROUP), terminator];
  const bits = tenBits.map((value) => value.toString(2).padStart(GROUP_BITS, '0')).join('');
  return Buffer.from([...header(digits.length + tens, isNegative), ...bits.match(/.{1,8}/g)!.map((byte) => parseInt(byte.padEnd(8, '0'), 2))]);
}

/** @throws Error if the bytes are not one such number */
export function decodeLexDecimal(bytes: Buffer): Decimal {
  if (bytes.length === 1 && (bytes[0] === ZERO || bytes[0] === ZERO - 1)) {
    return new Decimal(0n, 0);
  }
  const isNegative = bytes[0] < ZERO;
  const isLong = [0x01, 0x7e, 0x81, 0xfe].includes(bytes[0]);
  const exponent = isLong
    ? isNegative ? LONG_ZERO - 1 - bytes.readUInt32BE(1) : bytes.readUInt32BE(1) - LONG_ZERO
    : isNegative ? 0x3f - bytes[0] : bytes[0] - 0xc0;
  const bits = [...bytes.subarray(isLong ? 5 : 1)].map((byte) => byte.toString(2).padStart(8, '0')).join('');
  let digits = '';
  for (let at = 0; at + GROUP_BITS <= bits.length; at += GROUP_BITS) {
    const value = parseInt(bits.slice(at, at + GROUP_BITS), 2);
    const terminator = isNegative ? MAX_TERMINATOR - value : value;
    if (terminator < 3) {
      const significant = digits.slice(0, digits.length - (2 - terminator));
      return new Decimal(BigInt(`${isNegative ? '-' : ''}${significant}`), exponent - significant.length);
    }
    const group = isNegative ? MAX_GROUP + LOWEST_GROUP - value : value - LOWEST_GROUP;
    digits += String(group).padStart(3, '0');
  }
  throw new Error(`The number ${bytes.toString('hex')} has no end.`);
}

function header(exponent: number, isNegative: boolean): number[] {
  if (exponent >= -SHORT_EXPONENTS && exponent < SHORT_EXPONENTS) {
    return [isNegative ? 0x3f - exponent : exponent + 0xc0];
  }
  const long = Buffer.alloc(5);
  long[0] = isNegative ? (exponent < 0 ? 0x7e : 0x01) : (exponent < 0 ? 0x81 : 0xfe);
  long.writeUInt32BE(isNegative ? LONG_ZERO - 1 - exponent : LONG_ZERO + exponent, 1);
  return [...long];
}
