import { Resource } from 'aws-cdk-lib';
import { DimensionsMap, IMetric, MetricOptions, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import { Connections, Port } from 'aws-cdk-lib/aws-ec2';
import { MemcachedSettings } from '../../contract/shared-settings';
import { allowConnectionsFrom, Location } from '../../network/network';
import { checkSameAccount } from '../../network/same-account';
import { IElastiCache, nodesMetric, serverlessMetric } from '../elasticache-metrics';
import { CacheNeeds, SharedCacheBinding, SharedCacheClient } from '../shared-cache';

/**
 * @internal
 */
export const DEFAULT_MEMCACHED_PORT = 11211;

/**
 * The ports for writes and reads, and for reads from a replica nearby, as with the other serverless caches.
 *
 * @internal
 */
export const SERVERLESS_MEMCACHED_PORTS = Port.tcpRange(DEFAULT_MEMCACHED_PORT, DEFAULT_MEMCACHED_PORT + 1);

/**
 * How an ElastiCache for Memcached is reached and used.
 *
 * @internal
 */
export interface MemcachedAccess {
  readonly settings: Omit<MemcachedSettings, 'kind'>;
  readonly location: Location;
}

/**
 * An ElastiCache for Memcached cache, created or imported.
 */
export interface IMemcachedCache extends IElastiCache {
  /** The name of a serverless cache, or the id of a cluster. */
  readonly memcachedCacheName: string;
}

/**
 * The common part of created and imported Memcached caches.
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

  /** The cache's network connections: which clients may connect. */
  public abstract readonly connections: Connections;

  /**
   * Undefined if it is serverless.
   *
   * @internal
   */
  protected abstract readonly _nodes?: number;

  /**
   * @internal
   */
  public _allowConnectionsFrom(client: SharedCacheClient): SharedCacheBinding {
    const { settings, location } = this._access();
    checkSameAccount(client.function, this);
    allowConnectionsFrom(client, this, location);
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
    // ElastiCache has two names for it.
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

  /** One for each node, numbered as ElastiCache does (ElastiCache, Metrics for Memcached). */
  private dimensions(nodes: number): DimensionsMap[] {
    return Array.from({ length: nodes }, (_, index) => ({ CacheClusterId: this.memcachedCacheName, CacheNodeId: String(index + 1).padStart(4, '0') }));
  }
}
