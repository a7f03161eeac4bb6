import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { nameOfError } from './aws';
import { documentClient } from 'cdk-cached-function/dynamodb';

const table = documentClient();

export const handler = async ({ id }: { id: string }) =>
  nameOfError(table.send(new PutCommand({ TableName: process.env.PRODUCTS, Item: { id } })).then(() => 'written'));
