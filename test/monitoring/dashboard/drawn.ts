import { Counters } from '../../../lambda-runtime/engine/counters.js';
import { cacheLines } from '../../../lambda-runtime/metrics/emf.js';
import { drawDashboard, isGraph, MetricStore, type Series } from '../../equipment/cloudwatch';
import { dashboardBody, type newStack } from '../stacks';

export const MINUTE = 60_000;
export const NOON = Date.UTC(2026, 0, 1, 12);

/** What a function's runtime writes in a minute. */
export function minute(number: number, cache: string, counted: Partial<Counters>, memoryBytes = 1_000): string[] {
  return cacheLines(cache, Object.assign(new Counters(), counted), { functionName: 'shop-GetThing', now: NOON + number * MINUTE, memoryBytes });
}

/** The graphs of the stack's dashboard over what the runtime wrote, by title. */
export function graphsOf(stack: ReturnType<typeof newStack>, lines: readonly string[], minutes = 1): Record<string, Record<string, Series['values']>> {
  const store = new MetricStore();
  store.add(lines);
  const graphs = drawDashboard(dashboardBody(stack), store, { startMs: NOON, periodMs: MINUTE, count: minutes }).filter(isGraph);
  return Object.fromEntries(graphs.map(({ title, lines: drawn }) => [title, Object.fromEntries(drawn.map(({ label, values }) => [label, values]))]));
}

export function titles(stack: ReturnType<typeof newStack>): string[] {
  return drawDashboard(dashboardBody(stack), new MetricStore(), { startMs: 0, periodMs: MINUTE, count: 1 })
    .map((widget) => isGraph(widget) ? widget.title : widget.markdown);
}
