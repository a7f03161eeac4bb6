import type { CacheDispatch } from './cached.js';
import type { TierAccess } from './definitions.js';
import { MODES } from '../../src/contract/options.js';
import { MODE_VARIABLE } from '../../src/contract/runtime-settings.js';
import type { Loader } from '../engine/cache-deps.js';
import type { Cache } from '../engine/cache.js';
import type { WarnOnce } from '../engine/warnings.js';
import { currentEvent } from '../lambda/invocation.js';

/** The mode that the operator has set; absent: on. */
export type Mode = (typeof MODES)[number];

/** Reads the mode. An unknown one leaves the caches on, with a warning. */
export function readMode(environment: NodeJS.ProcessEnv, warnOnce: WarnOnce): Mode | undefined {
  const mode = environment[MODE_VARIABLE] || undefined;
  const known = MODES.find((each) => each === mode?.toLowerCase());
  if (mode !== undefined && known === undefined) {
    warnOnce('unknownMode', `The environment variable ${MODE_VARIABLE} is '${mode}', but must be one of ${MODES.join(', ')}. The cache is on.`);
  }
  return known;
}

/** Maps the handler's calls to a cache's operations, by the mode and by what the definition may use. */
export function dispatchOf(cache: Cache, access: TierAccess, mode: Mode | undefined, hasSharedTier: boolean): CacheDispatch {
  if (access === 'none') {
    return { call: (args, loader) => cache.bypass(args, loader), off: true };
  }
  const call = callOf(cache, mode);
  const off = mode === 'off';
  const getFresh: CacheDispatch['getFresh'] = mode === undefined ? (ids, values) => cache.getFresh(ids, values) : undefined;
  const getShared: CacheDispatch['getShared'] = mode === undefined && hasSharedTier ? (...args) => cache.getShared(...args) : undefined;
  // Only a shared tier must be kept free of caches that belong to one event.
  if (access !== 'all later' || !hasSharedTier) {
    return { call, getFresh, getShared, off };
  }
  const definedIn = currentEvent();
  let isShared = false;
  const beforeUse = () => {
    if (!isShared && ![definedIn, undefined].includes(currentEvent())) {
      isShared = true;
      cache.enableSharing();
    }
  };
  return {
    call: (args, loader) => (beforeUse(), call(args, loader)),
    getFresh: getFresh && ((ids, values) => (beforeUse(), getFresh(ids, values))),
    // After getFresh.
    getShared,
    off,
    beforeUse,
  };
}

function callOf(cache: Cache, mode: Mode | undefined): (args: readonly unknown[], loader?: Loader) => Promise<unknown> {
  switch (mode) {
    case 'off':
      return (args, loader) => cache.bypass(args, loader);
    case 'shadow':
      return (args, loader) => cache.shadow(args, loader);
    default:
      return cache.isCoherent ? (args, loader) => cache.getCoherently(args, loader) : (args, loader) => cache.get(args, loader);
  }
}
