/**
 * An error about something that the user passed: names the thing, its value, what is wrong and the way out.
 *
 * @internal
 */
export function invalidProp(name: string, value: unknown, problem: string, wayOut: string): Error {
  const shown = typeof value === 'string' ? `'${value}'` : String(value);
  return new Error(`CachedFunction: ${name} ${problem}, and is ${shown}. ${wayOut}`);
}
