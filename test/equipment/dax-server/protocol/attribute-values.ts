import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { type CborValue, Tagged } from '../cbor';
import { numberText, numberValue } from './numbers';

export type Item = Record<string, AttributeValue>;

const SetTag = { STRINGS: 3321, NUMBERS: 3322, BINARIES: 3323 } as const;

export function toAttributeValue(value: CborValue): AttributeValue {
  if (value === null) {
    return { NULL: true };
  }
  if (typeof value === 'boolean') {
    return { BOOL: value };
  }
  if (typeof value === 'string') {
    return { S: value };
  }
  if (Buffer.isBuffer(value)) {
    return { B: value };
  }
  if (Array.isArray(value)) {
    return { L: value.map(toAttributeValue) };
  }
  if (value instanceof Map) {
    return { M: Object.fromEntries([...value].map(([name, element]) => [name as string, toAttributeValue(element)])) };
  }
  if (value instanceof Tagged) {
    return toSet(value);
  }
  return { N: numberText(value) };
}

export function fromAttributeValue(attribute: AttributeValue): CborValue {
  if (attribute.S !== undefined) {
    return attribute.S;
  }
  if (attribute.N !== undefined) {
    return numberValue(attribute.N);
  }
  if (attribute.B !== undefined) {
    return Buffer.from(attribute.B);
  }
  if (attribute.BOOL !== undefined) {
    return attribute.BOOL;
  }
  if (attribute.L !== undefined) {
    return attribute.L.map(fromAttributeValue);
  }
  if (attribute.M !== undefined) {
    return new Map(Object.entries(attribute.M).map(([name, element]) => [name, fromAttributeValue(element)]));
  }
  if (attribute.SS !== undefined) {
    return new Tagged(SetTag.STRINGS, [...attribute.SS]);
  }
  if (attribute.NS !== undefined) {
    return new Tagged(SetTag.NUMBERS, attribute.NS.map(numberValue));
  }
  if (attribute.BS !== undefined) {
    return new Tagged(SetTag.BINARIES, attribute.BS.map((element) => Buffer.from(element)));
  }
  return null;
}

function toSet({ tag, value }: Tagged): AttributeValue {
  const elements = value as CborValue[];
  switch (tag) {
    case SetTag.STRINGS:
      return { SS: elements as string[] };
    case SetTag.NUMBERS:
      return { NS: elements.map(numberText) };
    case SetTag.BINARIES:
      return { BS: elements as Buffer[] };
    default:
      throw new Error(`The tag ${tag} is none of an attribute's.`);
  }
}

