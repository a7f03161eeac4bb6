import type { Key } from './key.js';

// Not `import`: linking one of Node.js's own modules to an ES module takes a quarter of a millisecond (docs/decisions.md).
const { channel } = process.getBuiltinModule('node:diagnostics_channel');

/** What subscribers of a channel get. */
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
 * The channels of `node:diagnostics_channel`: `cdk-cached-function:hit` and so on. They cost nothing while nobody listens.
 */
export const events = {
  /** A fresh entry was returned. */
  hit: channel('cdk-cached-function:hit'),
  /** An entry past its ttl was returned. */
  staleHit: channel('cdk-cached-function:stale-hit'),
  /** A call waited for the load of another. */
  join: channel('cdk-cached-function:join'),
  /** A call called the loader and waited for it. */
  miss: channel('cdk-cached-function:miss'),
  /** The loader has answered. */
  load: channel('cdk-cached-function:load'),
  /** A refresh in the background begins. */
  refresh: channel('cdk-cached-function:refresh'),
  /** The loader has failed. */
  error: channel('cdk-cached-function:error'),
  /** An entry was dropped to make room. */
  eviction: channel('cdk-cached-function:eviction'),
} as const;

/** Tells whoever listens; makes no event where nobody does. */
export function tell(event: keyof typeof events, cache: string, key?: Key, milliseconds?: number, error?: unknown): void {
  const to = events[event];
  if (to.hasSubscribers) {
    to.publish({ cache, key, error, milliseconds });
  }
}
