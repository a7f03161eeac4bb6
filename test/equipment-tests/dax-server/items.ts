import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import fc from 'fast-check';

/** At any depth: the client calls the first where it copies a request and where it decodes a map, and sets the other as what is inherited. */
const CLIENT_STUMBLES_OVER = ['hasOwnProperty', '__proto__'];

/** The client keeps them in an item until it has its attributes' names, and then removes them. */
const CLIENT_REMOVES = ['_attrListId', '_anonymousAttributeValues'];

/**
 * The client looks for the list of all of an item's names but the key's, joined with commas, in a plain object: an attribute
 * that is the only one must not be called like what that inherits.
 */
const CLIENT_FINDS_ANYWHERE = Object.getOwnPropertyNames(Object.prototype);

const text = (constraints: fc.StringConstraints = {}) => fc.string({ unit: 'binary', maxLength: 20, ...constraints });

const names = text({ minLength: 1 }).filter((name) => !CLIENT_STUMBLES_OVER.includes(name));

const binaries = fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes));

/** As DynamoDB takes them: up to 38 digits, magnitudes from 1E-130 to below 1E+126, in every way to write them. */
export const numbers: fc.Arbitrary<string> = fc.tuple(
  fc.stringMatching(/^[1-9]\d{0,37}$/), fc.integer({ min: -130, max: 125 }), fc.boolean(), fc.constantFrom('exponent', 'plain', 'point'),
).map(([digits, magnitude, isNegative, style]) => {
  const sign = isNegative ? '-' : '';
  if (style === 'exponent') {
    return `${sign}${digits[0]}${digits.length > 1 ? `.${digits.slice(1)}` : ''}E${magnitude}`;
  }
  const places = magnitude % digits.length;
  return style === 'plain' || places <= 0 ? `${sign}${digits}` : `${sign}${digits.slice(0, places)}.${digits.slice(places)}`;
});

const zero = fc.constantFrom('0', '-0', '0.0', '0E5');

const anyNumber = fc.oneof({ weight: 9, arbitrary: numbers }, { weight: 1, arbitrary: zero });

const setOf = <T>(elements: fc.Arbitrary<T>, selector: (element: T) => unknown) => fc.uniqueArray(elements, { minLength: 1, maxLength: 5, selector });

/** Every type that an attribute can have, nested. */
export const attributes: fc.Arbitrary<AttributeValue> = fc.letrec<{ value: AttributeValue }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', maxDepth: 4 },
    text().map((S) => ({ S })),
    anyNumber.map((N) => ({ N })),
    binaries.map((B) => ({ B })),
    fc.boolean().map((BOOL) => ({ BOOL })),
    fc.constant({ NULL: true as const }),
    setOf(text(), (element) => element).map((SS) => ({ SS })),
    setOf(numbers, Number).map((NS) => ({ NS })),
    setOf(binaries, (element) => element.toString('hex')).map((BS) => ({ BS })),
    fc.array(tie('value'), { maxLength: 4 }).map((L) => ({ L })),
    fc.dictionary(names, tie('value'), { maxKeys: 4, noNullPrototype: true }).map((M) => ({ M })),
  ),
})).value;

const KEYS: Record<string, fc.Arbitrary<AttributeValue>> = {
  S: text({ minLength: 1 }).map((S) => ({ S })),
  N: anyNumber.map((N) => ({ N })),
  B: binaries.filter((bytes) => bytes.length > 0).map((B) => ({ B })),
};

/** @param types of the partition key `p` and the sort key `s`, where there is one: `SN` */
export function items(types: string): fc.Arbitrary<{ key: Record<string, AttributeValue>; item: Record<string, AttributeValue> }> {
  const key = fc.record(Object.fromEntries([...types].map((type, at) => ['ps'[at], KEYS[type]])), { noNullPrototype: true });
  const others = fc.dictionary(names.filter((name) => !CLIENT_REMOVES.includes(name)), attributes, { maxKeys: 6, noNullPrototype: true });
  return fc.tuple(key, others)
    .map(([its, more]) => ({ key: its, item: { ...more, ...its } }))
    .filter((all) => !CLIENT_FINDS_ANYWHERE.includes(Object.keys(all.item).filter((name) => !Object.hasOwn(all.key, name)).join()));
}
