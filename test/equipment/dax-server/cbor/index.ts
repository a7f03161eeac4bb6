/** The part of CBOR (RFC 8949) that DAX uses, with every digit of numbers. */
export { type CborMap, type CborValue, Decimal, Tagged } from './cbor-value';
export { CborDecoder, decodeCbor, IncompleteError } from './decode';
export { encodeArrayHeader, encodeCbor, encodeFloat, encodeSequence } from './encode';
