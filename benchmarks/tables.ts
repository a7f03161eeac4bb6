/** The results in human-readable form: ratios instead of times. */
import type { BuildVariant } from './build-variants';
import type { ColdStart } from './cold-start';
import { CONCURRENCY } from './concurrent';
import type { HitRatio } from './hit-ratio';
import { BATCH } from './inside/bulk-contenders';
import { OURS } from './inside/contenders';
import { type Invocation, MODE_OFF } from './invocation';
import type { MemoryHit, MemoryHits } from './memory-hit';
import { ONE_WAY_MS } from './network';
import type { Pause } from './pauses';
import type { ResponseHit } from './response-hit';
import type { SharedHit, SharedHits } from './shared-hit';
import type { SizeEstimate } from './size-estimate';
import type { StaleHit } from './stale-hit';
import type { Synth } from './synth';
import type { WakingFleet } from './waking-fleet';

/** The head of a column: times of a quarter of all turns are shorter. Others are medians. */
const FAST = 'fast quartile';

/** The report, without results that this machine cannot measure. */
export interface Measured extends MemoryHits, SharedHits {
  readonly daxHit: readonly SharedHit[];
  readonly bulkHit: readonly MemoryHit[];
  readonly taggedHit: readonly MemoryHit[];
  readonly responseHit: readonly ResponseHit[];
  readonly concurrent: readonly MemoryHit[];
  readonly invocation: readonly Invocation[];
  readonly pauses: readonly Pause[];
  readonly staleHit: readonly StaleHit[];
  readonly coldStart: readonly ColdStart[];
  readonly init: readonly BuildVariant[];
  readonly wakingFleet: readonly WakingFleet[];
  readonly synth: readonly Synth[];
  readonly sizeEstimate: readonly SizeEstimate[];
  readonly hitRatio: readonly HitRatio[];
}

export function printMemoryHit({ memoryHit, memoryHitFreshStrings }: MemoryHits): void {
  const print = (title: string, rows: readonly MemoryHit[]) => {
    const lruCache = find(rows, 'lru-cache fetch').nsPerOp;
    table(title, ['', 'ns per call', FAST, 'of CPU', '× lru-cache fetch'],
      rows.map(({ name, nsPerOp, fastNsPerOp, cpuNsPerOp }) =>
        [name, nsPerOp.toFixed(1), fastNsPerOp.toFixed(1), cpuNsPerOp.toFixed(1), (nsPerOp / lruCache).toFixed(2)]));
  };
  print('memoryHit: ids that are the cached strings themselves', memoryHit);
  print('memoryHitFreshStrings: ids just parsed from an event', memoryHitFreshStrings);
}

export function printResponseHit({ responseHit: rows }: Pick<Measured, 'responseHit'>): void {
  table('responseHit: a whole response from memory', ['', 'µs of CPU over one hit of cached()'], rows.map(({ name, cpuUs }) => [name, cpuUs.toFixed(1)]));
}

export function printColdStart({ coldStart: rows }: Pick<Measured, 'coldStart'>): void {
  table('coldStart: one minified file each, beyond an empty module', ['', 'gzip -9 bytes', 'import ms'],
    rows.map(({ name, gzipBytes, importMs }) => [name, String(gzipBytes), importMs.toFixed(2)]));
}

export function printSynth({ synth: rows }: Pick<Measured, 'synth'>): void {
  table('synth: NodejsFunction and CachedFunction', ['functions', 'plain s', 'cached s', 'ratio'],
    rows.map(({ functions, plainSeconds, cachedSeconds }) =>
      [String(functions), plainSeconds.toFixed(2), cachedSeconds.toFixed(2), (cachedSeconds / plainSeconds).toFixed(3)]));
}

export function printSizeEstimate({ sizeEstimate: rows }: Pick<Measured, 'sizeEstimate'>): void {
  table('sizeEstimate: bytes per entry, its key and bookkeeping included', ['', 'estimated', 'measured', 'error'],
    rows.map(({ shape, estimatedBytes, measuredBytes, error }) => [shape, String(estimatedBytes), String(measuredBytes), percent(error)]));
  const mean = rows.reduce((sum, { error }) => sum + Math.abs(error), 0) / rows.length;
  console.log(`  mean absolute error: ${percent(mean)}\n`);
}

export function printHitRatio({ hitRatio: rows }: Pick<Measured, 'hitRatio'>): void {
  table('hitRatio: percent of requests that memory hits, by what it evicts', ['trace', 'entries', 'LRU', 'S3-FIFO', 'ours', 'optimal'],
    rows.map(({ trace, size, lru, s3fifo, ours, optimal }) =>
      [trace, String(size), ...[lru, s3fifo, ours, optimal].map((share) => share.toFixed(1))]));
  const sum = (value: (row: HitRatio) => number) => rows.reduce((total, row) => total + value(row), 0);
  const gap = sum(({ lru, optimal }) => optimal - lru);
  console.log(`  of the gap between LRU and the optimum: ours closes ${percent(sum(({ lru, ours }) => ours - lru) / gap)}, `
    + `S3-FIFO ${percent(sum(({ lru, s3fifo }) => s3fifo - lru) / gap)}\n`);
}

export function printBulkHit({ bulkHit }: Pick<Measured, 'bulkHit'>): void {
  beside(OURS, `bulkHit: one call for ${BATCH} ids, all in memory`, 'ns per call', bulkHit);
}

