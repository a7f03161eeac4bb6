import { runInNewContext } from 'node:vm';
import { bytesOf, constructorName, classify, messageOf, assertNoHiddenProperties } from '../../../lambda-runtime/values/plain-data.js';

class Money {
  public amount = 1;
}
class Moments extends Date {}
const named = <T extends object>(value: T) => Object.assign(value, { name: 'of its own' });

describe('an object\'s kind of data', () => {
  test.each<[string, object, string]>([
    ['an object', {}, 'object'],
    ['one without a prototype', Object.create(null), 'object'],
    ['one of another realm', runInNewContext('({})'), 'object'],
    ['an array', [1], 'array'],
    ['one of another realm', runInNewContext('[1]'), 'array'],
    ['a date', new Date(), 'date'],
    ['a map', new Map(), 'map'],
    ['a set', new Set(), 'set'],
    ['bytes', new Uint8Array(1), 'bytes'],
    ['a buffer', Buffer.alloc(1), 'bytes'],
    ['a view', new DataView(new ArrayBuffer(1)), 'bytes'],
    ['a buffer of bytes', new ArrayBuffer(1), 'bytes'],
  ])('%s: %p', (_, value, kind) => {
    expect(classify(value)).toBe(kind);
  });

  test.each<[object, string]>([
    [new Money(), 'an instance of Money'],
    [new (class {})(), 'an instance of a class without a name'],
    [new Moments(), 'an instance of Moments'],
    [new (class List extends Array {})(), 'an instance of List'],
    [new (class Table extends Map {})(), 'an instance of Table'],
    [new (class Group extends Set {})(), 'an instance of Group'],
    [new (class Bytes extends Uint8Array {})(1), 'an instance of Bytes'],
    [new (class Raw extends ArrayBuffer {})(1), 'an instance of Raw'],
    [new Uint8Array(new SharedArrayBuffer(1)), 'an instance of Uint8Array'],
    [Object.create({ inherited: 1 }), 'an instance of Object'],
    [{ [Symbol('hidden')]: 1 }, 'an object with symbol properties'],
    [named([1]), 'an object of type array with properties of its own'],
    [named(new Date()), 'an object of type date with properties of its own'],
    [named(new Map()), 'an object of type map with properties of its own'],
    [named(new Uint8Array(1)), 'an object of type Uint8Array with properties of its own'],
    [named(new ArrayBuffer(1)), 'an object of type ArrayBuffer with properties of its own'],
  ])('is none for %p', (value, reason) => {
    expect(() => classify(value)).toThrow(expect.objectContaining({ name: 'NotPlainDataError', message: reason }));
  });
});

test('properties that a copy would lose are rejected', () => {
  const check = (value: object) => () => assertNoHiddenProperties(value, Object.keys(value));
  expect(check({ a: 1 })).not.toThrow();
  expect(check(Object.defineProperty({}, 'hidden', { value: 1 }))).toThrow('not enumerable');
  expect(check({ get a() { return 1; } })).toThrow('getters or setters');
});

test('a view\'s bytes are those that it shows, and are not copied', () => {
  const bytes = new Uint8Array([1, 2, 3, 4]);
  expect([...bytesOf(bytes.subarray(1, 3))]).toEqual([2, 3]);
  expect([...bytesOf(bytes.buffer)]).toEqual([1, 2, 3, 4]);
  bytesOf(bytes)[0] = 9;
  expect(bytes[0]).toBe(9);
});

test('an object is named by its class', () => {
  expect([new Money(), Object.create(null), new (class {})()].map(constructorName)).toEqual(['Money', 'a class without a name', 'a class without a name']);
});

test.each([
  [new Error('down'), 'down'], ['down', 'down'], [undefined, 'undefined'], [Symbol('down'), 'Symbol(down)'],
  [Object.create(null), 'a value that cannot be converted to a string'],
])('the text of a thrown value: %p', (thrown, text) => {
  expect(messageOf(thrown)).toBe(text);
});
