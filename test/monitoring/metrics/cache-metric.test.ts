import { GraphWidget, type Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { CacheMetric } from '../../../src';
import { METRICS } from '../../../src/contract/metrics';
import { newFunction, newStack } from '../stacks';

const statisticOf = (metric: Metric) => metric.toMetricConfig().metricStat!.statistic;

test('CacheMetric has every metric that the runtime writes, by its name', () => {
  expect(Object.values(CacheMetric).sort()).toEqual(Object.values(METRICS).sort());
});

test('metricCache returns the metric, with the appropriate statistic', () => {
  const fn = newFunction(newStack());

  expect(fn.metricCache(CacheMetric.STALE_HITS, { cache: 'product' }).toMetricConfig().metricStat).toMatchObject({
    namespace: 'CachedFunction',
    metricName: 'StaleHits',
    statistic: 'Sum',
    dimensions: [{ name: 'CacheName', value: 'product' }, { name: 'FunctionName' }],
  });
  expect(statisticOf(fn.metricCache(CacheMetric.MEMORY_BYTES))).toBe('Maximum');
  expect(statisticOf(fn.metricCache(CacheMetric.SHARED_LATENCY))).toBe('Average');
});

test('a metric that exists only for the function has no cache', () => {
  const fn = newFunction(newStack());

  expect(() => fn.metricCache(CacheMetric.MEMORY_BYTES, { cache: 'product' })).toThrow(/must be left out for MemoryBytes, but is 'product'/);
});

test('rates of several functions and caches fit into one graph', () => {
  const stack = newStack();
  const [one, other] = ['One', 'Other'].map((id) => newFunction(stack, {}, id));

  const graph = new GraphWidget({ left: [one.metricHitRate(), one.metricHitRate({ cache: 'product' }), other.metricHitRate(), other.metricErrorRate()] });

  expect(() => graph.toJson()).not.toThrow();
});
