import { Resource } from 'aws-cdk-lib';
import { IMetric, MetricOptions, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import { Connections, Port } from 'aws-cdk-lib/aws-ec2';
import { Grant, IGrantable } from 'aws-cdk-lib/aws-iam';
import { IElastiCache, serverlessMetric } from './elasticache-metrics';
import { giveAccess, grantConnect, RedisAccess } from './redis-access';
import { CacheNeeds, SharedCacheBinding, SharedCacheGuest } from './shared-cache';

/**
 * Writing and reading, and reading from a replica nearby: ElastiCache asks for both to be open.
 *
 * @internal
 */
export const SERVERLESS_PORTS = Port.tcpRange(6379, 6380);

/**
 * A serverless cache, made here or elsewhere.
 */
export interface IServerlessCache extends IElastiCache {
  /** The name of the cache. */
  readonly serverlessCacheName: string;

  /**
   * Lets somebody who is no CachedFunction authenticate to the cache: a container or a stream processor that invalidates entries, say. What
   * opens the network to it is `connections`.
   *
   * @returns the grant: to call `elasticache:Connect` as the cache's user, or to read its password
   */
  grantConnect(grantee: IGrantable): Grant;

  /**
   * The ElastiCache Processing Units that requests took: what is billed besides storage, and how busy the cache is.
   *
   * @default - sum over 5 minutes
   */
  metricProcessingUnits(options?: MetricOptions): IMetric;

  /**
   * Requests that the cache refused because they were more than its limits allow.
   *
   * @default - sum over 5 minutes
   */
  metricThrottled(options?: MetricOptions): IMetric;
}

/**
 * What is the same about a serverless cache of our own and one that was made elsewhere.
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

  /** Who reaches the cache; without security groups if it has a public endpoint. */
  public abstract readonly connections: Connections;

  /**
   * @internal
   */
  public _letIn(guest: SharedCacheGuest): SharedCacheBinding {
    return giveAccess(guest, this, this._access());
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
