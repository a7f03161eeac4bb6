import { Resource } from 'aws-cdk-lib';
import { DimensionsMap, IMetric, MetricOptions, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import { Connections, Port } from 'aws-cdk-lib/aws-ec2';
import { IElastiCache, nodesMetric, serverlessMetric } from './elasticache-metrics';
import { CacheNeeds, SharedCacheBinding, SharedCacheGuest } from './shared-cache';
import { letIn, Location } from '../network';
import { MemcachedSettings } from '../runtime-settings';
import { checkSamePlace } from '../same-place';

/**
 * @internal
 */
export const DEFAULT_MEMCACHED_PORT = 11211;

/**
 * Writing and reading, and reading from nearby, as with the other serverless caches.
 *
 * @internal
 */
export const SERVERLESS_MEMCACHED_PORTS = Port.tcpRange(DEFAULT_MEMCACHED_PORT, DEFAULT_MEMCACHED_PORT + 1);

/**
 * How a Memcached of ElastiCache is reached and used.
 *
 * @internal
 */
export interface MemcachedAccess {
  readonly settings: Omit<MemcachedSettings, 'kind'>;
  readonly location: Location;
}

/**
 * A cache whose engine is Memcached, made here or elsewhere.
 */
export interface IMemcachedCache extends IElastiCache {
  /** The name of a serverless cache, or the id of a cluster. */
  readonly memcachedCacheName: string;
}

/**
 * What is the same about a Memcached of our own and one that was made elsewhere.
 *
 * @internal
 */
export abstract class MemcachedCacheBase extends Resource implements IMemcachedCache {
  /**
   * @internal
   */
  public readonly _needs: CacheNeeds = {};

  /** The name of a serverless cache, or the id of a cluster. */
  public abstract readonly memcachedCacheName: string;

  /** Who reaches the cache. */
  public abstract readonly connections: Connections;

  /**
   * Undefined: it is serverless.
   *
   * @internal
   */
  protected abstract readonly _nodes?: number;

  /**
   * @internal
   */
  public _letIn(guest: SharedCacheGuest): SharedCacheBinding {
    const { settings, location } = this._access();
    checkSamePlace(guest.function, this);
    letIn(guest, this, location);
    return { settings: { kind: 'memcached', ...settings } };
  }

  /**
   * @internal
   */
  public abstract _access(): MemcachedAccess;

  public metric(metricName: string, options?: MetricOptions): IMetric {
    return this.metricOf(metricName, options);
  }

  public metricMemory(options?: MetricOptions): IMetric {
    // The same thing has two names.
    return this.metricOf(this._nodes === undefined ? 'BytesUsedForCache' : 'BytesUsedForCacheItems', options, Stats.MAXIMUM);
  }

  public metricEvictions(options?: MetricOptions): IMetric {
    return this.metricOf('Evictions', options, Stats.SUM);
  }

  public metricConnections(options?: MetricOptions): IMetric {
    return this.metricOf('CurrConnections', options, Stats.MAXIMUM);
  }

  private metricOf(metricName: string, options?: MetricOptions, statistic?: string): IMetric {
    return this._nodes === undefined
      ? serverlessMetric(this.memcachedCacheName, metricName, options, statistic)
      : nodesMetric(this.dimensions(this._nodes), metricName, options, statistic);
  }

  /** As ElastiCache numbers the nodes (ElastiCache, Metrics for Memcached: each is calculated for a node). */
  private dimensions(nodes: number): DimensionsMap[] {
    return Array.from({ length: nodes }, (_, index) => ({ CacheClusterId: this.memcachedCacheName, CacheNodeId: String(index + 1).padStart(4, '0') }));
  }
}
