/** The targets, and whether they are met. */
import { AS_SERVERLESS, ON_NODE_22 } from './build-variants';
import { OURS } from './inside/contenders';
import { MODE_OFF } from './invocation';
import type { MemoryHit } from './memory-hit';
import { UNDICI } from './response-hit';
import type { SharedHit } from './shared-hit';
import { find, type Measured, table } from './tables';

/** The targets. */
const REACH = {
  // Most hits do not read the clock.
  hitToLruCache: 0.9,
  concurrentToLruCache: 1.1,
  bulkToLruCache: 0.35,
  invocationToOff: 1.8,
  sharedHitCpuToRaw: 2.2,
  sharedBulkCpuToRaw: 4.5,
  redisInitCpuMs: 22,
  gapClosed: 0.28,
  belowTheBetter: 0.5,
  dedupeToHit: 3,
  gzipBytes: 18_000,
  importMs: 6,
  responseHitUs: 10,
  undiciToResponseHit: 5,
  // esbuild without npx.
  synth: 0.15,
  staleHitMs: 20,
  sharedHitToRaw: 1.2,
  tierGzipBytes: 45_000,
  tierInitMs: 30,
};

type Row = readonly string[];

/** Prints the targets of the benchmarks that were run. */
export function printTargets(measured: Partial<Measured>): void {
  const rows = [
    ...targetsOfHits(measured.memoryHit),
    ...targetsOfMemory(measured),
    ...targetsOfHitRatio(measured.hitRatio),
    ...targetsOfResponses(measured.responseHit),
    ...targetsOfStarts(measured),
    ...(measured.staleHit === undefined ? [] : [staleHit(measured.staleHit)]),
    ...targetsOfTiers(measured),
  ];
  if (rows.length > 0) {
    table('targets', ['', 'measured', 'to reach', ''], rows);
  }
}

function targetsOfHits(memoryHit?: readonly MemoryHit[]): Row[] {
  if (memoryHit === undefined) {
    return [];
  }
  const hit = find(memoryHit, OURS).nsPerOp;
  return [
    atMost('memory hit, × lru-cache fetch', hit / find(memoryHit, 'lru-cache fetch').nsPerOp, REACH.hitToLruCache, 2),
    atLeast('async-cache-dedupe, × our memory hit', find(memoryHit, 'async-cache-dedupe').nsPerOp / hit, REACH.dedupeToHit, 2),
  ];
}

function targetsOfMemory({ concurrent, bulkHit, invocation }: Partial<Measured>): Row[] {
  const ratio = (rows: readonly MemoryHit[], to: string) => find(rows, OURS).nsPerOp / find(rows, to).nsPerOp;
  return [
    ...(concurrent === undefined ? [] : [atMost('concurrent hit, × lru-cache fetch', ratio(concurrent, 'lru-cache fetch'), REACH.concurrentToLruCache, 2)]),
    ...(bulkHit === undefined
      ? []
      : [atMost('bulk hit, × Promise.all of lru-cache fetch', ratio(bulkHit, 'lru-cache, Promise.all of fetch'), REACH.bulkToLruCache, 2)]),
    ...(invocation === undefined
      ? []
      : [atMost('CPU of an invocation, × mode off', find(invocation, OURS).cpuMicroseconds / find(invocation, MODE_OFF).cpuMicroseconds,
        REACH.invocationToOff, 2)]),
  ];
}

function targetsOfHitRatio(rows: Measured['hitRatio'] = []): Row[] {
  if (rows.length === 0) {
    return [];
  }
  const sum = (value: (row: Measured['hitRatio'][number]) => number) => rows.reduce((total, row) => total + value(row), 0);
  return [
    atLeast('of the gap between LRU and the optimum', sum(({ lru, ours }) => ours - lru) / sum(({ lru, optimal }) => optimal - lru), REACH.gapClosed, 3),
    atMost('points below the better of LRU and S3-FIFO, worst cell', Math.max(...rows.map(({ lru, s3fifo, ours }) => Math.max(lru, s3fifo) - ours)),
      REACH.belowTheBetter, 2),
  ];
}

