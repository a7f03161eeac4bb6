import { MetricsLevel } from './cache-metrics';
import { IDaxCluster } from '../dax/dax-cluster-base';
import { ISharedCache } from '../shared-cache/shared-cache';

/**
 * What is known of a function without asking its metrics.
 *
 * @internal
 */
export interface Observed {
  readonly level: MetricsLevel;
  readonly sharedCache?: ISharedCache;
  readonly dax?: IDaxCluster;
  /** The caches that have a policy, by name: complete only when synthesizing. */
  cacheNames(): string[];
  /** The most that all entries of an environment may take, in bytes; undefined if that is known only when deploying. */
  memoryBound(): number | undefined;
}