export function printTaggedHit({ taggedHit }: Pick<Measured, 'taggedHit'>): void {
  beside(OURS, 'taggedHit: entries that have two tags each', 'ns per call', taggedHit);
}

export function printConcurrent({ concurrent }: Pick<Measured, 'concurrent'>): void {
  beside(OURS, `concurrent: ${CONCURRENCY} invocations at a time in one environment`, 'ns per call', concurrent);
}

export function printInvocation({ invocation }: Pick<Measured, 'invocation'>): void {
  const off = find(invocation, MODE_OFF).cpuMicroseconds;
  table('invocation: with one memory hit', ['', 'µs', FAST, 'of CPU', `× ${MODE_OFF}, CPU`],
    invocation.map(({ name, microseconds, fastMicroseconds, cpuMicroseconds }) =>
      [name, microseconds.toFixed(1), fastMicroseconds.toFixed(1), cpuMicroseconds.toFixed(1), (cpuMicroseconds / off).toFixed(2)]));
}

export function printPauses({ pauses }: Pick<Measured, 'pauses'>): void {
  table('pauses: of the event loop while 256 MB of small entries churn', ['', 'longest ms', 'p99 ms'],
    pauses.map(({ name, longestMs, p99Ms }) => [name, longestMs.toFixed(1), p99Ms.toFixed(1)]));
}

export function printStaleHit({ staleHit }: Pick<Measured, 'staleHit'>): void {
  table('staleHit: what the client of a function waits, on the emulator; refreshes take 200 ms', ['', 'memory hit ms', 'stale hit ms', 'refreshed before the freeze'],
    staleHit.map(({ name, freshMs, staleMs, refreshed }) => [name, freshMs.toFixed(2), staleMs.toFixed(2), percent(refreshed)]));
}

export function printSharedHit({ sharedHit, sharedHitOnOneCore, sharedHitInZone, sharedBulkHit }: SharedHits): void {
  besideRaw('sharedHit: what a server on another core has, and memory has not', sharedHit);
  besideRaw('sharedHitOnOneCore: the same on one core, where nobody has to be woken on another', sharedHitOnOneCore);
  besideRaw(`sharedHitInZone: the same with a network between that takes ${2 * ONE_WAY_MS} ms there and back, and what its process does`, sharedHitInZone);
  besideRaw(`sharedBulkHit: the same for ${BATCH} ids in one call`, sharedBulkHit);
}

export function printDaxHit({ daxHit }: Pick<Measured, 'daxHit'>): void {
  besideRaw('daxHit: an item that DAX has, by documentClient() and by its bare client', daxHit);
}

export function printInit({ init }: Pick<Measured, 'init'>): void {
  table('init: what a part adds to a function with memory only (dax: to one that asks the table itself)', ['', 'gzip -9 bytes', 'INIT ms', 'of that CPU ms', 'first shared hit ms'],
    init.map(({ name, gzipBytes, addedInitMs, addedCpuMs, firstHitMs }) =>
      [name, String(gzipBytes), addedInitMs.toFixed(1), addedCpuMs.toFixed(1), firstHitMs.toFixed(1)]));
}

export function printWakingFleet({ wakingFleet }: Pick<Measured, 'wakingFleet'>): void {
  const wait = ({ median, longest }: WakingFleet['memoryMs']) => `${median.toFixed(0)} / ${longest.toFixed(0)}`;
  table('wakingFleet: frozen environments that all get an event at once; ms at the median / at most', ['', 'environments', 'memory', 'shared', 'timeouts', 'errors', 'connections'],
    wakingFleet.map(({ tier, environments, memoryMs, sharedMs, sharedTimeouts, handlerErrors, connections }) =>
      [tier, String(environments), wait(memoryMs), wait(sharedMs), String(sharedTimeouts), String(handlerErrors), String(connections ?? '–')]));
}

function besideRaw(title: string, rows: readonly SharedHit[]): void {
  table(title, ['', 'µs per call', FAST, 'of CPU', '× raw client', 'in CPU'],
    rows.map(({ tier, name, microseconds, fastMicroseconds, cpuMicroseconds, toRaw, cpuToRaw }) =>
      [`${tier}: ${name}`, microseconds.toFixed(1), fastMicroseconds.toFixed(1), cpuMicroseconds.toFixed(1), toRaw.toFixed(2), cpuToRaw.toFixed(2)]));
}

function beside(reference: string, title: string, unit: string, rows: readonly MemoryHit[]): void {
  const to = find(rows, reference).nsPerOp;
  table(title, ['', unit, FAST, 'of CPU', `× ${reference}`],
    rows.map(({ name, nsPerOp, fastNsPerOp, cpuNsPerOp }) =>
      [name, ...[nsPerOp, fastNsPerOp, cpuNsPerOp].map((ns) => ns.toFixed(0)), (nsPerOp / to).toFixed(2)]));
}

export function find<T extends { readonly name: string }>(rows: readonly T[], name: string): T {
  return rows.find((row) => row.name === name)!;
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}

/** The first column to the left, numbers to the right. */
export function table(title: string, head: readonly string[], rows: readonly (readonly string[])[]): void {
  const widths = head.map((_, column) => Math.max(...[head, ...rows].map((row) => row[column].length)));
  const lines = [head, ...rows].map((row) => row.map((cell, column) => column === 0 ? cell.padEnd(widths[0]) : cell.padStart(widths[column])).join('   '));
  console.log(`${title}\n${lines.map((line) => `  ${line}\n`).join('')}`);
}
