/** Everything that the runtime warns of. None of it holds an argument, a key or a value of the user's. */
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
 * @param message made only if it is logged
 * @param cache the cache's name, if it is about one
 * @param kind tells apart what has the same id and still is worth another line: an error's class, say. Not a text with a number in it
 */
export type WarnOnce = (id: WarningId, message: string | (() => string), cache?: string, kind?: string) => void;
