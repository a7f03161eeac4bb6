import { callAws } from './aws';

const HOUR = 3_600;

export interface Limit {
  readonly metric: { readonly Namespace: string; readonly MetricName: string; readonly Dimensions: readonly object[] };
  readonly statistic: string;
  readonly atMost: number;
  readonly hours: number;
}

/** Whether a metric has kept to a limit in the last hours. Where there was nothing to count, there is no metric. */
export const handler = async ({ metric, statistic, atMost, hours }: Limit) => {
  const { MetricDataResults: [{ Values }] } = await callAws<{ MetricDataResults: [{ Values: readonly number[] }] }>('CloudWatch', 'GetMetricData', {
    StartTime: new Date(Date.now() - hours * HOUR * 1_000),
    EndTime: new Date(),
    MetricDataQueries: [{ Id: 'metric', MetricStat: { Metric: metric, Period: HOUR, Stat: statistic } }],
  });
  const value = statistic === 'Sum' ? Values.reduce((sum, each) => sum + each, 0) : Math.max(0, ...Values);
  console.log(`${metric.MetricName}: ${value}, and ${atMost} at most`);
  return value <= atMost;
};
