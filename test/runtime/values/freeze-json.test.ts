import fc from 'fast-check';
import { freezeJson } from '../../../lambda-runtime/values/freeze-json.js';
import { snapshotOwned } from '../../../lambda-runtime/values/snapshot.js';

/** Any JSON value, odd names included. */
const texts = fc.jsonValue({ maxDepth: 5 }).map((value) => JSON.stringify(value));

function isDeepFrozen(value: unknown): boolean {
  return typeof value !== 'object' || value === null || (Object.isFrozen(value) && Object.values(value).every(isDeepFrozen));
}

test('the result of JSON.parse is frozen in place, with the content and the size of a copy', () => {
  fc.assert(fc.property(texts, (text) => {
    // Names that were met before cost nothing, so each is measured as the second of its kind.
    freezeJson(JSON.parse(text));
    const copied = snapshotOwned(JSON.parse(text));
    const frozen = freezeJson(JSON.parse(text));
    expect(frozen.value).toStrictEqual(copied.value);
    expect(isDeepFrozen(frozen.value)).toBe(true);
    expect(frozen).toMatchObject({ frozen: true, bytes: copied.bytes });
  }));
});

test('a value is not copied', () => {
  const value = JSON.parse('{"id":"1","tags":["a"]}') as object;
  expect(freezeJson(value).value).toBe(value);
});

test('`__proto__` is an ordinary property, and not a prototype', () => {
  const { value } = freezeJson(JSON.parse('{"__proto__":{"admin":true},"a":1}'));
  expect(Object.keys(value as object)).toEqual(['__proto__', 'a']);
  expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
  expect((value as { admin?: boolean }).admin).toBeUndefined();
});

test('an object whose names do not recur is kept without a hidden class, its content complete', () => {
  const objects = Array.from({ length: 200 }, (_, i) => `{${Array.from({ length: 20 }, (__, j) => `"name-${i}-${j}":{"at":${j}}`).join(',')},"__proto__":{}}`);
  for (const text of objects) {
    expect(freezeJson(JSON.parse(text)).value).toStrictEqual(snapshotOwned(JSON.parse(text)).value);
  }
});
