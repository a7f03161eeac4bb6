import { evaluate, searchOf } from './metric-math';
import type { MetricStore, Periods } from './metric-store';
import type { Series } from './series';

/** The options of a line: the parts of CloudWatch's dashboard body structure that ours use. */
interface LineOptions {
  readonly id?: string;
  readonly label?: string;
  readonly color?: string;
  readonly expression?: string;
  readonly stat?: string;
  readonly visible?: boolean;
}

/** The metric's namespace, name and dimensions, if it is one; then its options. */
type Line = readonly (string | LineOptions)[];

interface WidgetJson {
  readonly type: 'text' | 'metric';
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly properties: {
    readonly markdown?: string;
    readonly title?: string;
    readonly stacked?: boolean;
    readonly metrics?: readonly Line[];
    readonly annotations?: { readonly horizontal?: readonly { readonly value: number; readonly label?: string; readonly color?: string }[] };
    readonly yAxis?: { readonly left?: { readonly min?: number; readonly max?: number; readonly label?: string } };
  };
}

/** A line as it is drawn. */
export interface DrawnLine extends Series {
  readonly color?: string;
}

/** A widget's place on the dashboard's grid, which is 24 wide. */
export interface Place {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface Heading extends Place {
  readonly markdown: string;
}

export interface Graph extends Place {
  readonly title: string;
  readonly stacked: boolean;
  readonly lines: readonly DrawnLine[];
  readonly bounds: readonly { readonly value: number; readonly label?: string; readonly color?: string }[];
  readonly axis: { readonly min?: number; readonly max?: number; readonly label?: string };
}

/** The headings and graphs that a dashboard would show of the metrics, in the order of its body. */
export function drawDashboard(body: string, store: MetricStore, periods: Periods): (Heading | Graph)[] {
  const { widgets } = JSON.parse(body) as { widgets: WidgetJson[] };
  return widgets.map(({ type, x, y, width, height, properties }) => {
    const place = { x, y, width, height };
    return type === 'text' ? { ...place, markdown: properties.markdown ?? '' } : {
      ...place,
      title: properties.title ?? '',
      stacked: properties.stacked ?? false,
      lines: new Lines(properties.metrics ?? [], store, periods).drawn(),
      bounds: properties.annotations?.horizontal ?? [],
      axis: properties.yAxis?.left ?? {},
    };
  });
}

export function isGraph(widget: Heading | Graph): widget is Graph {
  return 'lines' in widget;
}

class Lines {
  constructor(private readonly lines: readonly Line[], private readonly store: MetricStore, private readonly periods: Periods) {}

  drawn(): DrawnLine[] {
    return this.lines.flatMap((line) => {
      const { visible = true, color } = optionsOf(line);
      return visible ? this.seriesOf(line).map((series) => ({ ...series, color })) : [];
    });
  }

  private seriesOf(line: Line): readonly Series[] {
    const { expression, label } = optionsOf(line);
    if (expression === undefined) return [this.metric(line)];
    const search = searchOf(expression);
    if (search !== undefined) return this.search(search.search, search.statistic, label ?? '');
    return [{
      label: label ?? expression,
      values: evaluate(expression, { length: this.periods.count, valuesOf: (id) => this.byId(id) }),
    }];
  }

  private metric(line: Line): Series {
    const { stat = 'Average', label } = optionsOf(line);
    const [namespace, name, ...dimensions] = line.filter((part): part is string => typeof part === 'string');
    const { values } = this.store.series({ namespace, name, dimensions: pairs(dimensions), statistic: stat }, this.periods);
    return { label: label ?? name, values };
  }

  private byId(id: string): Series['values'] {
    const line = this.lines.find((one) => optionsOf(one).id === id);
    if (line === undefined) throw new Error(`No line of the graph has the id ${id}`);
    return this.seriesOf(line)[0].values;
  }

  /** Such as `{Namespace,OneDimension,Other} MetricName="Name" OneDimension="value"`. */
  private search(search: string, statistic: string, label: string): Series[] {
    const [, schema] = /^\{([^}]*)\}/.exec(search) ?? [];
    const [namespace, ...dimensionNames] = schema.split(',');
    const { MetricName: name, ...values } = Object.fromEntries([...search.matchAll(/(\w+)="([^"]*)"/g)].map(([, key, value]) => [key, value]));
    return this.store.search({ namespace, name, dimensionNames, values }, statistic,
      (dimensions) => label.replace(/\$\{PROP\('Dim\.(\w+)'\)\}/g, (_, dimension: string) => dimensions[dimension]), this.periods);
  }
}

function optionsOf(line: Line): LineOptions {
  const last = line[line.length - 1];
  return typeof last === 'string' ? {} : last;
}

function pairs(flat: readonly string[]): Record<string, string> {
  return Object.fromEntries(Array.from({ length: flat.length / 2 }, (_, i) => [flat[2 * i], flat[2 * i + 1]]));
}
