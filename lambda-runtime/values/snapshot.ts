import { hasHiddenClass } from './hidden-classes.js';
import { bytesOf, constructorName, classify, NotPlainDataError, assertNoHiddenProperties } from './plain-data.js';
import { isOneByte, SizeEstimate } from './size.js';

/** A value as the cache stores it: its own copy, which no caller can change. */
export interface StoredValue {
  /** Deep-frozen to the extent that JavaScript can freeze. */
  readonly value: unknown;
  /** Whether all of it is frozen. Dates, maps, sets and bytes cannot be, so every caller gets a copy of them. */
  readonly frozen: boolean;
  /** Estimated heap bytes. */
  readonly bytes: number;
}

/**
 * Copies plain data, freezes the copy and measures it, in one pass.
 *
 * @throws NotPlainDataError for anything that a copy could not reproduce with its type: such a value is never cached.
 */
export function snapshot(value: unknown): StoredValue {
  return measured(new Copier(true, true, new SizeEstimate()), value);
}

/** The same for a value that no caller has and whose strings are not slices of longer ones. */
export function snapshotOwned(value: unknown): StoredValue {
  return measured(new Copier(true, false, new SizeEstimate()), value);
}

function measured(copier: Copier, value: unknown): StoredValue {
  const copy = copier.copy(value);
  return { value: copy, frozen: copier.allFrozen, bytes: copier.size!.bytes };
}

/**
 * A copy of plain data that its owner may change.
 *
 * @throws NotPlainDataError for anything that a copy could not reproduce
 */
export function copyOf(value: unknown): unknown {
  return new Copier(false, false, undefined, true).copy(value);
}

/** The value for a caller: the stored one if it is frozen, else a copy, frozen where possible. */
export function toCaller(stored: StoredValue): unknown {
  return stored.frozen ? stored.value : new Copier(true).copy(stored.value);
}

/** A copy that its caller may change. */
export function toMutableCopy(stored: StoredValue): unknown {
  return new Copier(false).copy(stored.value);
}

/** Whether the loader returned a different value; values that cannot be compared count as different. */
export function differs(cached: unknown, loaded: unknown): boolean {
  try {
    return !process.getBuiltinModule('node:util').isDeepStrictEqual(cached, loaded);
  } catch {
    return true;
  }
}

/** A longer array, which a few bytes in a shared cache can describe, would take seconds to walk, even if it is all holes. */
const MAX_LENGTH = 2 ** 24;

/** Copies a graph of plain data, including shared and cyclic references. */
class Copier {
  public allFrozen = true;
  private readonly copies = new Map<object, object>();

  public constructor(
    private readonly freeze: boolean,
    private readonly ownStrings = false,
    /** Set for a copy that is stored. */
    public readonly size?: SizeEstimate,
    /** Whether to check for hidden properties: foreign objects can have some, but not our own copies, nor values that a tier has decoded. */
    private readonly strict = ownStrings,
  ) {}

  public copy(value: unknown): unknown {
    switch (typeof value) {
      case 'function':
        throw new NotPlainDataError('a function');
      case 'symbol':
        throw new NotPlainDataError('a symbol');
      case 'object':
        return value === null ? null : this.copies.get(value) ?? this.copyObject(value);
      case 'string':
        this.size?.addPrimitive(value);
        return this.ownStrings ? ownString(value) : value;
      default:
        this.size?.addPrimitive(value);
        return value;
    }
  }

