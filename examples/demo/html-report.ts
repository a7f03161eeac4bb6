import { OUTAGE, type Invalidation, type Outage, type StaleHit } from './acts';
import { lineChart, type Mark, type Series, ticksTo, timeline } from './chart';
import { graphFigure } from './graph';
import { page, STALE, WITH_CACHE, WITHOUT_CACHE } from './page';
import type { Replay } from './replay';
import type { Responses } from './responses-act';
import { type Latency, percentile } from './statistics';
import { actLines, count, type DemoResult, percent, rows } from './text-report';
import { drawDashboard, isGraph, type MetricStore } from '../../test/equipment/cloudwatch';

/** How many points draw a distribution. */
const STEPS = 200;
/** A duration axis covers these, as far as there are slower requests. */
const DURATIONS = [0.1, 1, 10, 100, 1_000, 10_000, 100_000];

/** So many points make a line: a replay takes minutes, where CloudWatch looks at hours. */
const POINTS = 60;

const share = (value: number) => `${value} %`;

/**
 * The demo's result as a page.
 *
 * @param dashboard the body of the dashboard that the demo's app synthesizes
 */
export function htmlReport(result: DemoResult, dashboard: string): string {
  const { withCache, withoutCache, originMs, ttlSeconds, ownTrace, outage, stale, invalidation, responses } = result;
  const [calls, , p50] = rows(result);
  const [outageLine, staleLine, invalidationLine, responsesLine] = actLines(result);
  const table = rows(result)
    .map((row) => `<tr><th scope="row">${row.name}</th><td>${row.withCache}</td><td>${row.withoutCache}</td><td>${row.less}</td></tr>`).join('\n');
  return page(`${percent(withCache.hitRate)} of ${count(withCache.requests)} requests are hits`, `<h1>One <code>new CachedFunction()</code>, ${count(withCache.requests)} requests, with and without it</h1>
<div class="big">
  <div><b>${calls.less}</b>origin calls: ${calls.withCache}, not ${calls.withoutCache}</div>
  <div><b>${percent(withCache.hitRate)}</b>hit rate</div>
  <div><b>${p50.withCache}</b>response time p50, not ${p50.withoutCache}</div>
</div>
<h2>Steady traffic</h2>
<table>
<tr><th></th><th>with the cache</th><th>without</th><th></th></tr>
${table}
</table>
<p>The origin is a database across the network: ${originMs} ms in the median, added to both clocks. The rest is measured on this machine. Ttl ${count(ttlSeconds)} s.
Prices: Lambda in us-east-1, x86; what the origin costs comes on top.</p>
<h2>Response times</h2>
<p>Share of requests that are answered within a time, as the caller sees it.</p>
${responseTimes(withCache.latency, withoutCache.latency)}
<h2>Hit rate over time</h2>
<p>Read from the metrics that the function writes. ${withCache.recycles.length > 0 ? 'It drops where Lambda recycles an environment: memory is not durable.' : ''}</p>
${hitRates(withCache)}
<h2>The origin fails for ${OUTAGE.lasts} seconds</h2>
<p>${outageLine} Every entry had expired; the requests are for products that were asked for before.</p>
${errors(outage)}
<h2>A stale hit is refreshed after the response</h2>
<p>${staleLine}</p>
${staleHit(stale)}
<h2>An invalidation reaches another environment</h2>
<p>${invalidationLine}</p>
${typeof invalidation === 'string' ? '' : otherEnvironment(invalidation)}
<h2>Whole responses</h2>
<p>${responsesLine}</p>
${pageRequests(responses)}
${dashboardSection(dashboard, withCache.metrics)}
${ownTrace ? '' : '<p>Trace: web07, copyright headissue GmbH, Jens Wilke, CC BY 4.0.</p>'}`);
}

function responseTimes(withCache: Latency, withoutCache: Latency): string {
  const slowest = Math.max(withCache.sorted.at(-1)!, withoutCache.sorted.at(-1)!);
  const end = DURATIONS.findIndex((each) => each >= slowest);
  return lineChart(
    [distribution('with the cache', WITH_CACHE, withCache.sorted), distribution('without the cache', WITHOUT_CACHE, withoutCache.sorted)],
    { label: 'response time', ticks: DURATIONS.slice(0, end < 0 ? undefined : end + 1), format: (value) => value < 1_000 ? `${value} ms` : `${value / 1_000} s`, logarithmic: true },
    { label: 'share of requests', ticks: [0, 25, 50, 75, 100], format: share },
  );
}