function targetsOfResponses(rows?: Measured['responseHit']): Row[] {
  if (rows === undefined) {
    return [];
  }
  const undici = find(rows, UNDICI).cpuUs;
  const slowest = Math.max(...rows.filter(({ name }) => name !== UNDICI).map(({ cpuUs }) => cpuUs));
  return [
    atMost('hit of a response, µs over a hit of cached(), whichever event', slowest, REACH.responseHitUs, 1),
    atLeast("undici's interceptor, × our hit of a response, whichever event", undici / slowest, REACH.undiciToResponseHit, 1),
  ];
}

function targetsOfStarts({ coldStart, synth }: Partial<Measured>): Row[] {
  const rows: Row[] = [];
  if (coldStart !== undefined) {
    const start = find(coldStart, OURS);
    rows.push(atMost('runtime, gzipped bytes', start.gzipBytes, REACH.gzipBytes, 0), atMost('import, ms over an empty module and handler', start.importMs, REACH.importMs, 2));
  }
  const largest = synth?.at(-1);
  if (largest !== undefined) {
    rows.push(atMost(`synth of ${largest.functions} functions, × NodejsFunction`, largest.cachedSeconds / largest.plainSeconds, REACH.synth, 3));
  }
  return rows;
}

function staleHit(rows: Measured['staleHit']): Row {
  const { freshMs, staleMs } = find(rows, OURS);
  return atMost('stale hit, ms over a memory hit', staleMs - freshMs, REACH.staleHitMs, 2);
}

function targetsOfTiers({ sharedHit = [], sharedHitInZone = [], sharedBulkHit = [], init = [] }: Partial<Measured>): Row[] {
  const ofOurs = (rows: readonly SharedHit[]) => rows.filter(({ name }) => name === OURS);
  const ofRedis = (rows: readonly SharedHit[]) => ofOurs(rows).filter(({ tier }) => tier === 'redis');
  return [
    ...ofRedis(sharedHit).map(({ cpuToRaw }) => atMost('redis: shared hit on loopback, a core each, × raw client in CPU', cpuToRaw, REACH.sharedHitCpuToRaw, 2)),
    ...ofRedis(sharedBulkHit).map(({ cpuToRaw }) => atMost('redis: shared bulk of 100, × raw MGET in CPU', cpuToRaw, REACH.sharedBulkCpuToRaw, 2)),
    ...ofOurs(sharedHitInZone).map(({ tier, toRaw }) => atMost(`${tier}: shared hit in the same zone, × raw client`, toRaw, REACH.sharedHitToRaw, 2)),
    ...init.flatMap(({ name, gzipBytes, addedInitMs, addedCpuMs }) => [
      ...(name === 'redis' || name === `redis${ON_NODE_22}` ? [atMost(`${name}: INIT, ms of CPU over memory only`, addedCpuMs, REACH.redisInitCpuMs, 1)] : []),
      // AWS's client of DAX is as large as it is.
      ...(name === 'dax' || name.startsWith(AS_SERVERLESS) || name.endsWith(ON_NODE_22) ? [] : [atMost(`${name}: its part, gzipped bytes`, gzipBytes, REACH.tierGzipBytes, 0)]),
      ...(name.startsWith(AS_SERVERLESS) ? [] : [atMost(`${name}: INIT, ms over memory only`, addedInitMs, REACH.tierInitMs, 1)]),
    ]),
  ];
}

function atMost(name: string, value: number, limit: number, digits: number): Row {
  return [name, value.toFixed(digits), `≤ ${limit}`, value <= limit ? 'ok' : 'missed'];
}

function atLeast(name: string, value: number, limit: number, digits: number): Row {
  return [name, value.toFixed(digits), `≥ ${limit}`, value >= limit ? 'ok' : 'missed'];
}
