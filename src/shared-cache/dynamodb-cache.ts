import { RemovalPolicy } from 'aws-cdk-lib';
import { IMetric, MathExpression, Metric, MetricOptions, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import { AttributeType, BillingMode, ITable, Table } from 'aws-cdk-lib/aws-dynamodb';
import { IKey } from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import { checkDynamoDbCache, checkTable, checkTablePlace } from './check-dynamodb-cache';
import { grantTable } from './dynamodb-access';
import { CacheNeeds, ISharedCache, SharedCacheBinding, SharedCacheGuest } from './shared-cache';
import { inConstruct } from '../errors';

/** Names of attributes, where nobody says others. */
const PARTITION_KEY = 'key';
const TIME_TO_LIVE = 'expires';

/** By which the runtime reads. */
const READ = 'BatchGetItem';

/**
 * Properties of a DynamoDbCache.
 */
export interface DynamoDbCacheProps {
  /**
   * A table that is there already. Other items in it are left alone: keys of the cache begin with the functions' namespaces. It is not
   * changed; let it delete what expires by `timeToLiveAttribute`, or entries stay in it for ever.
   *
   * @default - one of the cache's own: on demand, without point-in-time recovery, since nothing in a cache is the only copy
   */
  readonly table?: ITable;

  /**
   * The name of the partition key of the given table, which must be text.
   *
   * @default 'key'
   */
  readonly partitionKey?: string;

  /**
   * The name of the sort key of the given table, which must be text.
   *
   * @default - it has none
   */
  readonly sortKey?: string;

  /**
   * The attribute by which the given table deletes what has expired.
   *
   * @default 'expires'
   */
  readonly timeToLiveAttribute?: string;

  /**
   * The key that encrypts the cache's own table. Functions may use it too.
   *
   * @default - one that DynamoDB owns
   */
  readonly encryptionKey?: IKey;

  /**
   * The most that all functions together may read from the cache's own table in a second, in read request units: two or more for
   * each look-up, one for each 4 KB of an entry and one for what was invalidated. Beyond it, DynamoDB refuses, and functions ask their origin.
   *
   * @default - DynamoDB's own limit: there is no bound on the bill
   */
  readonly maxReadRequestUnits?: number;

  /**
   * The same of what they write, in write request units: one for each kilobyte of an entry.
   *
   * @default - DynamoDB's own limit: there is no bound on the bill
   */
  readonly maxWriteRequestUnits?: number;

  /**
   * What becomes of the cache's own table when it is taken out of the stack.
   *
   * @default RemovalPolicy.DESTROY: nothing in a cache is the only copy
   */
  readonly removalPolicy?: RemovalPolicy;
}

/**
 * A shared cache in a table of DynamoDB: nothing to size, nothing that costs while nobody calls, and no VPC.
 *
 * Each function may read and write the items of its own namespace, and nothing else. Entries are at most 397 KB after compression, and
 * kept for 30 days at most; whatever is larger is not shared, and counted (`Uncacheable`).
 *
 * A function in a VPC reaches DynamoDB through a NAT gateway or a gateway endpoint, which costs nothing: CacheEndpoints makes one.
 * Whether there is a way cannot be known here; without one, the function works, and `SharedTimeouts` tells.
 */
export class DynamoDbCache extends Construct implements ISharedCache {
  /**
   * @internal
   */
  public readonly _needs: CacheNeeds = { dynamoDb: true };

  /** The table that entries are in. */
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
   * Requests, or parts of them, that DynamoDB refused because there were too many. Functions asked their origin instead.
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
   * Read capacity that was used, in units; by everybody, in a table that is not the cache's own.
   *
   * @default - sum over 5 minutes
   */
  public metricConsumedReadCapacity(options?: MetricOptions): Metric {
    return this.table.metricConsumedReadCapacityUnits(options);
  }

  /**
   * Write capacity that was used, in units; by everybody, in a table that is not the cache's own.
   *
   * @default - sum over 5 minutes
   */
  public metricConsumedWriteCapacity(options?: MetricOptions): Metric {
    return this.table.metricConsumedWriteCapacityUnits(options);
  }

  /**
   * How long DynamoDB took for look-ups that succeeded, without the way to it, in milliseconds.
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
  public _letIn(guest: SharedCacheGuest): SharedCacheBinding {
    checkTablePlace(guest.function, this, this.table);
    grantTable(guest, this.table);
    return { settings: { kind: 'dynamodb', table: this.table.tableName, ...this.attributes } };
  }

  /** Not a TableV2: that is made to be replicated to other regions, where invalidations would be counted apart. */
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
