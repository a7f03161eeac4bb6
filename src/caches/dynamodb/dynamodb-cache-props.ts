import { RemovalPolicy } from 'aws-cdk-lib';
import { ITable } from 'aws-cdk-lib/aws-dynamodb';
import { IKey } from 'aws-cdk-lib/aws-kms';

/**
 * Properties of a DynamoDbCache.
 */
export interface DynamoDbCacheProps {
  /**
   * An existing table for the entries. Its other items are left alone, since the cache's keys begin with the functions' namespaces.
   * The table is not changed: enable its time to live on `timeToLiveAttribute`, or entries stay forever.
   *
   * @default - a new table: on demand, without point-in-time recovery, since a cache never holds the only copy of anything
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
   * @default - no sort key
   */
  readonly sortKey?: string;

  /**
   * The time-to-live attribute of the given table, by which DynamoDB deletes expired items.
   *
   * @default 'expires'
   */
  readonly timeToLiveAttribute?: string;

  /**
   * The key that encrypts the cache's own table. Functions may use it too.
   *
   * @default - a key that DynamoDB owns
   */
  readonly encryptionKey?: IKey;

  /**
   * The most read request units per second that all functions together may use on the cache's own table. A lookup takes at least two:
   * one for each 4 KB of an entry, and one for the invalidation index. Beyond the limit, DynamoDB throttles, and functions call their origin.
   *
   * @default - DynamoDB's own limit, so nothing bounds the bill
   */
  readonly maxReadRequestUnits?: number;

  /**
   * The most write request units per second that all functions together may use on the cache's own table: one for each kilobyte of an entry.
   *
   * @default - DynamoDB's own limit, so nothing bounds the bill
   */
  readonly maxWriteRequestUnits?: number;

  /**
   * The removal policy that applies when the cache's own table is removed from the stack.
   *
   * @default RemovalPolicy.DESTROY - a cache never holds the only copy of anything
   */
  readonly removalPolicy?: RemovalPolicy;
}
