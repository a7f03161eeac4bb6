import { IWidget, MetricOptions } from 'aws-cdk-lib/aws-cloudwatch';
import { BYTES, COUNT, PERCENT, ServiceGraph, serviceWidgets } from './service-widgets';
import { IDaxCluster } from '../../dax/dax-cluster-base';

const GRAPHS: readonly ServiceGraph<keyof IDaxCluster & `metric${string}`>[] = [
  { methods: ['metricHitRate'], title: 'Hit rate of DAX', axis: PERCENT },
  { methods: ['metricCpu'], title: 'CPU of the busiest DAX node', axis: PERCENT },
  { methods: ['metricMemoryUsage'], title: 'Memory of the fullest DAX node', axis: PERCENT },
  { methods: ['metricEvictions'], title: 'Evictions of DAX', axis: BYTES },
  { methods: ['metricErrors', 'metricFaults', 'metricThrottles'], title: 'Failed requests to DAX', axis: COUNT },
  { methods: ['metricConnections'], title: 'Connections to DAX', axis: COUNT },
];

/**
 * The widgets of a DAX cluster: its name, and DAX's metrics.
 *
 * @internal
 */
export function daxWidgets(cluster: IDaxCluster, options: Pick<MetricOptions, 'period'>): IWidget[] {
  return serviceWidgets(cluster, GRAPHS, options);
}
