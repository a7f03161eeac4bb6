import { SizeEstimate } from './size.js';
import { dictionary, setOwn, type StoredValue } from './snapshot.js';

/**
 * Freezes and measures, in one pass and without a copy, a value that JSON.parse has created and no other code has: a tree of plain objects
 * and arrays.
 */
export function freezeJson(value: unknown): StoredValue {
  const size = new SizeEstimate();
  return { value: freeze(value, size), frozen: true, bytes: size.bytes };
}

/** Returns the value, or its replacement. */
function freeze(value: unknown, size: SizeEstimate): unknown {
  if (typeof value !== 'object' || value === null) {
    size.addPrimitive(value);
    return value;
  }
  if (Array.isArray(value)) {
    const items = value as unknown[];
    for (let i = 0; i < items.length; i++) {
      items[i] = freeze(items[i], size);
    }
    size.addArray(items);
    return Object.freeze(items);
  }
  const names = Object.keys(value);
  const object = size.addObject(names) ? value as Record<string, unknown> : dictionaryOf(value, names);
  for (const name of names) {
    const property = object[name];
    if (typeof property === 'object') {
      // Defined as an own property, even if it is `__proto__`.
      object[name] = freeze(property, size);
    } else {
      size.addPrimitive(property);
    }
  }
  return Object.freeze(object);
}

/** If an object's names do not recur, it is smaller without a hidden class. */
function dictionaryOf(object: object, names: readonly string[]): Record<string, unknown> {
  const copy = dictionary(true);
  for (const name of names) {
    setOwn(copy, name, (object as Record<string, unknown>)[name]);
  }
  return copy as Record<string, unknown>;
}
