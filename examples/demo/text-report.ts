import { OUTAGE, type Invalidation, type Outage, type StaleHit } from './acts';
import type { Replay } from './replay';
import type { PageRequest, Responses } from './responses-act';

/** What the demo has shown. */
export interface DemoResult {
  readonly withCache: Replay;
  readonly withoutCache: Replay;
  readonly memoryMb: number;
  readonly originMs: number;
  readonly ttlSeconds: number;
  /** The requests are the reader's, not the shop's. */
  readonly ownTrace: boolean;
  readonly outage: Outage;
  readonly stale: StaleHit;
  /** A reason, where it was skipped. */
  readonly invalidation: Invalidation | string;
  readonly responses: Responses;
}

export interface Row {
  readonly name: string;
  readonly withCache: string;
  readonly withoutCache: string;
  readonly less: string;
}

/** Lambda's prices in us-east-1, on x86, in USD. */
const GB_SECOND = 0.0000166667;
const MILLION_REQUESTS = 0.2;

const sum = (values: readonly number[]) => values.reduce((a, b) => a + b, 0);
export const count = (value: number) => value.toLocaleString('en');
export const percent = (share: number) => `${(100 * share).toFixed(1)} %`;

/** The figures of the comparison; both reports show them. */
export function rows({ withCache, withoutCache, memoryMb }: DemoResult): Row[] {
  const gbSeconds = ({ billedMs }: Replay) => sum(billedMs) / 1_000 * memoryMb / 1_024;
  const dollars = (replay: Replay) => 1e6 * GB_SECOND * gbSeconds(replay) / replay.requests + MILLION_REQUESTS;
  const row = (name: string, value: (replay: Replay) => number, show: (value: number) => string): Row => ({
    name,
    withCache: show(value(withCache)),
    withoutCache: show(value(withoutCache)),
    less: `${Math.round(100 * (1 - value(withCache) / value(withoutCache)))} % less`,
  });
  const ms = (value: number) => `${value.toFixed(0)} ms`;
  return [
    row('origin calls', ({ originCalls }) => originCalls, count),
    { name: 'hit rate', withCache: percent(withCache.hitRate), withoutCache: '–', less: '' },
    row('response time p50', ({ latency }) => latency.p50, ms),
    row('response time p95', ({ latency }) => latency.p95, ms),
    row('response time p99', ({ latency }) => latency.p99, ms),
    row('billed', gbSeconds, (value) => `${value.toFixed(1)} GB-s`),
    row('Lambda, per million requests', dollars, (value) => `${value.toFixed(2)} USD`),
  ];
}

/** One sentence for each of the acts after the first. */
export function actLines({ outage, stale, invalidation, responses }: DemoResult): string[] {
  const sent = OUTAGE.lasts * outage.requestsPerSecond;
  return [
    `The origin fails for ${OUTAGE.lasts} s: without the cache ${sum(outage.withoutCache)} of ${sent} requests are errors; with staleIfError ${sum(outage.withCache)}.`,
    `A stale hit: the caller has its answer after ${stale.responseMs.toFixed(0)} ms (a miss took ${stale.missMs.toFixed(0)} ms); the refresh ends after ${stale.endMs.toFixed(0)} ms.`,
    typeof invalidation === 'string'
      ? `An invalidation that reaches a second environment: skipped. ${invalidation}`
      : `An invalidation (scope: ${invalidation.scope}) reaches a second environment within ${invalidation.reachedOtherAfterMs.toFixed(0)} ms: at its next invocation, by coherence.`,
    responsesLine(responses),
  ];
}

function responsesLine({ requests }: Responses): string {
  const slowest = (those: readonly PageRequest[]) => Math.max(...those.map(({ ms }) => ms)).toFixed(0);
  const hits = requests.filter(({ isForwarded }) => !isForwarded);
  const reads = requests.filter(({ isForwarded, status }) => isForwarded && status === 200);
  return `Whole responses: the handler knows of no cache, and answers ${reads.length} of ${hits.length + reads.length} reads (${slowest(reads)} ms); the others are hits (${slowest(hits)} ms), `
    + `${hits.filter(({ status }) => status === 304).length} of them a 304. Each user has pages of their own, and a change shows at once.`;
}

export function printResult(result: DemoResult): void {
  const { withCache, originMs } = result;
  console.log(`\nSteady traffic: the same ${count(withCache.requests)} requests with and without the cache; the origin's ${originMs} ms are added to the clocks, ours are measured.`);
  console.log(`\n${''.padEnd(30)}${'with the cache'.padStart(16)}${'without'.padStart(14)}`);
  for (const { name, withCache: cached, withoutCache, less } of rows(result)) {
    console.log(`${name.padEnd(30)}${cached.padStart(16)}${withoutCache.padStart(14)}   ${less}`);
  }
  console.log(`\n${actLines(result).join('\n')}\n`);
}
