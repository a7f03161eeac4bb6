import { Duration } from 'aws-cdk-lib';
import { GraphWidget, IMetric, IWidget, Stats, YAxisProps } from 'aws-cdk-lib/aws-cloudwatch';
import { COUNT, MILLISECONDS, PERCENT } from './service-widgets';
import { FunctionCaching } from '../../function/function-caching';
import { CacheMetric } from '../metrics/cache-metric';

/** The most lines that a reader can distinguish; further functions get another graph. CloudWatch's quota is 500 metrics for a graph. */
const FUNCTIONS_PER_GRAPH = 50;

interface FleetGraph {
  readonly title: string;
  readonly axis: YAxisProps;
  readonly line: (fn: FunctionCaching, shown: { readonly period: Duration; readonly label: string }) => IMetric;
}

const GRAPHS: readonly FleetGraph[] = [
  { title: 'Hit rate by function', axis: PERCENT, line: (fn, shown) => fn.metricHitRate(shown) },
  { title: 'Origin calls by function', axis: COUNT, line: (fn, shown) => fn.metricOriginCalls(shown) },
  { title: 'Origin errors by function', axis: COUNT, line: (fn, shown) => fn.metricCache(CacheMetric.ORIGIN_ERRORS, shown) },
  { title: 'Latency of the origin by function, p90', axis: MILLISECONDS, line: (fn, shown) => fn.metricOriginDuration({ ...shown, statistic: Stats.percentile(90) }) },
  { title: 'Evictions by function', axis: COUNT, line: (fn, shown) => fn.metricCache(CacheMetric.EVICTIONS, shown) },
  { title: 'Caches that did not start, by function', axis: COUNT, line: (fn, shown) => fn.metricCache(CacheMetric.START_FAILURES, shown) },
];

/**
 * The widgets of many functions: a graph for each subject, with a line for each function.
 *
 * @internal
 */
export function fleetWidgets(functions: readonly FunctionCaching[], period: Duration): IWidget[] {
  const groups = Array.from({ length: Math.ceil(functions.length / FUNCTIONS_PER_GRAPH) }, (_, index) =>
    functions.slice(index * FUNCTIONS_PER_GRAPH, (index + 1) * FUNCTIONS_PER_GRAPH));
  return groups.flatMap((group, index) => GRAPHS.map(({ title, axis, line }) => new GraphWidget({
    title: groups.length === 1 ? title : `${title} (${index + 1} of ${groups.length})`,
    left: group.map((fn) => line(fn, { period, label: fn._monitoring.fn.node.path })),
    leftYAxis: axis,
    width: 12,
    height: 6,
  })));
}
