import { isDeepStrictEqual } from 'node:util';
import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { GetCommand } from '@aws-sdk/lib-dynamodb';
import { TABLE } from '../../dax/table';
import { row } from '../origin';
import { documentClient } from 'cdk-cached-function/dynamodb';

const client = new DynamoDBClient({});
const table = documentClient({ client });

/** A connection to DynamoDB itself: what it takes to make one is no wait for DAX. */
let straight: Promise<unknown> | undefined;

/** Reads rows: one, some side by side, and then one after the other, so that each wait comes after others. Tells how many were not the table's. */
export const handler = async ({ fill, n }: { fill?: string[]; n: number }) => {
  await (straight ??= client.send(new GetItemCommand({ TableName: TABLE, Key: { id: { S: 'old' } } })));
  if (fill !== undefined) {
    await Promise.all(fill.map(read));
    return { wrongValues: 0 };
  }
  const wrong = [
    await isWrong('old'),
    ...await Promise.all(['old', `filled-${n}`, `new-${n}`].map(isWrong)),
    await isWrong(`filled-${n}`),
    await isWrong(`new-${n}`),
  ];
  return { wrongValues: wrong.filter(Boolean).length };
};

async function read(id: string): Promise<unknown> {
  return (await table.send(new GetCommand({ TableName: TABLE, Key: { id } }))).Item;
}

async function isWrong(id: string): Promise<boolean> {
  return !isDeepStrictEqual(await read(id), row(id));
}