function hitRates({ windows, windowSize, recycles, earlier, requests }: Replay): string {
  const marks: Mark[] = recycles.length > 4 ? recycles.map((at) => ({ at, label: '' })) : recycles.map((at) => ({ at, label: 'recycled' }));
  return lineChart(
    [{ name: `hit rate of each ${count(windowSize)} requests`, colour: WITH_CACHE, points: windows.map((each) => [each.requests, 100 * each.hitRate]) }],
    { label: recycles.length > 4 ? 'requests; dashed: an environment is recycled' : 'requests', ticks: ticksTo(earlier + requests), format: count },
    { label: 'hit rate', ticks: [0, 25, 50, 75, 100], format: share },
    earlier > 0 ? [...marks, { at: earlier, until: earlier + requests, label: 'compared' }] : marks,
  );
}

function errors({ withCache, withoutCache }: Outage): string {
  const points = (counts: readonly number[]) => counts.flatMap((each, second) => [[second, each], [second + 1, each]] as const);
  return lineChart(
    [{ name: 'errors without the cache', colour: WITHOUT_CACHE, points: points(withoutCache) }, { name: 'errors with staleIfError', colour: WITH_CACHE, points: points(withCache) }],
    { label: 'seconds', ticks: [0, 5, 10, 15, 20, 25, 30], format: String },
    { label: 'errors in each second', ticks: ticksTo(Math.max(...withoutCache)), format: String },
    [{ at: OUTAGE.before, until: OUTAGE.before + OUTAGE.lasts, label: 'the origin fails' }],
  );
}

function staleHit({ missMs, responseMs, endMs }: StaleHit): string {
  return timeline([
    { name: 'a miss: the caller waits', parts: [{ from: 0, to: missMs, colour: WITHOUT_CACHE, label: `${missMs.toFixed(0)} ms` }] },
    { name: 'a stale hit: the caller waits', parts: [{ from: 0, to: responseMs, colour: WITH_CACHE, label: `${responseMs.toFixed(0)} ms` }] },
    { name: 'the refresh, which nobody waits for', parts: [{ from: responseMs, to: endMs, colour: STALE, label: `until ${endMs.toFixed(0)} ms, then frozen` }] },
  ], 1.1 * Math.max(missMs, endMs));
}

function otherEnvironment({ answers, reachedOtherAfterMs }: Invalidation): string {
  return timeline([
    { name: 'the environment that invalidates', parts: [{ from: 0, to: 1.3 * reachedOtherAfterMs, colour: WITH_CACHE, label: 'new value' }] },
    {
      name: `the other one, asked ${answers.length} times`,
      parts: [
        ...(answers.length > 1 ? [{ from: 0, to: reachedOtherAfterMs, colour: STALE, label: 'old value' }] : []),
        { from: reachedOtherAfterMs, to: 1.3 * reachedOtherAfterMs, colour: WITH_CACHE, label: `new: ${reachedOtherAfterMs.toFixed(0)} ms` },
      ],
    },
  ], 1.9 * reachedOtherAfterMs);
}

function pageRequests({ requests }: Responses): string {
  return timeline(requests.map(({ name, ms, status, isForwarded }) => ({
    name,
    parts: [{ from: 0, to: ms, colour: isForwarded ? WITHOUT_CACHE : WITH_CACHE, label: `${status}, ${isForwarded ? 'by the handler' : 'a hit'}: ${ms.toFixed(0)} ms` }],
  })), 1.6 * Math.max(...requests.map(({ ms }) => ms)));
}

function distribution(name: string, colour: string, sorted: readonly number[]): Series {
  return { name, colour, points: Array.from({ length: STEPS + 1 }, (_, i) => [percentile(sorted, i / STEPS), 100 * i / STEPS]) };
}

/** The synthesized dashboard, over what the function wrote: its own widgets, in its order, computed from its own metrics and math. */
function dashboardSection(body: string, metrics: MetricStore): string {
  const periods = metrics.periods(POINTS);
  const widgets = drawDashboard(body, metrics, periods)
    .map((widget) => isGraph(widget) ? graphFigure(widget, periods) : `<h3 class="name">${widget.markdown.replace(/^#+ /, '')}</h3>`);
  return `<section class="dashboard">
<h2>What CloudWatch will show</h2>
<p>The dashboard that <code>new CacheDashboard()</code> makes: its widgets, with their metrics and their math, computed from the lines that the function
wrote. Each point stands for ${periods.periodMs / 1_000} s of the replay; on AWS, for 5 minutes. The origin's latency is without the time that the replay adds.</p>
<div class="widgets">${widgets.join('\n')}</div>
</section>`;
}
