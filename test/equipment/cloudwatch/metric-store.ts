import type { Series } from './series';

/** A metric and a statistic: 'Sum', 'Average', 'Maximum', 'SampleCount', or a percentile such as 'p99'. */
export interface MetricQuery {
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: Readonly<Record<string, string>>;
  readonly statistic: string;
}

export interface MetricSearch {
  readonly namespace: string;
  readonly name: string;
  readonly dimensionNames: readonly string[];
  readonly values: Readonly<Record<string, string>>;
}

/** Consecutive periods; times in milliseconds. */
export interface Periods {
  readonly startMs: number;
  readonly periodMs: number;
  readonly count: number;
}

interface EmfDocument {
  readonly _aws: {
    readonly Timestamp: number;
    readonly CloudWatchMetrics: readonly {
      readonly Namespace: string;
      readonly Dimensions: readonly (readonly string[])[];
      readonly Metrics: readonly { readonly Name: string }[];
    }[];
  };
  readonly [property: string]: unknown;
}

interface Metric {
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: Readonly<Record<string, string>>;
  readonly samples: { readonly timeMs: number; readonly value: number }[];
}

/** CloudWatch's data of the metrics in lines of the embedded metric format. */
export class MetricStore {
  private readonly metrics = new Map<string, Metric>();
  private firstMs = Infinity;
  private lastMs = -Infinity;

  /** Takes a function's output; other lines are skipped. */
  add(lines: readonly string[]): void {
    for (const line of lines) {
      if (line.startsWith('{"_aws":')) {
        this.addDocument(JSON.parse(line) as EmfDocument);
      }
    }
  }

  /** All data, in this many periods of whole seconds. */
  periods(count: number): Periods {
    const periodMs = Math.max(1, Math.ceil((this.lastMs - this.firstMs + 1) / count / 1_000)) * 1_000;
    return { startMs: this.firstMs, periodMs, count: Math.ceil((this.lastMs - this.firstMs + 1) / periodMs) };
  }

  /** The values of a metric; no data if there is no such metric. */
  series({ namespace, name, dimensions, statistic }: MetricQuery, periods: Periods): Series {
    return this.seriesOf(this.metrics.get(keyOf(namespace, name, dimensions)), name, statistic, periods);
  }

  /** The metrics with exactly these dimension names, and with these values if they are given. */
  search(
    wanted: MetricSearch,
    statistic: string,
    label: (dimensions: Readonly<Record<string, string>>) => string,
    periods: Periods,
  ): Series[] {
    const names = [...wanted.dimensionNames].sort().join();
    return [...this.metrics.values()]
      .filter(({ namespace, name, dimensions }) => namespace === wanted.namespace && name === wanted.name
        && Object.keys(dimensions).sort().join() === names
        && Object.entries(wanted.values).every(([dimension, value]) => dimensions[dimension] === value))
      .map((metric) => this.seriesOf(metric, label(metric.dimensions), statistic, periods));
  }

  private addDocument(document: EmfDocument): void {
    const timeMs = document._aws.Timestamp;
    this.firstMs = Math.min(this.firstMs, timeMs);
    this.lastMs = Math.max(this.lastMs, timeMs);
    for (const { Namespace, Dimensions, Metrics } of document._aws.CloudWatchMetrics) {
      for (const names of Dimensions) {
        const dimensions = Object.fromEntries(names.map((name) => [name, String(document[name])]));
        for (const { Name } of Metrics) {
          const { samples } = this.metric(Namespace, Name, dimensions);
          for (const value of [document[Name]].flat() as number[]) {
            samples.push({ timeMs, value });
          }
        }
      }
    }
  }

  private metric(namespace: string, name: string, dimensions: Readonly<Record<string, string>>): Metric {
    const key = keyOf(namespace, name, dimensions);
    const metric = this.metrics.get(key) ?? { namespace, name, dimensions, samples: [] };
    this.metrics.set(key, metric);
    return metric;
  }

  private seriesOf(metric: Metric | undefined, label: string, statistic: string, { startMs, periodMs, count }: Periods): Series {
    const collected = Array.from({ length: count }, (): number[] => []);
    for (const { timeMs, value } of metric?.samples ?? []) {
      collected[Math.floor((timeMs - startMs) / periodMs)]?.push(value);
    }
    return { label, values: collected.map((values) => values.length === 0 ? undefined : statisticOf(statistic, values)) };
  }
}

function keyOf(namespace: string, name: string, dimensions: Readonly<Record<string, string>>): string {
  return JSON.stringify([namespace, name, Object.entries(dimensions).sort(([one], [other]) => one < other ? -1 : 1)]);
}

function statisticOf(statistic: string, values: readonly number[]): number {
  const sum = () => values.reduce((total, value) => total + value, 0);
  switch (statistic) {
    case 'Sum': return sum();
    case 'Average': return sum() / values.length;
    case 'Maximum': return values.reduce((largest, value) => Math.max(largest, value));
    case 'Minimum': return values.reduce((smallest, value) => Math.min(smallest, value));
    case 'SampleCount': return values.length;
    default: {
      const percent = Number(/^p(\d+(?:\.\d+)?)$/.exec(statistic)?.[1]);
      if (Number.isNaN(percent)) throw new Error(`CloudWatch's statistic ${statistic} is not known here`);
      const sorted = [...values].sort((a, b) => a - b);
      return sorted[Math.max(0, Math.ceil(sorted.length * percent / 100) - 1)];
    }
  }
}
