import { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { MetricsLevel } from './cache-metric-options';
import { ISharedCache } from '../../caches/shared-cache';
import { IDaxCluster } from '../../dax/dax-cluster-base';

/**
 * The facts about a function that its metrics, alarms and widgets need.
 *
 * @internal
 */
export interface MonitoredFunction {
  /** The class that the user sees, for messages. */
  readonly className: string;
  readonly fn: LambdaFunction;
  readonly level: MetricsLevel;
  readonly sharedCache?: ISharedCache;
  readonly dax?: IDaxCluster;
  /** The caches that have a policy, by name: complete only when synthesizing. */
  cacheNames(): string[];
  /** The most that all entries of an environment may take, in bytes; undefined if it is known only when deploying. */
  memoryBound(): number | undefined;
}
