import { type Client, DynamoDbError } from './client.js';
import type { DynamoDbSettings } from '../../../src/contract/shared-settings.js';
import { chunks } from '../chunks.js';

/** A value in DynamoDB's protocol: text, number, bytes in base64, or a list of them. */
export interface AttributeValue {
  readonly S?: string;
  readonly N?: string;
  readonly B?: string;
  readonly L?: readonly AttributeValue[];
}

/** Attributes by their names. */
export interface Item {
  readonly [name: string]: AttributeValue | undefined;
}

/** An expression, in which `#name` stands for an attribute and `:name` for a value. */
export interface Expression {
  readonly text: string;
  readonly names: { readonly [placeholder: `#${string}`]: string };
  readonly values?: { readonly [placeholder: `:${string}`]: AttributeValue };
}

/** The items that were found, and the keys that DynamoDB did not read, because of throttling or the response's size. */
export interface Found {
  readonly items: ReadonlyMap<string, Item>;
  readonly unread: ReadonlySet<string>;
}

/** BatchGetItem's limit. */
const MAX_KEYS = 100;

/** The sort key of all our items, if the table has one. */
const SORT_KEY = { S: '-' };

interface BatchOutput {
  readonly Responses?: { readonly [table: string]: readonly Item[] };
  readonly UnprocessedKeys?: { readonly [table: string]: { readonly Keys: readonly Item[] } };
}

/** Our items in the table. */
export class Table {
  public constructor(private readonly client: Client, private readonly settings: DynamoDbSettings) {}

  public get isConnected(): boolean {
    return this.client.isConnected;
  }

  public get clockOffsetMs(): number | undefined {
    return this.client.clockOffsetMs;
  }

  public discard(): void {
    this.client.discard();
  }

  /** A strongly consistent read. */
  public async read(keys: readonly string[]): Promise<Found> {
    const outputs = await Promise.all(chunks(keys, MAX_KEYS).map((chunk) => this.readChunk(chunk)));
    const keyOf = (item: Item) => item[this.settings.partitionKey]!.S!;
    const { table } = this.settings;
    return {
      items: new Map(outputs.flatMap(({ Responses }) => Responses?.[table] ?? []).map((item) => [keyOf(item), item])),
      unread: new Set(outputs.flatMap(({ UnprocessedKeys }) => UnprocessedKeys?.[table]?.Keys ?? []).map(keyOf)),
    };
  }

  /**
   * Replaces an item; false if the condition does not hold.
   *
   * @param isOnce whether it must not be repeated
   */
  public async put(key: string, item: Item, condition?: Expression, isOnce?: boolean): Promise<boolean> {
    const output = await this.change('PutItem', { Item: { ...this.keyAttributes(key), ...item } }, condition, isOnce);
    return output !== undefined;
  }

  /** Changes some of an item's attributes; returns the whole item, or undefined if the condition does not hold. */
  public async update(key: string, change: Expression, condition: string): Promise<Item | undefined> {
    const output = await this.change('UpdateItem', {
      Key: this.keyAttributes(key), UpdateExpression: change.text, ReturnValues: 'ALL_NEW',
    }, { ...change, text: condition });
    return (output as { readonly Attributes: Item } | undefined)?.Attributes;
  }

  private readChunk(keys: readonly string[]): Promise<BatchOutput> {
    return this.client.call('BatchGetItem', {
      RequestItems: { [this.settings.table]: { Keys: keys.map((key) => this.keyAttributes(key)), ConsistentRead: true } },
    }) as Promise<BatchOutput>;
  }

  private async change(operation: string, input: object, condition?: Expression, isOnce?: boolean): Promise<unknown> {
    try {
      return await this.client.call(operation, {
        TableName: this.settings.table,
        ...input,
        ...(condition !== undefined && {
          ConditionExpression: condition.text,
          ExpressionAttributeNames: condition.names,
          ExpressionAttributeValues: condition.values,
        }),
      }, isOnce);
    } catch (error) {
      if (error instanceof DynamoDbError && error.type === 'ConditionalCheckFailedException') {
        return undefined;
      }
      throw error;
    }
  }

  private keyAttributes(key: string): Item {
    const { partitionKey, sortKey } = this.settings;
    return { [partitionKey]: { S: key }, ...(sortKey !== undefined && { [sortKey]: SORT_KEY }) };
  }
}
