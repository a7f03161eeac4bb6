import { GraphWidget, IMetric, IWidget, MetricOptions, TextWidget, YAxisProps } from 'aws-cdk-lib/aws-cloudwatch';
import { IConstruct } from 'constructs';

/**
 * @internal
 */
export const PERCENT: YAxisProps = { min: 0, max: 100, label: 'percent', showUnits: false };

/**
 * @internal
 */
export const COUNT: YAxisProps = { min: 0, label: 'count', showUnits: false };

/**
 * @internal
 */
export const MILLISECONDS: YAxisProps = { min: 0, label: 'milliseconds', showUnits: false };

/**
 * @internal
 */
export const BYTES: YAxisProps = { min: 0, label: 'bytes', showUnits: false };

/**
 * A graph of a service's metrics.
 *
 * @internal
 */
export interface ServiceGraph<Method extends string> {
  /** Each is a line if the construct has such a method. */
  readonly methods: readonly Method[];
  readonly title: string;
  readonly axis: YAxisProps;
}

/** Each kind has only some of these metrics. */
type MetricSource<Method extends string> = { readonly [method in Method]?: (options: MetricOptions) => IMetric };

/**
 * The widgets of one resource: its name, and a graph for each of its service's metrics. Empty if it has none.
 *
 * @internal
 */
export function serviceWidgets<Method extends string>(
  construct: IConstruct, graphs: readonly ServiceGraph<Method>[], options: Pick<MetricOptions, 'period'>,
): IWidget[] {
  const source = construct as IConstruct & MetricSource<Method>;
  const widgets = graphs.flatMap(({ methods, title, axis }) => {
    const left = methods.flatMap((method) => source[method]?.(options) ?? []);
    return left.length === 0 ? [] : [new GraphWidget({ title, left, leftYAxis: axis, width: 6, height: 6 })];
  });
  return widgets.length === 0 ? [] : [new TextWidget({ markdown: `## ${construct.node.path}`, width: 24, height: 1 }), ...widgets];
}
