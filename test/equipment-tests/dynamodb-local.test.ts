import { CreateTableCommand, type DynamoDBClient, ListTablesCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { type DynamoDbLocal, missingDynamoDbLocal, startDynamoDbLocal } from '../equipment/dynamodb-local';

(missingDynamoDbLocal() === undefined ? describe : describe.skip)('DynamoDB Local', () => {
  let server: DynamoDbLocal;
  let client: DynamoDBClient;

  beforeAll(async () => {
    server = await startDynamoDbLocal();
    client = server.client();
  });

  afterAll(() => server.stop());

  async function createTable(TableName: string): Promise<void> {
    await client.send(new CreateTableCommand({
      TableName,
      BillingMode: 'PAY_PER_REQUEST',
      KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
      AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
    }));
  }

  test('keeps items of at most 400 KB, as DynamoDB does', async () => {
    await createTable('sizes');
    const put = (bytes: number) => client.send(new PutItemCommand({ TableName: 'sizes', Item: { id: { S: 'a' }, b: { B: Buffer.alloc(bytes) } } }));
    await put(400 * 1024 - 4);
    await expect(put(400 * 1024 - 3)).rejects.toThrow('Item size has exceeded the maximum allowed size');
  });

  test('has lost its tables after a restart', async () => {
    await createTable('lost');
    await server.restart();
    expect((await client.send(new ListTablesCommand())).TableNames).toEqual([]);
  });

  test('two of them are separate', async () => {
    const other = await startDynamoDbLocal();
    try {
      await createTable('mine');
      expect((await other.client().send(new ListTablesCommand())).TableNames).toEqual([]);
    } finally {
      await other.stop();
    }
  });
});
