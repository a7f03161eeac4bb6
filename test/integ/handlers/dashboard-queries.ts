/** As GetMetricData takes it. */
export interface Query {
  readonly Id: string;
  readonly Label?: string;
  readonly ReturnData: boolean;
  readonly Period?: number;
  readonly Expression?: string;
  readonly MetricStat?: object;
}

interface LineOptions {
  readonly id?: string;
  readonly label?: string;
  readonly expression?: string;
  readonly stat?: string;
  readonly period?: number;
  readonly visible?: boolean;
}

interface Properties {
  readonly title?: string;
  readonly period?: number;
  readonly metrics?: readonly (readonly (string | LineOptions)[])[];
}

/** CloudWatch's defaults for a widget. */
const DEFAULT_PERIOD = 300;

/** A dashboard's queries to CloudWatch, by the titles of its graphs. */
export function queriesOf(body: string): Record<string, Query[]> {
  const { widgets } = JSON.parse(body) as { widgets: { properties: Properties }[] };
  return Object.fromEntries(widgets.flatMap(({ properties: { title = '', metrics, period } }) => metrics === undefined ? [] : [
    [title, metrics.map((line, index) => queryOf(line, index, period))],
  ]));
}

function queryOf(line: readonly (string | LineOptions)[], index: number, widgetPeriod = DEFAULT_PERIOD): Query {
  const options = line.filter((part): part is LineOptions => typeof part === 'object').at(-1) ?? {};
  const { id = `line${index}`, label, expression, stat = 'Average', period = widgetPeriod, visible = true } = options;
  const [Namespace, MetricName, ...dimensions] = line.filter((part): part is string => typeof part === 'string');
  return {
    Id: id,
    // Without one, CloudWatch makes one up.
    Label: label ?? MetricName,
    ReturnData: visible,
    ...(expression === undefined
      ? { MetricStat: { Metric: { Namespace, MetricName, Dimensions: pairs(dimensions) }, Period: period, Stat: stat } }
      : { Expression: expression, Period: period }),
  };
}

function pairs(flat: readonly string[]): { Name: string; Value: string }[] {
  return Array.from({ length: flat.length / 2 }, (_, i) => ({ Name: flat[2 * i], Value: flat[2 * i + 1] }));
}
