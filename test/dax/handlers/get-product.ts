import { GetCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { documentClient } from 'cdk-cached-function/dynamodb';
import { cached } from 'cdk-cached-function/runtime';

const table = documentClient();

const product = cached('product', async (id: string) => {
  const { Item } = await table.send(new GetCommand({ TableName: 'products', Key: { id } }));
  return Item;
});

export interface Request {
  readonly id: string;
  readonly rename?: string;
}

/** The problem that started this project: an event with an id, a read of a database, an answer. */
export const handler = async ({ id, rename }: Request) => {
  if (rename !== undefined) {
    await table.send(new UpdateCommand({
      TableName: 'products', Key: { id }, UpdateExpression: 'SET #n = :n', ExpressionAttributeNames: { '#n': 'name' }, ExpressionAttributeValues: { ':n': rename },
    }));
    await product.invalidate(id);
  }
  return product(id);
};
