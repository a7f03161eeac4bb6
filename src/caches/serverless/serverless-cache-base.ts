import { Resource } from 'aws-cdk-lib';
import { IMetric, MetricOptions, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import { Connections, Port } from 'aws-cdk-lib/aws-ec2';
import { Grant, IGrantable } from 'aws-cdk-lib/aws-iam';
import { IElastiCache, serverlessMetric } from '../elasticache-metrics';
import { bindClient, grantConnect, RedisAccess } from '../redis-access';
import { CacheNeeds, SharedCacheBinding, SharedCacheClient } from '../shared-cache';

/**
 * The ports for writes and reads, and for reads from a replica nearby: ElastiCache requires both to be open.
 *
 * @internal
 */
export const SERVERLESS_PORTS = Port.tcpRange(6379, 6380);

/**
 * A serverless cache, created or imported.
 */
export interface IServerlessCache extends IElastiCache {
  /** The name of the cache. */
  readonly serverlessCacheName: string;

  /**
   * Lets another client authenticate to the cache: a container or a stream processor that invalidates entries, for example.
   * Use `connections` to open the network to it.
   *
   * @returns the grant to call `elasticache:Connect` as the cache's user, or to read its password
   */
  grantConnect(grantee: IGrantable): Grant;

  /**
   * The ElastiCache Processing Units that requests consumed. They are billed in addition to storage, and show the load.
   *
   * @default - sum over 5 minutes
   */
  metricProcessingUnits(options?: MetricOptions): IMetric;

  /**
   * Requests that the cache throttled because they exceeded its limits.
   *
   * @default - sum over 5 minutes
   */
  metricThrottled(options?: MetricOptions): IMetric;
}

/**
 * The common part of created and imported serverless caches.
 *
 * @internal
 */
export abstract class ServerlessCacheBase extends Resource implements IServerlessCache {
  /**
   * @internal
   */
  public abstract readonly _needs: CacheNeeds;

  /** The name of the cache. */
  public abstract readonly serverlessCacheName: string;

  /** The cache's network connections; there are no security groups if it has a public endpoint. */
  public abstract readonly connections: Connections;

  /**
   * @internal
   */
  public _allowConnectionsFrom(client: SharedCacheClient): SharedCacheBinding {
    return bindClient(client, this, this._access());
  }

  /**
   * @internal
   */
  public abstract _access(): RedisAccess;

  public grantConnect(grantee: IGrantable): Grant {
    return grantConnect(grantee, this, this._access());
  }

  public metric(metricName: string, options?: MetricOptions): IMetric {
    return serverlessMetric(this.serverlessCacheName, metricName, options);
  }

  public metricMemory(options?: MetricOptions): IMetric {
    return serverlessMetric(this.serverlessCacheName, 'BytesUsedForCache', options, Stats.MAXIMUM);
  }

  public metricEvictions(options?: MetricOptions): IMetric {
    return serverlessMetric(this.serverlessCacheName, 'Evictions', options, Stats.SUM);
  }

  public metricConnections(options?: MetricOptions): IMetric {
    return serverlessMetric(this.serverlessCacheName, 'CurrConnections', options, Stats.MAXIMUM);
  }

  public metricProcessingUnits(options?: MetricOptions): IMetric {
    return serverlessMetric(this.serverlessCacheName, 'ElastiCacheProcessingUnits', options, Stats.SUM);
  }

  public metricThrottled(options?: MetricOptions): IMetric {
    return serverlessMetric(this.serverlessCacheName, 'ThrottledCmds', options, Stats.SUM);
  }
}