  private copyObject(original: object): object {
    switch (classify(original)) {
      case 'array': {
        const items = original as unknown[];
        if (items.length > MAX_LENGTH) {
          throw new NotPlainDataError(`an array of length ${items.length}`);
        }
        const indices = indicesIfSparse(items);
        const copy = this.register(original, indices === undefined ? new Array<unknown>(items.length) : sparseArray(items.length));
        if (indices === undefined) {
          // forEach skips holes, which stay holes.
          items.forEach((item, index) => {
            copy[index] = this.copy(item);
          });
          this.size?.addArray(items);
        } else {
          for (const index of indices) {
            copy[index] = this.copy(items[index]);
          }
          this.size?.addSparseArray(indices.length);
        }
        return this.freeze ? Object.freeze(copy) : copy;
      }
      case 'object': {
        const names = Object.keys(original);
        if (this.strict) {
          assertNoHiddenProperties(original, names);
        }
        const hasPrototype = Object.getPrototypeOf(original) !== null;
        const hasClass = this.size?.addObject(names, hasPrototype) ?? (hasPrototype && (this.strict || hasHiddenClass(names)));
        const copy = this.register(original, hasClass ? { ...original } : dictionary(hasPrototype));
        for (const name of names) {
          const value = (original as Record<string, unknown>)[name];
          if (!hasClass) {
            setOwn(copy, name, this.copy(value));
          } else if (typeof value === 'object' || (typeof value === 'string' && value.length >= MIN_SLICE_LENGTH)) {
            (copy as Record<string, unknown>)[name] = this.copy(value);
          } else {
            // Already there.
            this.copy(value);
          }
        }
        return this.freeze ? Object.freeze(copy) : copy;
      }
      case 'date':
        this.size?.addDate();
        return this.unfrozen(this.register(original, new Date((original as Date).getTime())));
      case 'map': {
        const entries = original as Map<unknown, unknown>;
        const copy = this.register(original, new Map<unknown, unknown>());
        for (const [key, value] of entries) {
          copy.set(this.copy(key), this.copy(value));
        }
        this.size?.addMap(entries.size);
        return this.unfrozen(copy);
      }
      case 'set': {
        const members = original as Set<unknown>;
        const copy = this.register(original, new Set<unknown>());
        for (const member of members) {
          copy.add(this.copy(member));
        }
        this.size?.addSet(members.size);
        return this.unfrozen(copy);
      }
      case 'bytes': {
        const copy = copyBytes(original);
        this.size?.addBytes(bytesOf(copy).length);
        return this.unfrozen(this.register(original, copy));
      }
    }
  }

  /** Registers a copy before its content is copied, so that a reference back to it finds the copy. */
  private register<T extends object>(original: object, copy: T): T {
    this.copies.set(original, copy);
    return copy;
  }

  private unfrozen<T extends object>(copy: T): T {
    this.allFrozen = false;
    return copy;
  }
}

/** With fewer elements per hole, a hash table takes no more memory than an array with a slot for each hole. */
const MIN_HOLES_PER_ELEMENT = 18;

/** V8 turns an array with a longer gap into a hash table. */
const MAX_GAP = 1024;

/** So many places of a long array are looked at; of a sparse one, three or four have elements. */
const PROBES = 64;

/** Where the elements of an array are that is mostly holes; undefined: in most places. A walk past a million holes takes 100 ms. */
function indicesIfSparse(items: readonly unknown[]): number[] | undefined {
  if (items.length <= MAX_GAP) {
    return undefined;
  }
  let found = 0;
  for (let probe = 0; probe < PROBES; probe++) {
    found += Math.floor(probe * items.length / PROBES) in items ? 1 : 0;
  }
  if (found > PROBES / 4) {
    return undefined;
  }
  const names = Object.keys(items);
  return names.length * MIN_HOLES_PER_ELEMENT < items.length ? names.map(Number) : undefined;
}

/** An array of holes that takes no memory for them. */
function sparseArray(length: number): unknown[] {
  const array: unknown[] = [];
  array[length - 1] = undefined;
  delete array[length - 1];
  return array;
}

/** An object that keeps its properties in a hash table, not in a hidden class. */
export function dictionary(hasPrototype: boolean): object {
  const empty = Object.create(null) as object;
  return hasPrototype ? Object.setPrototypeOf(empty, Object.prototype) as object : empty;
}

/** Sets an own property, even one that is named `__proto__`. */
export function setOwn(target: object, name: string, value: unknown): void {
  if (name === '__proto__') {
    // Plain assignment would change the prototype.
    Object.defineProperty(target, name, { value, enumerable: true, configurable: true, writable: true });
  } else {
    (target as Record<string, unknown>)[name] = value;
  }
}

/** V8 makes slices only of this length or longer; it copies shorter ones. */
const MIN_SLICE_LENGTH = 13;

/** A copy of the string that is not a slice of a longer one: a title cut out of a page would keep the page alive. */
export function ownString(text: string): string {
  if (text.length < MIN_SLICE_LENGTH) {
    return text;
  }
  const encoding = isOneByte(text) ? 'latin1' : 'utf16le';
  return Buffer.from(text, encoding).toString(encoding);
}

function copyBytes(original: object): object {
  // A separate buffer: bytes outside the view are not part of the value, and a slice of Node's pool would keep all 8 KB of it alive.
  const buffer = new Uint8Array(bytesOf(original)).buffer;
  if (!ArrayBuffer.isView(original)) {
    return buffer;
  }
  if (Buffer.isBuffer(original)) {
    return Buffer.from(buffer);
  }
  const constructor = (globalThis as Record<string, unknown>)[constructorName(original)] as new (buffer: ArrayBuffer) => object;
  return new constructor(buffer);
}
