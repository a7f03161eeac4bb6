import { bytesOf, constructorName, classify, NotPlainDataError, assertNoHiddenProperties } from './plain-data.js';

/**
 * The key that identifies a call: equal arguments give equal keys, different arguments give different keys.
 *
 * Equality is that of `assert.deepStrictEqual`: objects, maps and sets are compared by content, in any order;
 * `0` and `-0`, `{ a: undefined }` and `{}`, `1`, `1n` and `'1'` all differ. Trailing `undefined` arguments are cut before
 * (arguments.ts). A key is never a short hash: two of 300,000
 * UUIDs collide in 32 bits, and then one caller gets the other's value.
 */
export type Key = string | number;

/** Keys longer than this many characters are replaced by their SHA-256, so that a key's size is bounded. */
export const MAX_KEY_LENGTH = 256;

/** Marks a canonical form. A lone string argument is its own key unless it begins with this. */
const CANONICAL = '(';
const CANONICAL_CODE = CANONICAL.charCodeAt(0);

/**
 * The key of an argument list. The most common calls, with one string or one number, pay nothing: the argument is the key.
 *
 * @throws NotPlainDataError for functions, symbols, cycles, class instances and hidden properties: they have no content to compare.
 */
export function keyOf(args: readonly unknown[]): Key {
  if (args.length === 1) {
    const only = args[0];
    if (isOwnKey(only)) {
      return only;
    }
    if (typeof only === 'number' && only !== 0 && only === only) {
      // Map keys distinguish numbers from strings, but not 0 from -0, which must differ.
      return only;
    }
  }
  return canonicalKey(args);
}

/** Whether a lone argument is its own key: a string that is neither long nor looks like a canonical form. */
export function isOwnKey(only: unknown): only is string {
  return typeof only === 'string' && only.length <= MAX_KEY_LENGTH && only.charCodeAt(0) !== CANONICAL_CODE;
}

/** The key as text, for tiers that only support UTF-8. Distinct keys stay distinct: lone surrogates are escaped, not replaced. */
export function keyText(key: Key): string {
  return typeof key === 'string' && key.isWellFormed() ? key : canonicalKey([key]);
}

/** The prefix of a key with a tenant: no canonical form begins like this. */
const OF_TENANT = '(@';

/** The key of one tenant's call: tenants must not share entries, though one process serves them. */
export function keyOfTenant(escapedTenant: string, key: Key): Key {
  return `${OF_TENANT}${escapedTenant}:${keyText(key)}`;
}

/** The part of such a key that begins with the tenant: `@tenant:arguments`. */
export function tenantPart(key: Key): string | undefined {
  return typeof key === 'string' && key.startsWith(OF_TENANT) ? key.slice(CANONICAL.length) : undefined;
}

function canonicalKey(args: readonly unknown[]): string {
  const canonical = `${CANONICAL}${args.map((arg) => canonicalForm(arg, [])).join()})`;
  return canonical.length <= MAX_KEY_LENGTH ? canonical : `${CANONICAL}#${sha256(canonical)}`;
}

/** An injective textual form: two values have the same form if and only if they have the same content. */
function canonicalForm(value: unknown, ancestors: readonly object[]): string {
  switch (typeof value) {
    case 'string':
      return JSON.stringify(value);
    case 'number':
      return Object.is(value, -0) ? '-0' : String(value);
    case 'bigint':
      return `${value}n`;
    case 'boolean':
    case 'undefined':
      return String(value);
    case 'function':
      throw new NotPlainDataError('a function');
    case 'symbol':
      throw new NotPlainDataError('a symbol');
    case 'object':
      return value === null ? 'null' : canonicalObject(value, ancestors);
  }
}

function canonicalObject(value: object, ancestors: readonly object[]): string {
  if (ancestors.includes(value)) {
    throw new NotPlainDataError('an object that contains itself');
  }
  const path = [...ancestors, value];
  const inner = (child: unknown) => canonicalForm(child, path);
  switch (classify(value)) {
    case 'array': {
      const items = value as unknown[];
      return `[${Array.from(items, (item, index) => (index in items ? inner(item) : '_')).join()}]`;
    }
    case 'object': {
      const fields = value as Record<string, unknown>;
      const names = Object.keys(fields);
      assertNoHiddenProperties(fields, names);
      return `{${names.sort().map((name) => `${JSON.stringify(name)}:${inner(fields[name])}`).join()}}`;
    }
    case 'date':
      return `Date(${(value as Date).getTime()})`;
    case 'map':
      return `Map(${Array.from(value as Map<unknown, unknown>, ([k, v]) => `${inner(k)}=>${inner(v)}`).sort().join()})`;
    case 'set':
      return `Set(${Array.from(value as Set<unknown>, inner).sort().join()})`;
    case 'bytes':
      return `${constructorName(value)}(${bytesOf(value).toString('base64')})`;
  }
}

function sha256(text: string): string {
  // Loaded on demand: most functions never have a long key, and node:crypto costs start-up time.
  return process.getBuiltinModule('node:crypto').createHash('sha256').update(text).digest('base64url');
}
