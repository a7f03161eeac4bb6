/**
 * The contract between the construct, which writes these settings into the function's environment, and the runtime
 * in the function, which reads them. Both import this folder; nothing else crosses.
 */

import type { METRICS_LEVELS } from './metrics.js';
import type { DAX_TIMEOUTS, EVICTION_POLICIES, PolicySettings, SettingsOf } from './options.js';
import type { ResponseSettings } from './response-settings.js';
import type { SharedSettings } from './shared-settings.js';

/** Environment variable: the settings, as JSON. */
export const SETTINGS_VARIABLE = 'CDK_CACHED_FUNCTION_SETTINGS';

/** Environment variable: the user's handler. Apart from the settings, so that it runs even if those are broken. */
export const HANDLER_VARIABLE = 'CDK_CACHED_FUNCTION_HANDLER';

/** Environment variable: switches the cache of a running function, without deploying code. */
export const MODE_VARIABLE = 'CDK_CACHED_FUNCTION_MODE';

/** The content of SETTINGS_VARIABLE. */
export interface RuntimeSettings {
  /** The prefix of every key, so that functions that share a tier do not collide by accident. */
  readonly namespace: string;
  /** Absent: a quarter of the function's memory. */
  readonly maxMemoryBytes?: number;
  readonly maxEntries?: number;
  /** Absent: adaptive. */
  readonly eviction?: (typeof EVICTION_POLICIES)[number];
  /** Absent: 5 seconds. */
  readonly maxBackgroundMs?: number;
  /** Absent: a line for each cache. */
  readonly metrics?: (typeof METRICS_LEVELS)[number];
  /** For every cache of the function. */
  readonly caching: PolicySettings;
  /** Policies by the name of the cache; these override `caching`. */
  readonly caches: { readonly [name: string]: PolicySettings };
  /** The shared tier; absent: memory only. */
  readonly shared?: SharedSettings;
  /** Whole responses are cached; absent: they are not. */
  readonly responses?: ResponseSettings;
  /** The DAX cluster in front of the tables that the handler reads; absent: requests go to DynamoDB. */
  readonly dax?: DaxSettings;
}

/** How the document client reaches DAX, and how long it may wait. What is absent has the runtime's default. */
export interface DaxSettings extends SettingsOf<typeof DAX_TIMEOUTS> {
  /** `daxs://host:port`, or `dax://host:port` without TLS. */
  readonly endpoint: string;
  /** As in `TimeoutSettings` (shared-settings.ts). */
  readonly incarnation?: string;
}

/** The share of the function's memory that all entries may take together by default. */
export const MEMORY_SHARE = 1 / 4;

/** The share of V8's old space that entries may take; the handler and the garbage collector need the rest. Measured with 128 MB: 32 MiB fit, 34 do not. */
export const HEAP_SHARE = 4 / 7;

/** The form of a cache's name, which is part of keys and the value of a metric's dimension. */
export const CACHE_NAME = /^[A-Za-z0-9_.-]{1,64}$/;
