/** What was measured, as a person reads it: ratios rather than times. */
import type { ColdStart } from './cold-start';
import type { MemoryHit, MemoryHits } from './memory-hit';
import type { SizeEstimate } from './size-estimate';
import type { Synth } from './synth';

export interface Measured extends MemoryHits {
  readonly memoryHit: readonly MemoryHit[];
  coldStart: readonly ColdStart[];
  synth: readonly Synth[];
  sizeEstimate: readonly SizeEstimate[];
}

/** What issue 2 asks for. */
const REACH = { hitToLruCache: 1.5, dedupeToHit: 3, gzipBytes: 12 * 1024, importMs: 3, synth: 1.1 };

export function printMemoryHit({ memoryHit, memoryHitFreshStrings }: MemoryHits): void {
  const print = (title: string, rows: readonly MemoryHit[]) => {
    const lruCache = find(rows, 'lru-cache fetch').nsPerOp;
    table(title, ['', 'ns per call', '× lru-cache fetch'], rows.map(({ name, nsPerOp }) => [name, nsPerOp.toFixed(1), (nsPerOp / lruCache).toFixed(2)]));
  };
  print('memoryHit: ids that are the cached strings themselves', memoryHit);
  print('memoryHitFreshStrings: ids just parsed from an event', memoryHitFreshStrings);
}

export function printColdStart(rows: readonly ColdStart[]): void {
  table('coldStart: one minified file each, beyond an empty module', ['', 'gzip -9 bytes', 'import ms'],
    rows.map(({ name, gzipBytes, importMs }) => [name, String(gzipBytes), importMs.toFixed(2)]));
}

export function printSynth(rows: readonly Synth[]): void {
  table('synth: NodejsFunction and CachedFunction', ['functions', 'plain s', 'cached s', 'ratio'],
    rows.map(({ functions, plainSeconds, cachedSeconds }) =>
      [String(functions), plainSeconds.toFixed(2), cachedSeconds.toFixed(2), (cachedSeconds / plainSeconds).toFixed(3)]));
}

export function printSizeEstimate(rows: readonly SizeEstimate[]): void {
  table('sizeEstimate: bytes per entry, its key and bookkeeping included', ['', 'estimated', 'measured', 'error'],
    rows.map(({ shape, estimatedBytes, measuredBytes, error }) => [shape, String(estimatedBytes), String(measuredBytes), percent(error)]));
  const mean = rows.reduce((sum, { error }) => sum + Math.abs(error), 0) / rows.length;
  console.log(`  mean absolute error: ${percent(mean)}\n`);
}

export function printTargets({ memoryHit, coldStart, synth }: Measured): void {
  const hit = find(memoryHit, 'cached').nsPerOp;
  const start = find(coldStart, 'cached');
  const largest = synth.at(-1)!;
  const atMost = (name: string, value: number, limit: number, digits: number) =>
    [name, value.toFixed(digits), `≤ ${limit}`, value <= limit ? 'ok' : 'missed'];
  const dedupeToHit = find(memoryHit, 'async-cache-dedupe').nsPerOp / hit;
  table('targets', ['', 'measured', 'to reach', ''], [
    atMost('memory hit, × lru-cache fetch', hit / find(memoryHit, 'lru-cache fetch').nsPerOp, REACH.hitToLruCache, 2),
    ['async-cache-dedupe, × our memory hit', dedupeToHit.toFixed(2), `≥ ${REACH.dedupeToHit}`, dedupeToHit >= REACH.dedupeToHit ? 'ok' : 'missed'],
    atMost('runtime, gzipped bytes', start.gzipBytes, REACH.gzipBytes, 0),
    atMost('import, ms over an empty module', start.importMs, REACH.importMs, 2),
    atMost(`synth of ${largest.functions} functions, × NodejsFunction`, largest.cachedSeconds / largest.plainSeconds, REACH.synth, 3),
  ]);
}

function find<T extends { readonly name: string }>(rows: readonly T[], name: string): T {
  return rows.find((row) => row.name === name)!;
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}

/** The first column to the left, numbers to the right. */
function table(title: string, head: readonly string[], rows: readonly (readonly string[])[]): void {
  const widths = head.map((_, column) => Math.max(...[head, ...rows].map((row) => row[column].length)));
  const lines = [head, ...rows].map((row) => row.map((cell, column) => column === 0 ? cell.padEnd(widths[0]) : cell.padStart(widths[column])).join('   '));
  console.log(`${title}\n${lines.map((line) => `  ${line}\n`).join('')}`);
}
