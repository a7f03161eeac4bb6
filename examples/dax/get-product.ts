import { GetCommand } from '@aws-sdk/lib-dynamodb';
import { documentClient } from 'cdk-cached-function/dynamodb';
import { cached } from 'cdk-cached-function/runtime';

const table = documentClient();

const product = cached('product', async (id: string) => {
  const { Item } = await table.send(new GetCommand({ TableName: process.env.PRODUCTS, Key: { id } }));
  return Item;
});

export const handler = async (event: { pathParameters: { id: string } }) => {
  const found = await product(event.pathParameters.id);
  return found === undefined
    ? { statusCode: 404, body: 'There is no such product.' }
    : { statusCode: 200, headers: { 'content-type': 'application/json' }, body: JSON.stringify(found) };
};
