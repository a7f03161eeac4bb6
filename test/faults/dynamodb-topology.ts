import { UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { Table } from 'aws-cdk-lib/aws-dynamodb';
import { Network } from './network';
import { FILLED_KEYS } from './redis-faults';
import { SHARED_CACHE } from './subject';
import { type Fault, type Faults, reasons, type RunningTopology, type Topology } from './topology';
import { DynamoDbCache } from '../../src';
import type { DynamoDbSettings } from '../../src/contract/shared-settings';
import { missingDynamoDbLocal, REPLIES, type Reply } from '../equipment/dynamodb-local';
import { FaultyProxy } from '../equipment/faulty-proxy';
import { startDynamoDb } from '../fleet/dynamodb-backend';

/** The construct's names; all other settings are defaults. */
const SETTINGS: DynamoDbSettings = { kind: 'dynamodb', table: 'cache', partitionKey: 'key', timeToLive: 'expires' };

/** DynamoDB's answer to a signature with expired credentials. */
const EXPIRED: Reply = {
  status: 400,
  body: { __type: 'com.amazon.coral.service#ExpiredTokenException', message: 'The security token included in the request is expired' },
};

/** One table, behind one proxy that answers in its place, and another that is the network before that. */
async function start(): Promise<RunningTopology> {
  const { client, clear, proxy: service, server, stop } = await startDynamoDb(SETTINGS);
  const { port } = new URL(service.endpoint);
  const network = new Network([await FaultyProxy.start({ host: '127.0.0.1', port: Number(port) })]);
  const answer = (reply?: Reply) => {
    service.answer = () => reply;
    return Promise.resolve();
  };
  const answered = (reply: Reply): Fault => ({ when: 'frozen', begin: () => answer(reply), end: () => answer() });
  return {
    settings: { shared: SETTINGS },
    variables: server.environment(`http://127.0.0.1:${network.proxies[0].port}`),
    faults: {
      ...reasons('DynamoDB shows nobody its servers: their failures are closed connections, or none',
        'one node black-holed', 'restarted', 'failed over', 'node died', 'resharded', 'READONLY'),
      ...reasons('a table is never full', 'OOM'),
      ...reasons('DynamoDB lets in who signs, however many: beyond that it throttles', 'max clients'),
      ...reasons('nobody has a password: requests are signed, and refused as with \'wrong password\' whatever has changed', 'password changed'),
      ...reasons('nothing is encrypted here; TLS is that of Node.js as with Redis', 'wrong certificate'),
      ...reasons('DynamoDB takes no item that is larger than 400 KB', 'oversized value'),
      ...network.faults,
      'throttled': answered(REPLIES.throttled),
      'wrong password': answered(REPLIES.forbidden),
      'expired token': answered(EXPIRED),
      'garbage in an entry': {
        when: 'frozen',
        begin: async () => {
          for (const key of FILLED_KEYS) {
            await client.send(new UpdateItemCommand({
              TableName: SETTINGS.table,
              Key: { key: { S: key } },
              UpdateExpression: 'SET entry = :garbage',
              ExpressionAttributeValues: { ':garbage': { B: Buffer.from('garbage'.repeat(20)) } },
            }));
          }
        },
        // It lasts until every entry has been read, and replaced.
        end: async () => {},
      },
    } as Faults,
    reset: async () => {
      await network.set('pass');
      await answer();
      await clear();
    },
    stop: async () => {
      await network.stop();
      await stop();
    },
  };
}

export const DYNAMODB_TABLE: Topology = {
  name: 'DynamoDB',
  missing: missingDynamoDbLocal(),
  subject: SHARED_CACHE,
  props: (scope) => ({ sharedCache: new DynamoDbCache(scope, 'Cache', { table: Table.fromTableName(scope, 'Table', SETTINGS.table) }) }),
  start,
};
