import { store, handOutMutable } from './value.js';

// Not `import`: as an ES module, node:util takes milliseconds to load (docs/decisions.md).
const { types } = process.getBuiltinModule('node:util');

/**
 * An error as the cache holds it: a snapshot that nobody can change, of which every caller gets a copy.
 *
 * A copy is a native error with the same prototype, name, message, stack, cause and other properties. Plain data in it is
 * copied; what has an identity of its own (the SDK's `$response`, say) is the same in every copy.
 */
export class StoredError {
  private readonly properties: readonly (readonly [string | symbol, PropertyDescriptor])[];
  private readonly prototype: object | null;
  private readonly isDomException: boolean;
  private readonly message: string;
  private readonly named: string;

  public constructor(error: Error, snapshots = new Map<object, StoredError>()) {
    snapshots.set(error, this);
    this.prototype = Object.getPrototypeOf(error) as object | null;
    this.isDomException = error instanceof DOMException;
    this.message = error.message;
    this.named = error.name;
    this.properties = Reflect.ownKeys(error).map((name) => {
      const descriptor = Object.getOwnPropertyDescriptor(error, name)!;
      // Node.js 24 makes `stack` a getter, which a copy's own error would not have.
      const value = name === 'stack' ? error.stack : descriptor.value as unknown;
      const { enumerable, configurable } = descriptor;
      return [name, 'value' in descriptor || name === 'stack'
        ? { value: snapshotOf(value, snapshots), writable: descriptor.writable ?? true, enumerable, configurable }
        : descriptor];
    });
  }

  /** An error of the caller's own. */
  public copy(copies = new Map<StoredError, Error>()): Error {
    const known = copies.get(this);
    if (known !== undefined) {
      return known;
    }
    // Its name and message are private to it: no property, and no prototype, brings them.
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
}

/** A property's value that every copy gets a copy of. */
class Snapshot {
  public constructor(public readonly copy: (copies: Map<StoredError, Error>) => unknown) {}
}

function snapshotOf(value: unknown, snapshots: Map<object, StoredError>): unknown {
  if (typeof value !== 'object' || value === null) {
    return value;
  }
  if (isError(value)) {
    const inner = snapshots.get(value) ?? new StoredError(value, snapshots);
    return new Snapshot((copies) => inner.copy(copies));
  }
  if (Array.isArray(value) && value.some(isError)) {
    // An AggregateError's.
    const items = value.map((item) => snapshotOf(item, snapshots));
    return new Snapshot((copies) => items.map((item) => item instanceof Snapshot ? item.copy(copies) : item));
  }
  try {
    const stored = store(value);
    return new Snapshot(() => handOutMutable(stored));
  } catch {
    return value;
  }
}

/** Whatever has an error's internals, of whatever realm (`vm`, jest). */
export function isError(value: unknown): value is Error {
  return types.isNativeError(value) || value instanceof Error;
}
