import { IResource, Resource } from 'aws-cdk-lib';
import { IMetric, MetricOptions, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import { ITable } from 'aws-cdk-lib/aws-dynamodb';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { actionsOf, DaxOptions, grantTables, renderDaxOptions } from './dax-access';
import { daxHitRate, daxMetric } from './dax-metrics';
import { Guest, letIn, Location } from '../network';
import { DaxSettings } from '../runtime-settings';
import { checkSamePlace } from '../same-place';
import { CacheNeeds } from '../shared-cache/shared-cache';

/**
 * A function that wants to use a DAX cluster.
 *
 * @internal
 */
export interface DaxGuest extends Guest {
  readonly options?: DaxOptions;
}

/**
 * A DAX cluster, made here or elsewhere: a cache in front of DynamoDB tables, which functions use by the document client of
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
   * Lets a function use the cluster, and its tables without it: permissions and network.
   *
   * @throws Error if the function cannot reach it
   * @internal
   */
  _letIn(guest: DaxGuest): DaxSettings;

  /**
   * What of AWS the functions that use it must reach, besides the cluster.
   *
   * @internal
   */
  readonly _needs: CacheNeeds;

  /**
   * A metric of the cluster; of one of its nodes with `dimensionsMap: { NodeId: … }`.
   *
   * @param metricName as DAX's documentation names it
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
   * Items that DAX had to read from their tables.
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
   * Queries that DAX had to ask DynamoDB.
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
   * How busy the processors are, in percent.
   *
   * @default - maximum over 5 minutes
   */
  metricCpu(options?: MetricOptions): IMetric;

  /**
   * How full the memory for items and results is, in percent.
   *
   * @default - maximum over 5 minutes
   */
  metricMemoryUsage(options?: MetricOptions): IMetric;

  /**
   * Requests that failed by their own fault: conditions that do not hold, say.
   *
   * @default - sum over 5 minutes
   */
  metricErrors(options?: MetricOptions): IMetric;

  /**
   * Requests that failed by a fault of DAX or DynamoDB.
   *
   * @default - sum over 5 minutes
   */
  metricFaults(options?: MetricOptions): IMetric;

  /**
   * Requests that were refused since there were too many.
   *
   * @default - sum over 5 minutes
   */
  metricThrottles(options?: MetricOptions): IMetric;

  /**
   * What was dropped before its time, to make room, in bytes.
   *
   * @default - sum over 5 minutes
   */
  metricEvictions(options?: MetricOptions): IMetric;

  /**
   * Connections of clients.
   *
   * @default - maximum over 5 minutes
   */
  metricConnections(options?: MetricOptions): IMetric;
}

/**
 * What is the same about a cluster of our own and one that was made elsewhere.
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
   * When DAX fails, functions ask DynamoDB.
   *
   * @internal
   */
  public readonly _needs: CacheNeeds = { dynamoDb: true };

  /**
   * @internal
   */
  public _letIn(guest: DaxGuest): DaxSettings {
    const { function: fn, options = {} } = guest;
    const settings = renderDaxOptions(options);
    checkSamePlace(fn, this);
    letIn(guest, this, this._location());
    fn.addToRolePolicy(new PolicyStatement({ actions: actionsOf('dax', options.access), resources: [this.clusterArn] }));
    grantTables(this._tables(), fn, actionsOf('dynamodb', options.access), options.access);
    return { endpoint: this.endpointUrl, ...(this._incarnation !== undefined && { incarnation: this._incarnation }), ...settings };
  }

  /**
   * Another text whenever the cluster is replaced; absent where that cannot be known.
   *
   * @internal
   */
  protected readonly _incarnation?: string;

  /**
   * @internal
   */
  protected abstract _location(): Location;

  /**
   * Those that functions may use when DAX fails.
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
