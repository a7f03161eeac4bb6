import { evaluate, MetricStore } from '../equipment/cloudwatch';

const _ = undefined;

const METRICS: Record<string, readonly (number | undefined)[]> = {
  hits: [8, 0, _],
  misses: [2, 0, _],
  errors: [_, 3, _],
  none: [_, _, _],
};

/** By CloudWatch's documentation: Using metric math, Metric math syntax and functions. */
test.each<[string, readonly (number | undefined)[]]>([
  ['100 * hits / (hits + misses)', [80, _, _]],
  ['hits - misses * 2 + 1', [5, 1, _]],
  ['FILL(errors, 0)', [0, 3, 0]],
  ['hits + errors', [_, 3, _]],
  ['SUM([hits, errors])', [8, 3, _]],
  ['MAX([hits, misses])', [8, 0, _]],
  ['IF(hits + misses >= 10, hits)', [8, _, _]],
  ['IF(hits > misses, 1, 0)', [1, 0, _]],
  ['2 * 3', [6, 6, 6]],
])('metric math: %s', (expression, values) => {
  expect(evaluate(expression, { length: 3, valuesOf: (id) => METRICS[id] })).toEqual(values);
});

test('missing values are filled or not, as the expression requires', () => {
  const fill = (fillsWhatIsEmpty: boolean) => evaluate('FILL(none, 0)', { length: 3, valuesOf: (id) => METRICS[id], fillsWhatIsEmpty });

  expect([fill(true), fill(false)]).toEqual([[0, 0, 0], [_, _, _]]);
});

test('statistics of what was written within each period', () => {
  const store = new MetricStore();
  const line = (timeMs: number, took: readonly number[]) => JSON.stringify({
    _aws: { Timestamp: timeMs, CloudWatchMetrics: [{ Namespace: 'N', Dimensions: [['Of'], ['Of', 'In']], Metrics: [{ Name: 'Took' }] }] }, Of: 'a', In: 'b', Took: took,
  });
  store.add([line(0, [1, 2, 3]), 'START RequestId', line(999, [10]), line(2_000, [5])]);

  const ask = (statistic: string) =>
    store.series({ namespace: 'N', name: 'Took', dimensions: { Of: 'a' }, statistic }, { startMs: 0, periodMs: 1_000, count: 3 }).values;

  expect(ask('Sum')).toEqual([16, _, 5]);
  expect(ask('Average')).toEqual([4, _, 5]);
  expect(ask('SampleCount')).toEqual([4, _, 1]);
  expect(ask('p50')).toEqual([2, _, 5]);
  expect(store.periods(3)).toEqual({ startMs: 0, periodMs: 1_000, count: 3 });
});

test.each(['RATE(hits)', 'hits +', 'hits ? 1', '[hits, misses]', 'METRICS()'])('what it does not support is an error, not a number: %s', (expression) => {
  expect(() => evaluate(expression, { length: 3, valuesOf: (id) => METRICS[id] })).toThrow();
});
