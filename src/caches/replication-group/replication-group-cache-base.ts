import { ArnFormat, Resource, Stack } from 'aws-cdk-lib';
import { DimensionsMap, IMetric, MetricOptions, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import { Connections } from 'aws-cdk-lib/aws-ec2';
import { Grant, IGrantable } from 'aws-cdk-lib/aws-iam';
import { IElastiCache, nodesMetric } from '../elasticache-metrics';
import { bindClient, grantConnect, RedisAccess } from '../redis-access';
import { CacheNeeds, SharedCacheBinding, SharedCacheClient } from '../shared-cache';

/**
 * @internal
 */
export const DEFAULT_PORT = 6379;

/**
 * @internal
 */
export interface Shape {
  readonly clusterMode: boolean;
  readonly shards: number;
  readonly replicas: number;
}

/**
 * A replication group, created or imported.
 */
export interface IReplicationGroupCache extends IElastiCache {
  /** The id of the replication group. */
  readonly replicationGroupId: string;

  /**
   * Lets another client authenticate to the cache: a container or a stream processor that invalidates entries, for example.
   * Use `connections` to open the network to it.
   *
   * @returns the grant to call `elasticache:Connect` as the cache's user, or to read its password
   */
  grantConnect(grantee: IGrantable): Grant;

  /**
   * The engine's CPU utilization on the busiest node, in percent.
   *
   * @default - maximum over 5 minutes
   */
  metricCpu(options?: MetricOptions): IMetric;

  /**
   * The memory usage of the fullest node, in percent.
   *
   * @default - maximum over 5 minutes
   */
  metricMemoryUsage(options?: MetricOptions): IMetric;
}

/**
 * The common part of created and imported replication groups.
 *
 * @internal
 */
export abstract class ReplicationGroupCacheBase extends Resource implements IReplicationGroupCache {
  /**
   * @internal
   */
  public abstract readonly _needs: CacheNeeds;

  /** The id of the replication group. */
  public abstract readonly replicationGroupId: string;

  /** The cache's network connections: which clients may connect. */
  public abstract readonly connections: Connections;

  /**
   * @internal
   */
  protected abstract readonly _shape: Shape;

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
    return nodesMetric(this.nodes(), metricName, options);
  }

  public metricCpu(options?: MetricOptions): IMetric {
    return nodesMetric(this.nodes(), 'EngineCPUUtilization', options, Stats.MAXIMUM);
  }

  public metricMemory(options?: MetricOptions): IMetric {
    return nodesMetric(this.nodes(), 'BytesUsedForCache', options, Stats.MAXIMUM);
  }

  public metricMemoryUsage(options?: MetricOptions): IMetric {
    return nodesMetric(this.nodes(), 'DatabaseMemoryUsagePercentage', options, Stats.MAXIMUM);
  }

  public metricEvictions(options?: MetricOptions): IMetric {
    return nodesMetric(this.nodes(), 'Evictions', options, Stats.SUM);
  }

  public metricConnections(options?: MetricOptions): IMetric {
    return nodesMetric(this.nodes(), 'CurrConnections', options, Stats.MAXIMUM);
  }

  /**
   * Its identity in ElastiCache.
   *
   * @internal
   */
  protected _identity(): RedisAccess['elastiCache'] {
    const name = this.replicationGroupId;
    const arn = Stack.of(this).formatArn({
      service: 'elasticache', resource: 'replicationgroup', resourceName: name, arnFormat: ArnFormat.COLON_RESOURCE_NAME,
    });
    return { arn, name };
  }

  /** As ElastiCache names them (ElastiCache, Naming of nodes). */
  private nodes(): DimensionsMap[] {
    const { clusterMode, shards, replicas } = this._shape;
    const number = (value: number, digits: number) => String(value).padStart(digits, '0');
    return Array.from({ length: shards }, (_, shard) => Array.from({ length: replicas + 1 }, (__, node) => ({
      CacheClusterId: [this.replicationGroupId, ...(clusterMode ? [number(shard + 1, 4)] : []), number(node + 1, 3)].join('-'),
    }))).flat();
  }
}
