import type { StoredFields } from '../message.js';
import type { PresentedFields } from '../presented-fields.js';

type Single = Record<string, string>;
type Multi = Record<string, readonly string[]>;

/** A stored response's fields in the form of results, without those that differ in each answer. */
interface Prepared {
  readonly single: Single;
  readonly multi: Multi;
  /** The Cache-Status of caches nearer to the origin. */
  readonly statuses: readonly string[];
  readonly isSingle: boolean;
}

/** By stored response, so that they are made once for many requests. */
const prepared = new WeakMap<StoredFields, Prepared>();

export function singleHeaders({ stored, age, cacheStatus }: PresentedFields): Single {
  const { single, statuses } = preparedOf(stored);
  return { ...single, age, 'cache-status': statuses.length === 0 ? cacheStatus : [...statuses, cacheStatus].join(', ') };
}

export function multiHeaders({ stored, age, cacheStatus }: PresentedFields): Multi {
  const { multi, statuses } = preparedOf(stored);
  return { ...multi, 'age': [age], 'cache-status': [...statuses, cacheStatus] };
}

/** Whether no field has several lines. */
export function isSinglePresented({ stored }: PresentedFields): boolean {
  return preparedOf(stored).isSingle;
}

export function hasOneLine([, { length }]: readonly [string, readonly string[]]): boolean {
  return length === 1;
}

export function singleOf(fields: Iterable<readonly [string, readonly string[]]>, except?: string): Single {
  const single: Single = {};
  for (const [name, lines] of fields) {
    // A field with that name would set the object's prototype.
    if (name !== except && name !== '__proto__') {
      single[name] = lines.length === 1 ? lines[0] : lines.join(', ');
    }
  }
  return single;
}

function preparedOf(stored: StoredFields): Prepared {
  return prepared.get(stored) ?? prepare(stored);
}

function prepare(stored: StoredFields): Prepared {
  const statuses = stored.find(([name]) => name === 'cache-status')?.[1] ?? [];
  const made = { single: singleOf(stored), multi: Object.fromEntries(stored), statuses, isSingle: statuses.length === 0 && stored.every(hasOneLine) };
  prepared.set(stored, made);
  return made;
}
