import type { Loader } from './cache-parts.js';
import type { Key } from './key.js';
import { copyOf } from './value.js';

/**
 * A call of a cache, as it was made. Its key and arguments are fixed here, since much of what is done for it is done later: the
 * caller, or another loader, may have changed its objects by then.
 */
export class Call {
  /** What the loader gets: copies of plain data. Everything else is passed as it is. */
  private readonly args: readonly unknown[];
  private hasPassed = false;

  public constructor(
    public readonly key: Key,
    given: readonly unknown[],
    private readonly loader: Loader,
    /** The number of invalidations that had happened when it was made. */
    public readonly sequence: number,
    /** The key of the same call with other arguments. */
    private readonly keyOf: (args: readonly unknown[]) => Key | undefined,
  ) {
    this.args = given.every((arg) => !isObject(arg)) ? given : given.map((arg) => this.own(arg));
  }

  /** Calls the loader. */
  public load(): unknown {
    return this.loader(...(this.args as never[]));
  }

  /** What the origin is asked with. */
  public get content(): unknown {
    return [this.args, this.loader.others];
  }

  /** Whether what the loader got still has the call's key. Only what could not be copied can have another one. */
  public isUnchanged(): boolean {
    return !this.hasPassed || this.keyOf(this.args) === this.key;
  }

  private own(arg: unknown): unknown {
    const own = ownArgument(arg);
    // The option `key` has found in it what identifies the call.
    this.hasPassed ||= own === arg && isObject(arg);
    return own;
  }
}

/** A copy that nobody else can change, where there can be one; else the argument itself. */
export function ownArgument(arg: unknown): unknown {
  try {
    return isObject(arg) ? copyOf(arg) : arg;
  } catch {
    return arg;
  }
}

function isObject(value: unknown): boolean {
  return typeof value === 'function' || (typeof value === 'object' && value !== null);
}
