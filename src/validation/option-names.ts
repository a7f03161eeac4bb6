import { invalidUse } from './errors';
import { nearestName } from '../contract/nearest-name';

/** The names of an options object: the compiler rejects one that is missing here, or that only this list has. */
export type NamesOf<Options> = Readonly<Record<keyof Options, true>>;

/**
 * Checks that all names in an options object exist, for users who write JavaScript. Only for objects that no subclass can extend: the
 * props of a construct may have more.
 *
 * @param known the names that exist, as keys
 * @internal
 */
export function checkOptionNames(where: string, options: object, known: object): void {
  const names = Object.keys(known);
  const wrong = Object.entries(options).find(([name, value]) => value !== undefined && !names.includes(name))?.[0];
  if (wrong !== undefined) {
    const nearest = nearestName(wrong, names);
    throw invalidUse(`${where}.${wrong} is not an option. ${nearest === undefined ? `The options are ${names.join(', ')}.` : `Did you mean ${nearest}?`}`);
  }
}
