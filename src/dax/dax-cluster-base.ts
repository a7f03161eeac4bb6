import { IResource, Resource } from 'aws-cdk-lib';
import { IMetric, MetricOptions, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import { ITable } from 'aws-cdk-lib/aws-dynamodb';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { actionsOf, grantTables, renderDaxOptions } from './dax-access';
import { daxHitRate, daxMetric } from './dax-metrics';
import { DaxOptions } from './dax-options';
import { CacheNeeds } from '../caches/shared-cache';
import { DaxSettings } from '../contract/runtime-settings';
import { CacheClient, allowConnectionsFrom, Location } from '../network/network';
import { checkSameAccount } from '../network/same-account';

/**
 * A function that uses a DAX cluster.
 *
 * @internal
 */
export interface DaxClient extends CacheClient {
  readonly options?: DaxOptions;
}

/**
 * A DAX cluster, created or imported: a cache in front of DynamoDB tables, which functions use through the document client of
 * `cdk-cached-function/dynamodb`.
 */
export interface IDaxCluster extends IResource {
  /** The name of the cluster. */
  readonly clusterName: string;

  /** The ARN of the cluster. */
  readonly clusterArn: string;

  /** The URL of the discovery endpoint: `daxs://…`, or `dax://…` without TLS. */
  readonly endpointUrl: string;

  /**
   * Lets a function use the cluster, and the cluster's tables directly: permissions and network.
   *
   * @throws Error if the function cannot reach it
   * @internal
   */
  _allowConnectionsFrom(client: DaxClient): DaxSettings;

  /**
   * The AWS services that its functions must reach besides the cluster.
   *
   * @internal
   */
  readonly _needs: CacheNeeds;

  /**
   * A metric of the cluster, or of one of its nodes with `dimensionsMap: { NodeId: … }`.
   *
   * @param metricName its name in DAX's documentation
   * @default - sum over 5 minutes
   */
  metric(metricName: string, options?: MetricOptions): IMetric;

  /**
   * Items that DAX returned from its item cache.
   *
   * @default - sum over 5 minutes
   */
  metricItemCacheHits(options?: MetricOptions): IMetric;

  /**
   * Items that DAX had to read from a table.
   *
   * @default - sum over 5 minutes
   */
  metricItemCacheMisses(options?: MetricOptions): IMetric;

  /**
   * Queries whose results DAX returned from its query cache.
   *
   * @default - sum over 5 minutes
   */
  metricQueryCacheHits(options?: MetricOptions): IMetric;

  /**
   * Queries that DAX sent to DynamoDB.
   *
   * @default - sum over 5 minutes
   */
  metricQueryCacheMisses(options?: MetricOptions): IMetric;

  /**
   * The share of items, queries and scans that DAX answered from its caches, in percent.
   *
   * @default - over 5 minutes
   */
  metricHitRate(options?: MetricOptions): IMetric;

  /**
   * CPU utilization, in percent.
   *
   * @default - maximum over 5 minutes
   */
  metricCpu(options?: MetricOptions): IMetric;

  /**
   * Memory usage, in percent.
   *
   * @default - maximum over 5 minutes
   */
  metricMemoryUsage(options?: MetricOptions): IMetric;

  /**
   * Requests that failed because of a client error, such as a condition that does not hold.
   *
   * @default - sum over 5 minutes
   */
  metricErrors(options?: MetricOptions): IMetric;

  /**
   * Requests that failed because of an error in DAX or DynamoDB.
   *
   * @default - sum over 5 minutes
   */
  metricFaults(options?: MetricOptions): IMetric;

  /**
   * Requests that DAX throttled.
   *
   * @default - sum over 5 minutes
   */
  metricThrottles(options?: MetricOptions): IMetric;

  /**
   * The bytes that DAX evicted before their ttl, to make room.
   *
   * @default - sum over 5 minutes
   */
  metricEvictions(options?: MetricOptions): IMetric;

  /**
   * Open client connections.
   *
   * @default - maximum over 5 minutes
   */
  metricConnections(options?: MetricOptions): IMetric;
}

/**
 * The common part of created and imported clusters.
 *
 * @internal
 */
export abstract class DaxClusterBase extends Resource implements IDaxCluster {
  /** The name of the cluster. */
  public abstract readonly clusterName: string;

  /** The ARN of the cluster. */
  public abstract readonly clusterArn: string;

  /** The URL of the discovery endpoint: `daxs://…`, or `dax://…` without TLS. */
  public abstract readonly endpointUrl: string;

  /**
   * When DAX fails, functions call DynamoDB.
   *
   * @internal
   */
  public readonly _needs: CacheNeeds = { dynamoDb: true };

  /**
   * @internal
   */
  public _allowConnectionsFrom(client: DaxClient): DaxSettings {
    const { function: fn, options = {} } = client;
    const settings = renderDaxOptions(options);
    checkSameAccount(fn, this);
    allowConnectionsFrom(client, this, this._location());
    fn.addToRolePolicy(new PolicyStatement({ actions: actionsOf('dax', options.access), resources: [this.clusterArn] }));
    grantTables(this._tables(), fn, actionsOf('dynamodb', options.access), options.access);
    return { endpoint: this.endpointUrl, ...(this._incarnation !== undefined && { incarnation: this._incarnation }), ...settings };
  }

  /**
   * A text that changes whenever the cluster is replaced; absent if that cannot be known.
   *
   * @internal
   */
  protected readonly _incarnation?: string;

  /**
   * @internal
   */
  protected abstract _location(): Location;

  /**
   * The tables that functions may use when DAX fails.
   *
   * @internal
   */
  protected abstract _tables(): readonly ITable[];

  public metric(metricName: string, options?: MetricOptions): IMetric {
    return daxMetric(this.clusterName, metricName, options);
  }

  public metricItemCacheHits(options?: MetricOptions): IMetric {
    return this.metric('ItemCacheHits', options);
  }

  public metricItemCacheMisses(options?: MetricOptions): IMetric {
    return this.metric('ItemCacheMisses', options);
  }

  public metricQueryCacheHits(options?: MetricOptions): IMetric {
    return this.metric('QueryCacheHits', options);
  }

  public metricQueryCacheMisses(options?: MetricOptions): IMetric {
    return this.metric('QueryCacheMisses', options);
  }

  public metricHitRate(options?: MetricOptions): IMetric {
    return daxHitRate(this.clusterName, options);
  }

  public metricCpu(options?: MetricOptions): IMetric {
    return daxMetric(this.clusterName, 'CPUUtilization', options, Stats.MAXIMUM);
  }

  public metricMemoryUsage(options?: MetricOptions): IMetric {
    return daxMetric(this.clusterName, 'CacheMemoryUtilization', options, Stats.MAXIMUM);
  }

  public metricErrors(options?: MetricOptions): IMetric {
    return this.metric('ErrorRequestCount', options);
  }

  public metricFaults(options?: MetricOptions): IMetric {
    return this.metric('FaultRequestCount', options);
  }

  public metricThrottles(options?: MetricOptions): IMetric {
    return this.metric('ThrottledRequestCount', options);
  }

  public metricEvictions(options?: MetricOptions): IMetric {
    return this.metric('EvictedSize', options);
  }

  public metricConnections(options?: MetricOptions): IMetric {
    return daxMetric(this.clusterName, 'ClientConnections', options, Stats.MAXIMUM);
  }
}
