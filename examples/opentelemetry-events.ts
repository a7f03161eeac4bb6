/**
 * The caches' events as OpenTelemetry metrics. In a function's code:
 *
 *     import { metrics } from '@opentelemetry/api';
 *     import { recordCacheEvents } from './opentelemetry-events';
 *
 *     recordCacheEvents(metrics.getMeter('cdk-cached-function'));
 *
 * The cache publishes to `node:diagnostics_channel`, so it needs no OpenTelemetry package, and neither does this file: it names
 * what it uses of a Meter. Subscribe before the handler runs; what nobody listens to is not even made.
 */
import { subscribe } from 'node:diagnostics_channel';
import type { CacheEvent } from 'cdk-cached-function/runtime';

type Attributes = Record<string, string>;

/** What `@opentelemetry/api` calls a Meter, as far as it is needed here. */
export interface Meter {
  createCounter(name: string, options: { description: string; unit: string }): { add(value: number, attributes: Attributes): void };
  createHistogram(name: string, options: { description: string; unit: string }): { record(value: number, attributes: Attributes): void };
}

/** How a call of the cache ended, by the channel that tells of it. */
const LOOK_UPS = { 'hit': 'hit', 'stale-hit': 'stale', 'coalesced': 'coalesced', 'miss': 'miss' };

/**
 * Counts look-ups by their outcome, evictions and refreshes, and measures the origin. Attributes name the cache, never the key:
 * every distinct attribute is a time series to pay for.
 */
export function recordCacheEvents(meter: Meter): void {
  const lookUps = meter.createCounter('cache.lookups', { description: 'Calls of a cache, by their outcome', unit: '{call}' });
  for (const [channel, outcome] of Object.entries(LOOK_UPS)) {
    on(channel, ({ cache }) => lookUps.add(1, { 'cache.name': cache, 'cache.outcome': outcome }));
  }

  const refreshes = meter.createCounter('cache.refreshes', { description: 'Refreshes that began after a response', unit: '{refresh}' });
  on('refresh', ({ cache }) => refreshes.add(1, { 'cache.name': cache }));

  const evictions = meter.createCounter('cache.evictions', { description: 'Entries dropped to make room', unit: '{entry}' });
  on('eviction', ({ cache }) => evictions.add(1, { 'cache.name': cache }));

  const loads = meter.createHistogram('cache.origin.duration', { description: 'How long the origin took', unit: 's' });
  on('load', ({ cache, milliseconds = 0 }) => loads.record(milliseconds / 1_000, { 'cache.name': cache }));
  on('error', ({ cache, milliseconds = 0, error }) => loads.record(milliseconds / 1_000, { 'cache.name': cache, 'error.type': typeOf(error) }));
}

function on(channel: string, listen: (event: CacheEvent) => void): void {
  subscribe(`cdk-cached-function:${channel}`, (event) => listen(event as CacheEvent));
}

function typeOf(error: unknown): string {
  return error instanceof Error ? error.name : 'unknown';
}
