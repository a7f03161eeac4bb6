import { bytesOf } from './plain-data.js';
import { SizeEstimate } from './size.js';
import { snapshot } from './snapshot.js';

// Not `import`: as an ES module, node:util takes milliseconds to load (docs/decisions.md).
const { types } = process.getBuiltinModule('node:util');

/** A value and the bytes that it keeps alive. */
export interface Retained {
  readonly value: unknown;
  readonly bytes: number;
}

const NOTHING: Retained = { value: undefined, bytes: 0 };

/** More objects take longer than a few milliseconds to walk. */
const MAX_OBJECTS = 100_000;

/** Any value: plain data as the cache's own copy, anything else as it is. */
export function retain(value: unknown): Retained {
  if (value === undefined) {
    return NOTHING;
  }
  try {
    return snapshot(value);
  } catch {
    return { value, bytes: retainedBytes(value) };
  }
}

/**
 * Estimated bytes of everything reachable through a value's properties; calls no getters.
 *
 * Prototypes and functions' scopes are not counted: the program has them anyway, or they cannot be inspected.
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
  // Iterating over a set also visits elements that are added meanwhile.
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
    // A captured stack keeps functions and their receivers alive; reading it turns it into text.
    visit(object.stack);
  }
  const names = Reflect.ownKeys(object);
  size.addObject(names.map(String));
  for (const name of names) {
    visit(Object.getOwnPropertyDescriptor(object, name)?.value);
  }
}
