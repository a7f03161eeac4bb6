import type { Replay } from './replay';
import type { Latency } from './statistics';

export interface Comparison {
  /** The whole trace, through the cache. */
  readonly cached: Replay;
  /** The trace's beginning, past the cache. */
  readonly uncached: Replay;
  readonly comparedRequests: number;
  /** How often the origin was called in the cached run: the origin's own count. */
  readonly originCalls: number;
  /** The same for the uncached run. */
  readonly callsWithoutCache: number;
}

export interface Row {
  readonly name: string;
  readonly cached: string;
  readonly uncached: string;
}

/** The figures of the comparison; both reports show them. */
export function rows({ cached, uncached, comparedRequests, originCalls, callsWithoutCache }: Comparison, compared: Latency): Row[] {
  const { hits, misses } = cached.emf;
  const count = (value: number) => value.toLocaleString('en');
  const ms = (value: number) => `${value.toFixed(1)} ms`;
  const sum = (values: readonly number[]) => values.reduce((a, b) => a + b, 0);
  return [
    { name: 'requests', cached: count(cached.requests), uncached: count(uncached.requests) },
    { name: 'hit rate', cached: `${(100 * hits / (hits + misses)).toFixed(1)} %`, uncached: '–' },
    { name: 'origin calls', cached: count(originCalls), uncached: count(callsWithoutCache) },
    { name: 'environments', cached: count(cached.environments), uncached: count(uncached.environments) },
    { name: 'response time p50 (all)', cached: ms(cached.latency.p50), uncached: '–' },
    { name: `response time p50 (first ${count(comparedRequests)})`, cached: ms(compared.p50), uncached: ms(uncached.latency.p50) },
    { name: `response time p95 (first ${count(comparedRequests)})`, cached: ms(compared.p95), uncached: ms(uncached.latency.p95) },
    { name: `response time p99 (first ${count(comparedRequests)})`, cached: ms(compared.p99), uncached: ms(uncached.latency.p99) },
    {
      name: `billed (first ${count(comparedRequests)})`,
      cached: `${count(sum(cached.billedMs.slice(0, comparedRequests)))} ms`,
      uncached: `${count(sum(uncached.billedMs))} ms`,
    },
  ];
}

export function printComparison(comparison: Comparison, compared: Latency): void {
  console.log(`\n${''.padEnd(34)}${'with the cache'.padStart(16)}${'without'.padStart(16)}`);
  for (const { name, cached, uncached } of rows(comparison, compared)) {
    console.log(`${name.padEnd(34)}${cached.padStart(16)}${uncached.padStart(16)}`);
  }
  console.log();
}
