/** Cache directives in Cache-Control and CDN-Cache-Control. RFC 9111, 5.2; RFC 9213. */
import { parseDictionary } from 'structured-headers';
import { fieldValue, listMembers } from './fields.js';
import type { HttpFields } from './message.js';

/** Arguments by lower-case name: null for none, MALFORMED for one that cannot be trusted. */
export type Directives = ReadonlyMap<string, string | null>;

/** Neither a number of seconds nor a list of fields, so the directive gets its most restrictive meaning. */
const MALFORMED = '';

/** RFC 9111's (1.2.2) replacement for a number that is too large. */
const MAX_SECONDS = 2 ** 31;

const DIRECTIVE = /^([!#$%&'*+.^_`|~\w-]+)(?:=(?:"((?:[^"\\]|\\.)*)"|([!#$%&'*+.^_`|~\w-]+)))?$/s;
const NAME = /^[!#$%&'*+.^_`|~\w-]+/;

const NO_DIRECTIVES: Directives = new Map();

/** Directives in Cache-Control. */
export function cacheControl(fields: HttpFields): Directives {
  const value = fieldValue(fields, 'cache-control');
  if (value === undefined) {
    return NO_DIRECTIVES;
  }
  const directives = new Map<string, string | null>();
  for (const member of listMembers(value)) {
    const found = DIRECTIVE.exec(member);
    const name = (found?.[1] ?? NAME.exec(member)?.[0])?.toLowerCase();
    if (name !== undefined) {
      const argument = found === null ? MALFORMED : found[2]?.replace(/\\(.)/gs, '$1') ?? found[3] ?? null;
      // A directive that contradicts itself cannot be trusted.
      directives.set(name, directives.has(name) && directives.get(name) !== argument ? MALFORMED : argument);
    }
  }
  return directives;
}

/** Directives for shared caches only, which replace Cache-Control and Expires. Undefined if there are none, or they cannot be parsed. */
export function targetedCacheControl(fields: HttpFields): Directives | undefined {
  const value = fieldValue(fields, 'cdn-cache-control');
  if (value === undefined) {
    return undefined;
  }
  try {
    const directives = new Map<string, string | null>();
    for (const [name, [item]] of parseDictionary(value)) {
      if (item !== false) {
        directives.set(name, item === true ? null : targetedArgument(name, item));
      }
    }
    return directives.size === 0 ? undefined : directives;
  } catch {
    return undefined;
  }
}

function targetedArgument(name: string, item: unknown): string {
  const takesFields = name === 'no-cache' || name === 'private';
  return typeof item === 'number' && !takesFields ? String(item) : typeof item === 'string' && takesFields ? item : MALFORMED;
}

/** The directive's seconds: undefined without the directive, 0 for a malformed number, as RFC 9111 (4.2.1) encourages. */
export function seconds(directives: Directives, name: string): number | undefined {
  const text = directives.get(name);
  return text === undefined ? undefined : text !== null && /^\d+$/.test(text) ? Math.min(Number(text), MAX_SECONDS) : 0;
}
