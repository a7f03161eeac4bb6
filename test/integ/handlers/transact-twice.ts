import { randomUUID } from 'node:crypto';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, GetCommand, TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import { documentClient } from 'cdk-cached-function/dynamodb';

const throughDax = documentClient();
const straight = DynamoDBDocumentClient.from(new DynamoDBClient({}));
const TableName = process.env.PRODUCTS;

/** Makes one transaction, with one token, through DAX and then past it. Says how often it was done. */
export const handler = async () => {
  const [id, token] = [randomUUID(), randomUUID()];
  const transaction = () => new TransactWriteCommand({
    ClientRequestToken: token,
    TransactItems: [{ Update: { TableName, Key: { id }, UpdateExpression: 'ADD times :one', ExpressionAttributeValues: { ':one': 1 } } }],
  });
  await throughDax.send(transaction());
  try {
    await straight.send(transaction());
  } catch (error) {
    // So DynamoDB has seen the token: DAX writes expressions in its own form.
    if ((error as Error).name !== 'IdempotentParameterMismatchException') throw error;
  }
  const { Item } = await straight.send(new GetCommand({ TableName, Key: { id }, ConsistentRead: true }));
  return { times: Item?.times as number };
};
