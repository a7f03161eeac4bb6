import { RemovalPolicy } from 'aws-cdk-lib';
import { IMetric, MathExpression, Metric, MetricOptions, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import { AttributeType, BillingMode, ITable, Table } from 'aws-cdk-lib/aws-dynamodb';
import { Construct } from 'constructs';
import { checkDynamoDbCache, checkTable, checkTablePlace } from './check-dynamodb-cache';
import { grantTable } from './dynamodb-access';
import { inConstruct } from '../../validation/errors';
import { CacheNeeds, ISharedCache, SharedCacheBinding, SharedCacheClient } from '../shared-cache';
import { DynamoDbCacheProps } from './dynamodb-cache-props';

/** Default names of attributes. */
const PARTITION_KEY = 'key';
const TIME_TO_LIVE = 'expires';

/** The operation with which the runtime reads. */
const READ = 'BatchGetItem';

/**
 * A shared cache in a DynamoDB table: nothing to size, no cost while idle, and no VPC.
 *
 * Each function may read and write the items of its own namespace, and nothing else. Entries have at most 397 KB after compression, and
 * are kept for 30 days at most. Larger entries are not shared, and count as `Uncacheable`.
 *
 * A function in a VPC reaches DynamoDB through a NAT gateway, or through a gateway endpoint, which is free: CacheEndpoints creates one.
 * The construct cannot check this for every VPC. Without a route, the function still works, and `SharedTimeouts` rises.
 */
export class DynamoDbCache extends Construct implements ISharedCache {
  /**
   * @internal
   */
  public readonly _needs: CacheNeeds = { dynamoDb: true };

  /** The table that holds the entries. */
  public readonly table: ITable;

  private readonly attributes: { readonly partitionKey: string; readonly timeToLive: string; readonly sortKey?: string };

  constructor(scope: Construct, id: string, props: DynamoDbCacheProps = {}) {
    super(scope, id);
    inConstruct('DynamoDbCache', this, () => {
      checkDynamoDbCache(props);
    });
    const { table, partitionKey = PARTITION_KEY, timeToLiveAttribute: timeToLive = TIME_TO_LIVE, sortKey } = props;
    this.attributes = { partitionKey, timeToLive, ...(sortKey !== undefined && { sortKey }) };
    if (table !== undefined) {
      inConstruct('DynamoDbCache', this, () => {
        checkTable(this, table, this.attributes);
      });
    }
    this.table = table ?? this.newTable(props);
  }

  /**
   * Requests or parts of requests that DynamoDB throttled. The functions called their origin instead.
   *
   * @default - sum over 5 minutes
   */
  public metricThrottles(options?: MetricOptions): IMetric {
    const { label = 'Throttles', color, period, ...rest } = options ?? {};
    const ofKind = (name: string) => this.table.metric(name, { statistic: Stats.SUM, ...rest });
    return new MathExpression({
      expression: 'SUM([reads, writes])',
      usingMetrics: { reads: ofKind('ReadThrottleEvents'), writes: ofKind('WriteThrottleEvents') },
      label,
      color,
      period,
    });
  }

  /**
   * Consumed read capacity, in units; for an existing table, that of all its users.
   *
   * @default - sum over 5 minutes
   */
  public metricConsumedReadCapacity(options?: MetricOptions): Metric {
    return this.table.metricConsumedReadCapacityUnits(options);
  }

  /**
   * Consumed write capacity, in units; for an existing table, that of all its users.
   *
   * @default - sum over 5 minutes
   */
  public metricConsumedWriteCapacity(options?: MetricOptions): Metric {
    return this.table.metricConsumedWriteCapacityUnits(options);
  }

  /**
   * DynamoDB's latency for successful lookups, without the network, in milliseconds.
   *
   * @default - average over 5 minutes
   */
  public metricReadLatency(options?: MetricOptions): Metric {
    return this.table.metric('SuccessfulRequestLatency', {
      statistic: Stats.AVERAGE, ...options, dimensionsMap: { TableName: this.table.tableName, Operation: READ, ...options?.dimensionsMap },
    });
  }

  /**
   * @internal
   */
  public _allowConnectionsFrom(client: SharedCacheClient): SharedCacheBinding {
    checkTablePlace(client.function, this, this.table);
    grantTable(client, this.table);
    return { settings: { kind: 'dynamodb', table: this.table.tableName, ...this.attributes } };
  }

  /** Not a TableV2: that may be replicated to other regions, and each would count its own invalidations. */
  private newTable({ encryptionKey, maxReadRequestUnits, maxWriteRequestUnits, removalPolicy = RemovalPolicy.DESTROY }: DynamoDbCacheProps): Table {
    return new Table(this, 'Table', {
      partitionKey: { name: PARTITION_KEY, type: AttributeType.STRING },
      timeToLiveAttribute: TIME_TO_LIVE,
      billingMode: BillingMode.PAY_PER_REQUEST,
      maxReadRequestUnits,
      maxWriteRequestUnits,
      encryptionKey,
      removalPolicy,
    });
  }
}
