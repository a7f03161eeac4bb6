import type { Key } from '../values/key.js';

// Not `import`: linking one of Node.js's own modules to an ES module takes a quarter of a millisecond (docs/decisions.md).
const { channel } = process.getBuiltinModule('node:diagnostics_channel');

/** The message that a channel's subscribers get. */
export interface CacheEvent {
  /** The cache's name. */
  readonly cache: string;
  readonly key: Key;
  /** The loader's error: `error` only. */
  readonly error?: unknown;
  /** How long the loader took: `load` and `error` only. */
  readonly milliseconds?: number;
}

/**
 * The channels of `node:diagnostics_channel`: `cdk-cached-function:hit` and so on. They cost nothing without subscribers.
 */
export const events = {
  /** A fresh entry was returned. */
  hit: channel('cdk-cached-function:hit'),
  /** An entry past its ttl was returned. */
  staleHit: channel('cdk-cached-function:stale-hit'),
  /** A call waited for the load of another. */
  coalesced: channel('cdk-cached-function:coalesced'),
  /** The loader was called for a call that waits for it. */
  miss: channel('cdk-cached-function:miss'),
  /** The loader has returned. */
  load: channel('cdk-cached-function:load'),
  /** A background refresh begins. */
  refresh: channel('cdk-cached-function:refresh'),
  /** The loader has failed. */
  error: channel('cdk-cached-function:error'),
  /** An entry was dropped to make room. */
  eviction: channel('cdk-cached-function:eviction'),
} as const;

/** Publishes an event; without subscribers, none is created. */
export function publish(event: keyof typeof events, cache: string, key?: Key, milliseconds?: number, error?: unknown): void {
  const to = events[event];
  if (to.hasSubscribers) {
    to.publish({ cache, key, error, milliseconds });
  }
}
