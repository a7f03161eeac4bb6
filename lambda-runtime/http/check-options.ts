import type { ResponseOptions } from './options.js';
import type { ResponseSettings } from './settings.js';
import { toMilliseconds } from '../values/duration.js';

/** The requirement for each option. */
const LISTS = ['headers', 'includeQuery', 'ignoreQuery', 'ignoreCookies'] as const;
const FLAGS = ['heuristicFreshness', 'removeUnkeyed'] as const;
const NAMES: readonly string[] = [...LISTS, ...FLAGS, 'name', 'varyBy', 'negativeTtl'] satisfies (keyof ResponseOptions)[];
const KINDS = ['authorizer', 'jwtClaim', 'cookie', 'header'];

/**
 * Checks the code's options, and converts them to settings.
 *
 * @param what the function that was called, for errors
 * @param callee its argument
 * @throws TypeError naming the option, its value and the remedy
 */
export function settingsOf(what: string, callee: unknown, options: ResponseOptions): ResponseSettings {
  if (typeof callee !== 'function') {
    throw new TypeError(`${what} needs a function, not ${typeof callee}.`);
  }
  if (typeof options !== 'object' || (options as unknown) === null || Array.isArray(options)) {
    throw new TypeError(`${what}: options must be an object, not ${Array.isArray(options) ? 'an array' : String(options)}.`);
  }
  const wrong = Object.keys(options).find((name) => !NAMES.includes(name));
  if (wrong !== undefined) {
    throw new TypeError(`${what}: ${wrong} is no option. Use ${NAMES.join(', ')}.`);
  }
  const { varyBy, headers, includeQuery, ignoreQuery, ignoreCookies, negativeTtl, heuristicFreshness, removeUnkeyed } = options;
  for (const name of LISTS) {
    const list: unknown = options[name];
    if (list !== undefined && !(Array.isArray(list) && list.every((item) => typeof item === 'string' && item !== ''))) {
      throw new TypeError(`${what}: ${name} must be a list of names, not ${JSON.stringify(list)}.`);
    }
  }
  for (const name of FLAGS) {
    if (!['boolean', 'undefined'].includes(typeof options[name])) {
      throw new TypeError(`${what}: ${name} must be a boolean, not ${JSON.stringify(options[name])}.`);
    }
  }
  if (varyBy !== undefined && !(Array.isArray(varyBy) && varyBy.every(isIdentity))) {
    throw new TypeError(`${what}: varyBy must be a list like [Identity.cookie('id')], not ${JSON.stringify(varyBy)}.`);
  }
  if (includeQuery !== undefined && ignoreQuery !== undefined) {
    throw new TypeError(`${what}: not both includeQuery and ignoreQuery.`);
  }
  return {
    varyBy,
    headers: headers?.map((name) => name.toLowerCase()),
    includeQuery,
    ignoreQuery,
    ignoreCookies,
    heuristicFreshness,
    removeUnkeyed,
    ...(negativeTtl !== undefined && { negativeTtlMs: toMilliseconds(negativeTtl, `${what}: negativeTtl`) }),
  };
}

function isIdentity(value: unknown): boolean {
  return Array.isArray(value) && value.length === 2 && KINDS.includes(value[0] as string) && typeof value[1] === 'string' && value[1] !== '';
}
