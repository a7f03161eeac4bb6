/** The runtime's warnings. None contains one of the user's arguments, keys or values. */
export type WarningId =
  // The function's settings and code.
  | 'unknownMode'
  | 'unknownSetting'
  | 'unusedPolicy'
  | 'heapTooSmall'
  | 'tooManyCaches'
  | 'definedTwice'
  | 'definedInHandler'
  | 'softTimeoutAlone'
  // One cache's keys, values and errors.
  | 'notAKey'
  | 'keyChanged'
  | 'uncacheable'
  | 'tooLarge'
  | 'badTags'
  | 'badTtl'
  | 'cacheErrorsFailed'
  | 'refreshFailed'
  | 'staleReturned'
  // The shared cache.
  | 'sharedFailure'
  | 'sharedSlow'
  | 'sharedThrottled'
  | 'sharedUnreadable'
  | 'sharedUnusable'
  | 'notShared'
  | 'clockDiffers'
  | 'invalidationLost'
  // DAX.
  | 'daxFailure'
  | 'daxUnusable';

/**
 * Logs a warning once in the environment's life for each cache and kind, however often it happens.
 *
 * @param message computed only if it is logged
 * @param cache the cache's name, if it is about one
 * @param kind distinguishes warnings with the same id that each deserve a line, such as an error's class. Not a text with a number in it
 */
export type WarnOnce = (id: WarningId, message: string | (() => string), cache?: string, kind?: string) => void;

/** The most kinds of one warning that are logged for a cache. */
const MAX_KINDS = 10;

/** The warnings that an environment has logged. */
export class Warnings {
  private readonly logged = new Map<string, Set<string>>();

  public constructor(private readonly log = (message: string): void => console.warn(`cdk-cached-function: ${message}`)) {}

  public readonly warnOnce: WarnOnce = (id, message, cache = '', kind = '') => {
    const place = `${id} ${cache}`;
    const kinds = this.logged.get(place) ?? new Set();
    if (!kinds.has(kind) && kinds.size < MAX_KINDS) {
      this.logged.set(place, kinds.add(kind));
      this.log(typeof message === 'string' ? message : message());
    }
  };
}
