// A separate file, because handlers' bundles contain it, but not the rest of the key code, which needs Node.js's own modules.

/**
 * The arguments of a call without trailing `undefined`: `price('2')` and `price('2', undefined)` are the same call, so they have the same
 * key, and the loader gets the same arguments.
 */
export function argumentsOf<T>(args: readonly T[]): readonly T[] {
  let length = args.length;
  while (length > 0 && args[length - 1] === undefined) {
    length--;
  }
  return length === args.length ? args : args.slice(0, length);
}
