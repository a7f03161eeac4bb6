import { lineChart, type Series } from './chart';
import { dashboardSection } from './dashboard-section';
import { type Latency, percentile } from './statistics';
import { type Comparison, rows } from './text-report';

/** A green that the page chooses, for light and dark. */
const CACHED = 'var(--good)';
const CACHED_BEGINNING = '#6fb7f0';
const UNCACHED = '#c2410c';

/** How many points draw a distribution. */
const STEPS = 200;

/**
 * The demo's result as one self-contained page.
 *
 * @param dashboard the body of the dashboard that the example synthesizes
 */
export function htmlReport(comparison: Comparison, compared: Latency, dashboard: string): string {
  const { cached, uncached, comparedRequests } = comparison;
  const { hits, misses } = cached.emf;
  const count = (value: number) => value.toLocaleString('en');
  const hitRate = lineChart(
    [{ name: 'hit rate, each 1,000 requests', colour: CACHED, points: cached.windows.map((w) => [w.requests, 100 * w.hitRate]) }],
    { label: 'requests', ticks: [0, 20_000, 40_000, 60_000, 80_000], format: count },
    { label: 'hit rate', ticks: [0, 25, 50, 75, 100], format: (value) => `${value} %` },
  );
  const times = lineChart(
    [
      distribution(`with the cache, all ${count(cached.requests)} requests`, CACHED, cached.latency.sorted),
      distribution(`with the cache, first ${count(comparedRequests)}`, CACHED_BEGINNING, compared.sorted),
      distribution(`without, first ${count(comparedRequests)}`, UNCACHED, uncached.latency.sorted),
    ],
    { label: 'response time', ticks: [0.5, 1, 2, 5, 10, 20, 50], format: (value) => `${value} ms`, logarithmic: true },
    { label: 'share of requests answered within it', ticks: [0, 25, 50, 75, 100], format: (value) => `${value} %` },
  );
  const table = rows(comparison, compared)
    .map((row) => `<tr><th scope="row">${row.name}</th><td>${row.cached}</td><td>${row.uncached}</td></tr>`).join('\n');

  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>cdk-cached-function: ${(100 * hits / (hits + misses)).toFixed(1)} % of ${count(cached.requests)} requests from the cache</title>
<style>
  :root { color-scheme: light dark; --ink: #1c2330; --faint: #67708a; --line: #dfe3ec; --page: #fff; --good: #1a7f64; }
  @media (prefers-color-scheme: dark) { :root { --ink: #e6e9f2; --faint: #98a1ba; --line: #2f3749; --page: #141924; --good: #43b995; } }
  body { font: 16px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--page); max-width: 900px; margin: 40px auto; padding: 0 20px; }
  h1 { font-size: 28px; margin: 0; } h2 { font-size: 19px; margin: 36px 0 8px; } p { color: var(--faint); margin: 4px 0 16px; }
  .big { display: flex; gap: 40px; flex-wrap: wrap; margin: 24px 0 8px; } .big b { display: block; font-size: 40px; line-height: 1.1; color: ${CACHED}; }
  table { border-collapse: collapse; width: 100%; } th, td { padding: 7px 10px; border-bottom: 1px solid var(--line); text-align: right; }
  th[scope=row] { text-align: left; font-weight: normal; } td { font-variant-numeric: tabular-nums; }
  figure { margin: 0; } svg { width: 100%; height: auto; } svg text { font-size: 12px; fill: var(--faint); } .grid { stroke: var(--line); }
  figcaption { display: flex; gap: 22px; flex-wrap: wrap; color: var(--faint); font-size: 14px; } figcaption i { display: inline-block; width: 14px; height: 3px; margin-right: 7px; vertical-align: middle; }
  .dashboard { --beside: calc((min(100vw, 1540px) - 100%) / -2 + 20px); margin: 0 var(--beside) 28px; }
  .widgets { display: grid; grid-template-columns: repeat(24, 1fr); gap: 14px; } .widget { grid-column: span var(--span); min-width: 0; border: 1px solid var(--line); border-radius: 8px; padding: 12px 12px 10px; }
  .widgets h3 { font-size: 15px; margin: 0 0 6px; } .widgets .name { grid-column: 1 / -1; font-size: 17px; margin: 8px 0 0; }
  .widget figcaption { display: block; font-size: 13px; } .widget figcaption span { float: right; } .widget ul { list-style: none; margin: 0; padding: 0; } .widget li i { height: 9px; width: 9px; border-radius: 2px; vertical-align: baseline; }
  .widget li b { color: var(--ink); font-variant-numeric: tabular-nums; } .widget li.none { opacity: .6; }
  @media (max-width: 1100px) { .widget { grid-column: span 12; } } @media (max-width: 640px) { .widget { grid-column: span 24; } }
</style>
</head>
<body>
<h1>One <code>new CachedFunction()</code>, ${count(cached.requests)} real requests</h1>
<p>A shop's product pages, replayed through the synthesized function of <code>examples/product-catalog</code>.</p>
<div class="big">
  <div><b>${(100 * hits / (hits + misses)).toFixed(1)} %</b>answered from memory</div>
  <div><b>${count(hits)}</b>origin calls saved</div>
  <div><b>${count(cached.environments)}</b>environments, frozen and recycled</div>
</div>
<h2>Hit rate over time</h2>
<p>Read from the metrics that the function writes. It drops where Lambda recycles an environment: memory is never durable.</p>
${hitRate}
<h2>Response times</h2>
<p>Share of requests that were answered within a time, as the caller saw it.</p>
${times}
<h2>With and without</h2>
<table>
<tr><th></th><th>with the cache</th><th>without</th></tr>
${table}
</table>
${dashboardSection(dashboard, cached.metrics)}
<p>Trace: web07, copyright headissue GmbH, Jens Wilke, CC BY 4.0. Arrival model: as many clients as environments,
each sending its next request when it has its answer.</p>
</body>
</html>
`;
}

function distribution(name: string, colour: string, sorted: readonly number[]): Series {
  return {
    name,
    colour,
    points: Array.from({ length: STEPS + 1 }, (_, i) => [percentile(sorted, i / STEPS), 100 * i / STEPS]),
  };
}
