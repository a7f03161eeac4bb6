import { DescribeTableCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { Counts } from './counts';
import type { KeySchema, KeyType } from './protocol/keys';

type Send = DynamoDBClient['send'];

/** DynamoDB behind the cluster. */
export class Origin {
  private readonly schemas = new Map<string, Promise<KeySchema>>();

  public constructor(private readonly client: DynamoDBClient, private readonly counts: Counts) {}

  public readonly read = ((command: Parameters<Send>[0]) => {
    this.counts.originReads++;
    return this.client.send(command);
  }) as Send;

  public readonly write = ((command: Parameters<Send>[0]) => {
    this.counts.originWrites++;
    return this.client.send(command);
  }) as Send;

  /** Read once: a table that is recreated with another key needs a new server. */
  public keySchema(table: string): Promise<KeySchema> {
    let schema = this.schemas.get(table);
    if (schema === undefined) {
      schema = this.describe(table);
      this.schemas.set(table, schema);
      // A missing table may be created later.
      schema.catch(() => this.schemas.delete(table));
    }
    return schema;
  }

  private async describe(TableName: string): Promise<KeySchema> {
    const { Table } = await this.client.send(new DescribeTableCommand({ TableName }));
    const attribute = (keyType: string) => {
      const name = Table!.KeySchema!.find(({ KeyType }) => KeyType === keyType)?.AttributeName;
      const type = Table!.AttributeDefinitions!.find(({ AttributeName }) => AttributeName === name)?.AttributeType;
      return name === undefined ? undefined : { name, type: type as KeyType };
    };
    const [partition, sort] = [attribute('HASH')!, attribute('RANGE')];
    return sort === undefined ? [partition] : [partition, sort];
  }
}
