import { retainedBytes } from './retained.js';
import { sizeOfString } from './size.js';
import { toMutableCopy, ownString, snapshot, type StoredValue } from './snapshot.js';

// Not `import`: as an ES module, node:util takes milliseconds to load (docs/decisions.md).
const { types } = process.getBuiltinModule('node:util');

/** Bytes of an error without properties, and of a property without its value. */
const ERROR_BYTES = 200;
const PROPERTY_BYTES = 100;

/**
 * An error as the cache stores it: a snapshot that no code can change. Every caller gets a copy.
 *
 * A copy is a native error with the same prototype, name, message, stack, cause and other properties. Plain data in it is
 * copied; other objects, such as the SDK's `$response`, are the same in every copy.
 */
export class StoredError {
  /** Estimated heap bytes, including its causes'. */
  public bytes = ERROR_BYTES;
  private readonly properties: readonly (readonly [string | symbol, PropertyDescriptor])[];
  private readonly prototype: object | null;
  private readonly isDomException: boolean;
  /** A DOMException's name and message, which are not in properties. */
  private readonly message: string;
  private readonly named: string;

  public constructor(error: Error, snapshots = new Map<object, StoredError>()) {
    snapshots.set(error, this);
    this.prototype = Object.getPrototypeOf(error) as object | null;
    this.isDomException = error instanceof DOMException;
    this.message = this.isDomException ? error.message : '';
    this.named = this.isDomException ? error.name : '';
    this.properties = Reflect.ownKeys(error).map((name) => {
      const descriptor = Object.getOwnPropertyDescriptor(error, name)!;
      // In Node.js 24 `stack` is a getter, which would not work on a copy.
      const value = name === 'stack' ? error.stack : descriptor.value as unknown;
      const { enumerable, configurable } = descriptor;
      return [name, 'value' in descriptor || name === 'stack'
        ? { value: this.snapshotOf(value, snapshots), writable: descriptor.writable ?? true, enumerable, configurable }
        : descriptor];
    });
  }

  /** The caller's own copy of the error. */
  public copy(copies = new Map<StoredError, Error>()): Error {
    const known = copies.get(this);
    if (known !== undefined) {
      return known;
    }
    // Its name and message are internal: neither properties nor the prototype carry them.
    const copy = this.isDomException ? new DOMException(this.message, this.named) : Object.setPrototypeOf(new Error(), this.prototype) as Error;
    copies.set(this, copy);
    if (!this.properties.some(([name]) => name === 'stack')) {
      delete copy.stack;
    }
    for (const [name, descriptor] of this.properties) {
      const { value } = descriptor as { value?: unknown };
      Object.defineProperty(copy, name, value instanceof Snapshot ? { ...descriptor, value: value.copy(copies) } : descriptor);
    }
    return copy;
  }

  /** The stored form of a property's value, whose bytes are added. */
  private snapshotOf(value: unknown, snapshots: Map<object, StoredError>): unknown {
    this.bytes += PROPERTY_BYTES;
    if (typeof value === 'string') {
      const own = ownString(value);
      this.bytes += sizeOfString(own);
      return own;
    }
    if (typeof value !== 'object' || value === null) {
      return value;
    }
    if (isError(value)) {
      const known = snapshots.get(value);
      const inner = known ?? new StoredError(value, snapshots);
      this.bytes += known === undefined ? inner.bytes : 0;
      return new Snapshot(inner);
    }
    if (Array.isArray(value) && value.some(isError)) {
      // An AggregateError's errors.
      return new Snapshot(value.map((item) => this.snapshotOf(item, snapshots)));
    }
    try {
      const stored = snapshot(value);
      this.bytes += stored.bytes;
      return new Snapshot(stored);
    } catch {
      this.bytes += retainedBytes(value);
      return value;
    }
  }
}

/** A property's value of which every copy gets its own copy. Not a closure: its scope would keep the original error and its stack frames alive. */
class Snapshot {
  public constructor(private readonly content: StoredError | StoredValue | readonly unknown[]) {}

  public copy(copies: Map<StoredError, Error>): unknown {
    if (this.content instanceof StoredError) {
      return this.content.copy(copies);
    }
    if (Array.isArray(this.content)) {
      return this.content.map((item) => item instanceof Snapshot ? item.copy(copies) : item as unknown);
    }
    return toMutableCopy(this.content as StoredValue);
  }
}

/** Whether a value is an error, from any realm (`vm`, jest). */
export function isError(value: unknown): value is Error {
  try {
    return types.isNativeError(value) || value instanceof Error;
  } catch {
    // Even this check may throw for a Proxy.
    return false;
  }
}
