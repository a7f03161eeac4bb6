import { bytesOf } from './kind.js';
import { SizeEstimate } from './size.js';
import { store } from './value.js';

// Not `import`: as an ES module, node:util takes milliseconds to load (docs/decisions.md).
const { types } = process.getBuiltinModule('node:util');

/** A value and the bytes that it keeps alive. */
export interface Retained {
  readonly value: unknown;
  readonly bytes: number;
}

const NOTHING: Retained = { value: undefined, bytes: 0 };

/** Takes longer than a few milliseconds to walk. */
const MAX_OBJECTS = 100_000;

/** Any value at all: plain data as a copy of the cache's own, anything else as it is. */
export function retain(value: unknown): Retained {
  if (value === undefined) {
    return NOTHING;
  }
  try {
    return store(value);
  } catch {
    return { value, bytes: retainedBytes(value) };
  }
}

/**
 * Estimated bytes of everything that a value's properties lead to; calls no getters.
 *
 * Prototypes and what a function's scope holds are not counted: the program has them anyway, or nobody can see them.
 *
 * @returns Infinity if there are too many objects to count
 */
export function retainedBytes(root: unknown): number {
  const size = new SizeEstimate();
  const objects = new Set<object>();
  const visit = (value: unknown) => {
    if ((typeof value === 'object' && value !== null) || typeof value === 'function') {
      objects.add(value);
    } else {
      size.addPrimitive(value);
    }
  };
  visit(root);
  // A set's loop also comes to what is added during it.
  for (const object of objects) {
    if (objects.size > MAX_OBJECTS) {
      return Infinity;
    }
    addObject(object, size, visit);
  }
  return size.bytes;
}

function addObject(object: object, size: SizeEstimate, visit: (value: unknown) => void): void {
  if (types.isTypedArray(object) || types.isAnyArrayBuffer(object)) {
    size.addBytes(bytesOf(object).length);
    return;
  }
  if (types.isMap(object)) {
    object.forEach((value, key) => [key, value].forEach(visit));
    size.addMap(object.size);
  } else if (types.isSet(object)) {
    object.forEach(visit);
    size.addSet(object.size);
  } else if (types.isNativeError(object)) {
    // Captured as frames, which keep the functions and their receivers; read, as text.
    visit(object.stack);
  }
  const names = Reflect.ownKeys(object);
  size.addObject(names.map(String));
  for (const name of names) {
    visit(Object.getOwnPropertyDescriptor(object, name)?.value);
  }
}
