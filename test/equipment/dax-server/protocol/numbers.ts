import { type CborValue, Decimal } from '../cbor';

/** @param text a number in DynamoDB's form: `-12.5`, `1E-130` */
export function parseDecimal(text: string): Decimal {
  const match = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d+))?$/.exec(text.trim());
  if (match === null || `${match[2]}${match[3] ?? ''}` === '') {
    throw new Error(`${JSON.stringify(text)} is no number.`);
  }
  const [, sign, whole, fraction = '', exponent = '0'] = match;
  const magnitude = BigInt(`${whole}${fraction}`);
  return new Decimal(sign === '-' ? -magnitude : magnitude, Number(exponent) - fraction.length);
}

/** The same number without trailing zeros, so that different texts of one number give the same result. */
export function normalised({ unscaled, exponent }: Decimal): Decimal {
  if (unscaled === 0n) {
    return new Decimal(0n, 0);
  }
  const zeros = /0*$/.exec(unscaled.toString())![0].length;
  return new Decimal(unscaled / 10n ** BigInt(zeros), exponent + zeros);
}

/** A text for DynamoDB, without an exponent, since DynamoDB Local keeps numbers in lists as they were written. */
export function numberText(value: CborValue): string {
  if (typeof value === 'number' || typeof value === 'bigint') {
    return String(value);
  }
  if (value instanceof Decimal) {
    return plainText(value);
  }
  throw new Error(`There is no number, but ${typeof value}.`);
}

/**
 * Encodes a number so that the client shows DynamoDB's own text: it writes a big integer in full only if it is sent as a
 * decimal. Below 0.000001 it always uses an exponent.
 */
export function numberValue(text: string): CborValue {
  const { unscaled, exponent } = normalised(parseDecimal(text));
  if (exponent < 0) {
    return new Decimal(unscaled, exponent);
  }
  const integer = unscaled * 10n ** BigInt(exponent);
  return Number.isSafeInteger(Number(integer)) ? Number(integer) : new Decimal(integer, 0);
}

function plainText({ unscaled, exponent }: Decimal): string {
  if (exponent >= 0) {
    return String(unscaled * 10n ** BigInt(exponent));
  }
  const sign = unscaled < 0n ? '-' : '';
  const digits = unscaled.toString().replace('-', '').padStart(1 - exponent, '0');
  return `${sign}${digits.slice(0, exponent)}.${digits.slice(exponent)}`;
}
