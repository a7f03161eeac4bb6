/** As much CBOR (RFC 8949) as DAX speaks, to the last digit of a number. */
export { type CborMap, type CborValue, Decimal, Tagged } from './cbor-value';
export { CborDecoder, decodeCbor, IncompleteError } from './decode';
export { encodeArrayHeader, encodeCbor, encodeFloat, encodeSequence } from './encode';
