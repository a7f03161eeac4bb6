import { GetCommand } from '@aws-sdk/lib-dynamodb';
import { OURS } from './contenders';
import { RAW } from './shared-contenders';
import { documentClient } from 'cdk-cached-function/dynamodb';

export const TABLE = 'products';
export const PARTITION_KEY = 'id';

/** Reads one product. */
export type ReadOne = (id: string) => Promise<unknown>;

/** Both read from a DAX cluster that has the item. */
export const DAX_CONTENDERS: Record<string, (endpoint: string) => Promise<ReadOne>> = {
  [OURS]: async () => {
    const table = documentClient();
    return (id) => table.send(new GetCommand({ TableName: TABLE, Key: { [PARTITION_KEY]: id } }));
  },
  [`${RAW} lib-dax: get`]: async (endpoint) => {
    const { DaxDocument } = await import('@amazon-dax-sdk/lib-dax');
    const { AWS_REGION: region, AWS_ACCESS_KEY_ID: accessKeyId = '', AWS_SECRET_ACCESS_KEY: secretAccessKey = '' } = process.env;
    const client = new DaxDocument({ endpoint, region, credentials: { accessKeyId, secretAccessKey } });
    return (id) => client.get({ TableName: TABLE, Key: { [PARTITION_KEY]: id } });
  },
};
