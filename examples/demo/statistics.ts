/** The value below which `share` of the sorted values lie. */
export function percentile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? NaN;
}

export interface Latency {
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
  readonly sorted: readonly number[];
}

export function latencyOf(milliseconds: readonly number[]): Latency {
  const sorted = [...milliseconds].sort((a, b) => a - b);
  return { p50: percentile(sorted, 0.5), p95: percentile(sorted, 0.95), p99: percentile(sorted, 0.99), sorted };
}

/** Sums of what CloudWatch would read from the lines that a function wrote. */
export interface EmfSums {
  hits: number;
  misses: number;
  originCalls: number;
  sharedHits: number;
}

export function addEmf(sums: EmfSums, lines: readonly string[]): void {
  for (const line of lines) {
    if (line.startsWith('{"_aws":')) {
      const metrics = JSON.parse(line) as Record<string, number | undefined>;
      sums.hits += metrics.Hits ?? 0;
      sums.misses += metrics.Misses ?? 0;
      sums.originCalls += metrics.OriginCalls ?? 0;
      sums.sharedHits += metrics.SharedHits ?? 0;
    }
  }
}
