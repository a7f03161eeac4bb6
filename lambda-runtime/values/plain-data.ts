// Not `import`: as an ES module, node:util takes milliseconds to load (docs/decisions.md).
const { types } = process.getBuiltinModule('node:util');

/** The objects whose content we can compare, copy and measure. All others have behaviour or identity. */
export type PlainDataKind = 'object' | 'array' | 'date' | 'map' | 'set' | 'bytes';

/** Thrown for a value that is not plain data; the message names the type, not the remedy. */
export class NotPlainDataError extends Error {
  public constructor(reason: string) {
    super(reason);
    this.name = 'NotPlainDataError';
  }
}

/** The text of a thrown value. Never throws. */
export function messageOf(error: unknown): string {
  try {
    return String(error instanceof Error ? error.message : error);
  } catch {
    return 'a value that cannot be converted to a string';
  }
}

/**
 * The kind of data that an object is.
 *
 * Works across realms (`vm`, jest), so it checks internal slots and the depth of the prototype chain instead of
 * comparing prototypes; a subclass is never mistaken for its base.
 *
 * @throws NotPlainDataError for class instances, and for objects and arrays with properties that a copy would miss.
 */
export function classify(value: object): PlainDataKind {
  const kind = builtInKind(value);
  if (kind === undefined) {
    throw new NotPlainDataError(`an instance of ${constructorName(value)}`);
  }
  if (Object.getOwnPropertySymbols(value).length > 0) {
    throw new NotPlainDataError('an object with symbol properties');
  }
  if (kind !== 'object' && hasNamedProperties(value, kind)) {
    throw new NotPlainDataError(`an object of type ${kind === 'bytes' ? constructorName(value) : kind} with properties of its own`);
  }
  return kind;
}

/**
 * Rejects properties that a copy of an object would lose, or read only once.
 *
 * @param names the names of the object's enumerable properties
 * @throws NotPlainDataError for properties that are not enumerable, and for getters and setters
 */
export function assertNoHiddenProperties(value: object, names: readonly string[]): void {
  if (Object.getOwnPropertyNames(value).length !== names.length) {
    throw new NotPlainDataError('an object with properties that are not enumerable');
  }
  for (const name of names) {
    if (!('value' in Object.getOwnPropertyDescriptor(value, name)!)) {
      throw new NotPlainDataError('an object with getters or setters');
    }
  }
}

/** The bytes of a typed array, DataView, Buffer or ArrayBuffer, not copied. */
export function bytesOf(value: object): Buffer {
  return ArrayBuffer.isView(value)
    ? Buffer.from(value.buffer, value.byteOffset, value.byteLength)
    : Buffer.from(value as ArrayBuffer);
}

/** The constructor's name of a typed array, DataView, Buffer or ArrayBuffer: the content alone does not distinguish an Int8Array from a Uint8Array. */
export function constructorName(value: object): string {
  return (value as { constructor?: { name?: string } }).constructor?.name || 'a class without a name';
}

function builtInKind(value: object): PlainDataKind | undefined {
  if (Object.getPrototypeOf(value) === Object.prototype) {
    return 'object'; // by far the most common
  }
  const depth = prototypeDepth(value);
  if (Array.isArray(value)) {
    return depth === 2 ? 'array' : undefined;
  }
  if (types.isDate(value)) {
    return depth === 2 ? 'date' : undefined;
  }
  if (types.isMap(value)) {
    return depth === 2 ? 'map' : undefined;
  }
  if (types.isSet(value)) {
    return depth === 2 ? 'set' : undefined;
  }
  if (ArrayBuffer.isView(value)) {
    const intrinsicDepth = Buffer.isBuffer(value) ? 4 : types.isTypedArray(value) ? 3 : 2;
    return depth === intrinsicDepth && types.isArrayBuffer(value.buffer) ? 'bytes' : undefined;
  }
  if (types.isArrayBuffer(value)) {
    return depth === 2 ? 'bytes' : undefined;
  }
  if (depth === 0) {
    return 'object';
  }
  return depth === 1 && Object.hasOwn(Object.getPrototypeOf(value) as object, 'isPrototypeOf') ? 'object' : undefined;
}

function prototypeDepth(value: object): number {
  let depth = 0;
  for (let prototype: unknown = Object.getPrototypeOf(value); prototype !== null; prototype = Object.getPrototypeOf(prototype)) {
    depth++;
  }
  return depth;
}

function hasNamedProperties(value: object, kind: PlainDataKind): boolean {
  if (types.isTypedArray(value)) {
    // Listing a megabyte's indices takes 100 ms. Instead it is compared with a view of the same bytes, which has no other properties.
    return !process.getBuiltinModule('node:util').isDeepStrictEqual(value, value.subarray());
  }
  const names = Object.getOwnPropertyNames(value);
  if (kind !== 'array') {
    return names.length > 0;
  }
  // Indices come first, in ascending order, then other names in the order of their creation: 'length' is the first of those.
  return names.at(-1) !== 'length';
}
