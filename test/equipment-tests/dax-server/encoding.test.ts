import { createRequire } from 'node:module';
import fc from 'fast-check';
import { comparable } from './fixture';
import { attributes, items, numbers } from './items';
import { CborDecoder, type CborValue, Decimal, decodeCbor, encodeCbor, IncompleteError, Tagged } from '../../equipment/dax-server/cbor';
import { fromAttributeValue, toAttributeValue } from '../../equipment/dax-server/protocol/attribute-values';
import { decodeKey, encodeKey, type KeySchema, type KeyType } from '../../equipment/dax-server/protocol/keys';
import { decodeLexDecimal, encodeLexDecimal } from '../../equipment/dax-server/protocol/lex-decimal';
import { normalised, numberText, parseDecimal } from '../../equipment/dax-server/protocol/numbers';

/** What the client writes and reads with: not exported, and no types. */
const requireHere = createRequire(__filename);
const client = (file: string) => requireHere(`@amazon-dax-sdk/client-dax/src/${file}`);
const AttributeValueEncoder = client('AttributeValueEncoder');
const Assembler = client('Assembler');
const DaxCborDecoder = client('DaxCborDecoder');
const LexDecimal = client('LexDecimal');
const BigDecimal = client('BigDecimal');
const CborEncoder = client('CborEncoder');

const floats = fc.double({ noNaN: true, noDefaultInfinity: true }).filter((value) => !Number.isInteger(value));

const values: fc.Arbitrary<CborValue> = fc.letrec<{ value: CborValue }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    fc.constantFrom(null, true, false), fc.maxSafeInteger(), floats, fc.string({ unit: 'binary' }),
    fc.bigInt().filter((value) => !Number.isSafeInteger(Number(value))),
    fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)),
    fc.tuple(fc.bigInt(), fc.integer({ min: -400, max: 400 })).map(([unscaled, exponent]) => new Decimal(unscaled, exponent)),
    fc.array(tie('value')), fc.array(fc.tuple(fc.string(), tie('value'))).map((entries) => new Map<CborValue, CborValue>(entries)),
    fc.tuple(fc.integer({ min: 5, max: 70_000 }), tie('value')).map(([tag, value]) => new Tagged(tag, value)),
  ),
})).value;

const decimals = numbers.map(parseDecimal);

describe('CBOR', () => {
  test('is read as it was written', () => {
    fc.assert(fc.property(values, (value) => {
      expect(decodeCbor(encodeCbor(value))).toEqual(value);
    }));
  });

  test('is incomplete wherever it is cut', () => {
    fc.assert(fc.property(values, fc.nat(), (value, at) => {
      const bytes = encodeCbor(value);
      expect(() => new CborDecoder(bytes.subarray(0, at % bytes.length)).read()).toThrow(IncompleteError);
    }));
  });

  test('with indefinite lengths, as the client writes it', () => {
    const encoder = new CborEncoder();
    const bytes = Buffer.concat([
      encoder.encodeMapStreamHeader(), encoder.encodeString('a'), encoder.encodeArrayStreamHeader(), encoder.encodeInt(1), encoder.encodeStreamBreak(),
      encoder.encodeInt(-2), encoder.encodeBytesStreamHeader(), encoder.encodeBinary('x'), encoder.encodeBinary('yz'), encoder.encodeStreamBreak(),
      encoder.encodeStreamBreak(),
    ]);
    expect(decodeCbor(bytes)).toEqual(new Map<CborValue, CborValue>([['a', [1]], [-2, Buffer.from('xyz')]]));
  });

  test.each([['00', 0], ['1818', 24], ['3903e7', -1000], ['fb3ff199999999999a', 1.1], ['c249010000000000000000', 2n ** 64n], ['f7', null]])(
    '%s is RFC 8949\'s example of %s', (hex, value) => {
      expect(decodeCbor(Buffer.from(hex, 'hex'))).toEqual(value);
    });

  test.each([['fe', 'simple'], ['1c', 'information'], ['0000', 'follow'], ['c200', 'bytes']])('%s is rejected, since DAX does not use it', (hex, word) => {
    expect(() => decodeCbor(Buffer.from(hex, 'hex'))).toThrow(word);
  });
});

describe('Attributes', () => {
  test('are read as the client writes them', () => {
    fc.assert(fc.property(attributes, (value) => {
      expect(comparable(toAttributeValue(decodeCbor(AttributeValueEncoder.encodeAttributeValue(value))))).toEqual(comparable(value));
    }));
  });

  test('are written as the client reads them', () => {
    fc.assert(fc.property(attributes, (value) => {
      expect(comparable(Assembler._decodeAttributeValue(new DaxCborDecoder(encodeCbor(fromAttributeValue(value)))))).toEqual(comparable(value));
    }));
  });

  test.each([
    ['0', '0'], ['1', '1'], ['-1.50', '-1.5'], ['9007199254740993', '9007199254740993'], ['1E37', `1${'0'.repeat(37)}`],
    ['-12345678901234567890123456789012345678', '-12345678901234567890123456789012345678'], ['0.000001', '0.000001'], ['1.25E2', '125'],
  ])('%s is %s to the client', (text, shown) => {
    expect(Assembler._decodeAttributeValue(new DaxCborDecoder(encodeCbor(fromAttributeValue({ N: text }))))).toEqual({ N: shown });
  });
});

describe('Numbers in sort keys', () => {
  test('are written as the client writes them', () => {
    fc.assert(fc.property(numbers, (text) => {
      expect(encodeLexDecimal(parseDecimal(text)).toString('hex')).toBe(LexDecimal.encode(new BigDecimal(text)).toString('hex'));
    }));
  });

  test('are read as they were written', () => {
    fc.assert(fc.property(decimals, (value) => {
      expect(normalised(decodeLexDecimal(encodeLexDecimal(value)))).toEqual(normalised(value));
    }));
  });

  test('sort as bytes as they do as numbers', () => {
    fc.assert(fc.property(decimals, decimals, (one, other) => {
      const [x, y] = [one, other].map((value) => Number(numberText(value)));
      fc.pre(x !== y);
      expect(Math.sign(Buffer.compare(encodeLexDecimal(normalised(one)), encodeLexDecimal(normalised(other))))).toBe(Math.sign(x - y));
    }));
  });

  test('have bounds', () => {
    expect(() => decodeLexDecimal(encodeLexDecimal(parseDecimal('1234')).subarray(0, 3))).toThrow('no end');
  });
});

describe('Keys', () => {
  test.each(['S', 'N', 'B', 'SS', 'SN', 'BB', 'NN', 'NS', 'BN'])('of %s are read and written as the client does', (types) => {
    const schema = [...types].map((type, at) => ({ name: 'ps'[at], type: type as KeyType })) as unknown as KeySchema;
    const clientSchema = schema.map(({ name, type }) => ({ AttributeName: name, AttributeType: type }));
    fc.assert(fc.property(items(types), ({ key }) => {
      expect(comparable(decodeKey(AttributeValueEncoder.encodeKey(key, clientSchema), schema))).toEqual(comparable(key));
      const bytes = new DaxCborDecoder(encodeCbor(encodeKey(key, schema)));
      expect(comparable(Assembler._decodeKeyBytes(bytes, clientSchema))).toEqual(comparable(key));
    }));
  });
});
