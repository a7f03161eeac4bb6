import type { MultiValues, SingleValues } from './gateway-event.js';

/** Thrown for an event that contradicts itself: it is unknown what a handler would read, so it is not cached. */
export class OddEventError extends Error {}

export type Lines = Map<string, readonly string[]>;

/** An event's two maps of fields: `multi` has every value of a name, `single` one of them. */
export function allValues(single: SingleValues, multi: MultiValues): (readonly [name: string, values: readonly string[]])[] {
  const isWhole = checkMaps(single, multi);
  const all = Object.entries(multi ?? {}) as [string, readonly string[]][];
  const others = isWhole && multi ? [] : Object.entries(single ?? {}).filter(([name]) => !(multi && Object.hasOwn(multi, name)));
  return [...all, ...others.map(([name, value]) => [name, [value!]] as const)];
}

/**
 * Returns whether one of the maps has all values: `multi`, if there is one.
 *
 * @throws OddEventError if they contradict each other, or are malformed
 */
export function checkMaps(single: SingleValues, multi: MultiValues): boolean {
  for (const name in multi) {
    if (!isLines(multi[name])) {
      throw new OddEventError();
    }
  }
  let isWhole = true;
  for (const name in single) {
    const value = single[name];
    const found = multi?.[name];
    // What is not its own is no array.
    const values = Array.isArray(found) ? found as readonly string[] : undefined;
    if (typeof value !== 'string' || (values !== undefined && !isOneOf(value, values))) {
      throw new OddEventError();
    }
    isWhole &&= values !== undefined || multi === undefined || multi === null;
  }
  return isWhole;
}

function isLines(values: unknown): boolean {
  if (!Array.isArray(values)) {
    return false;
  }
  for (const value of values) {
    if (typeof value !== 'string') {
      return false;
    }
  }
  return true;
}

/** Gateways and emulators use the last value, the first, or all in one line. */
function isOneOf(value: unknown, values: readonly string[]): boolean {
  return value === values[values.length - 1] || values.includes(value as string) || value === values.join(',') || value === values.join(', ');
}

/** Field names in lower case, each with its lines in order. */
export function fieldsOf(single: SingleValues, multi: MultiValues): Lines {
  const fields: Lines = new Map();
  for (const [name, values] of allValues(single, multi)) {
    const lowerCase = name.toLowerCase();
    const others = fields.get(lowerCase);
    fields.set(lowerCase, [...others ?? [], ...values]);
  }
  return fields;
}
