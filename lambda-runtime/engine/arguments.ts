/**
 * The arguments of a call without trailing `undefined`: for the function that is called, `price('2')` and
 * `price('2', undefined)` are one call, so they have one key, and the loader gets the same arguments from both.
 */
export function argumentsOf<T>(args: readonly T[]): readonly T[] {
  let length = args.length;
  while (length > 0 && args[length - 1] === undefined) {
    length--;
  }
  return length === args.length ? args : args.slice(0, length);
}
