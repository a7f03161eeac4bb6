import type { Loader } from './cache-deps.js';
import type { Arrival } from './coherence.js';
import type { Key } from '../values/key.js';
import { copyOf } from '../values/snapshot.js';

/**
 * A call to a cache. Its key and arguments are fixed here, since much of its work is done later, when the caller or another loader
 * may have changed its objects.
 */
export class Call {
  /** The loader's arguments: copies of plain data, and everything else as it is. */
  private readonly args: readonly unknown[];
  private passesReferences = false;

  public constructor(
    public readonly key: Key,
    given: readonly unknown[],
    private readonly loader: Loader,
    /** The number of invalidations before the call was made. */
    public readonly sequence: number,
    /** Computes the key that the call would have with other arguments. */
    private readonly keyOf: (args: readonly unknown[]) => Key | undefined,
    /** The invocation that it belongs to, if memory is coherent with other environments. */
    public readonly arrival?: Arrival,
  ) {
    this.args = given.every((arg) => !isObject(arg)) ? given : given.map((arg) => this.copyOrKeep(arg));
  }

  /** Calls the loader. */
  public load(): unknown {
    // Not as a method, which would show the loader this object as its `this`.
    const { loader, args } = this;
    return loader(...(args as never[]));
  }

  /** The input for the origin. */
  public get originInput(): unknown {
    return [this.args, this.loader.batchIds];
  }

  /** Whether the loader's arguments still have the call's key. Only arguments that could not be copied can change theirs. */
  public isUnchanged(): boolean {
    return !this.passesReferences || this.keyOf(this.args) === this.key;
  }

  private copyOrKeep(arg: unknown): unknown {
    const own = copyArgument(arg);
    // The option `key` has extracted the call's identity from it.
    this.passesReferences ||= own === arg && isObject(arg);
    return own;
  }
}

/** A copy that no other code can change if the argument can be copied, else the argument itself. */
export function copyArgument(arg: unknown): unknown {
  try {
    return isObject(arg) ? copyOf(arg) : arg;
  } catch {
    return arg;
  }
}

export function isObject(value: unknown): boolean {
  return typeof value === 'function' || (typeof value === 'object' && value !== null);
}
