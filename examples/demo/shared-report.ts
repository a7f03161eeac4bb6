import { lineChart, type Series } from './chart';
import { page, WITH_CACHE, WITHOUT_CACHE } from './page';
import type { Replay } from './replay';

export interface SharedComparison {
  readonly memory: Replay;
  readonly shared: Replay;
  /** By the origin's own count. */
  readonly originCalls: { readonly memory: number; readonly shared: number };
}

// The cache that the page is about, and the run without it.
const MEMORY = WITHOUT_CACHE;
const SHARED = WITH_CACHE;

type Row = readonly [name: string, memory: string, shared: string];

export function printSharedReport(comparison: SharedComparison): void {
  console.log(`\n${''.padEnd(28)}${'memory only'.padStart(16)}${'memory and Redis'.padStart(20)}`);
  for (const [name, memory, shared] of rowsOf(comparison)) {
    console.log(`${name.padEnd(28)}${memory.padStart(16)}${shared.padStart(20)}`);
  }
  console.log();
}

/** The result as one self-contained page. */
export function sharedHtml(comparison: SharedComparison): string {
  const { memory, shared } = comparison;
  const requests = memory.requests;
  const chart = lineChart(
    [hitRates('memory only', MEMORY, memory), hitRates('memory and Redis', SHARED, shared)],
    { label: 'requests', ticks: [0, requests / 4, requests / 2, 3 * requests / 4, requests], format: count },
    { label: 'hit rate', ticks: [0, 25, 50, 75, 100], format: (value) => `${value} %` },
  );
  return page('what a shared cache saves', `<h1>The shared cache saved ${count(savedCalls(comparison))} of ${count(comparison.originCalls.memory)} origin calls</h1>
<p>The same ${count(requests)} requests twice; ${count(shared.environments)} environments, since Lambda recycles them: what one has loaded, its successor finds.
A shared cache saves origin calls. It does not make a hit faster: a look at the network takes longer than one at memory.</p>
${chart}
<table>
<tr><th></th><th>memory only</th><th>memory and Redis</th></tr>
${rowsOf(comparison).map(([name, ...cells]) => `<tr><th scope="row">${name}</th>${cells.map((cell) => `<td>${cell}</td>`).join('')}</tr>`).join('\n')}
</table>`);
}

function rowsOf(comparison: SharedComparison): Row[] {
  const { memory, shared, originCalls } = comparison;
  const row = (name: string, show: (replay: Replay) => string): Row => [name, show(memory), show(shared)];
  return [
    row('requests', ({ requests }) => count(requests)),
    row('environments', ({ environments }) => count(environments)),
    ['origin calls', count(originCalls.memory), count(originCalls.shared)],
    ['origin calls saved', '–', `${(100 * savedCalls(comparison) / originCalls.memory).toFixed(1)} %`],
    row('hit rate', ({ emf: { hits, misses } }) => `${(100 * hits / (hits + misses)).toFixed(1)} %`),
    row('hits in the shared cache', ({ emf }) => count(emf.sharedHits)),
    row('response time p50', ({ latency }) => `${latency.p50.toFixed(1)} ms`),
    row('response time p99', ({ latency }) => `${latency.p99.toFixed(1)} ms`),
  ];
}

function savedCalls({ originCalls }: SharedComparison): number {
  return originCalls.memory - originCalls.shared;
}

function hitRates(name: string, colour: string, { windows }: Replay): Series {
  return { name, colour, points: windows.map(({ requests, hitRate }) => [requests, 100 * hitRate]) };
}

function count(value: number): string {
  return value.toLocaleString('en');
}
