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
 * A graph of what a service tells of something.
 *
 * @internal
 */
export interface ServiceGraph<Method extends string> {
  /** Each is a line, where there is such a method. */
  readonly methods: readonly Method[];
  readonly title: string;
  readonly axis: YAxisProps;
}

/** Each kind of thing tells only some of it. */
type Telling<Method extends string> = { readonly [method in Method]?: (options: MetricOptions) => IMetric };

/**
 * The widgets of something that a service tells about: its name, and a graph of whatever it tells. None where it tells nothing.
 *
 * @internal
 */
export function serviceWidgets<Method extends string>(
  it: IConstruct, graphs: readonly ServiceGraph<Method>[], options: Pick<MetricOptions, 'period'>,
): IWidget[] {
  const telling = it as IConstruct & Telling<Method>;
  const widgets = graphs.flatMap(({ methods, title, axis }) => {
    const left = methods.flatMap((method) => telling[method]?.(options) ?? []);
    return left.length === 0 ? [] : [new GraphWidget({ title, left, leftYAxis: axis, width: 6, height: 6 })];
  });
  return widgets.length === 0 ? [] : [new TextWidget({ markdown: `## ${it.node.path}`, width: 24, height: 1 }), ...widgets];
}
