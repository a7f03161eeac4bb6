export type { IdentitySource, ResponseSettings } from '../../src/contract/response-settings.js';

/** Whether a name is in a list, in which a trailing `*` matches any suffix. */
export function matcherOf(names: readonly string[] = []): (name: string) => boolean {
  const exact = new Set(names.filter((name) => !name.endsWith('*')));
  const prefixes = names.filter((name) => name.endsWith('*')).map((name) => name.slice(0, -1));
  return (name) => exact.has(name) || prefixes.some((prefix) => name.startsWith(prefix));
}
