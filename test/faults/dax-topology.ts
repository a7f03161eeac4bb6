import { DynamoDBDocumentClient, PutCommand } from '@aws-sdk/lib-dynamodb';
import { CALLS } from './case';
import { Network } from './network';
import { row } from './origin';
import { DOCUMENT_CLIENT } from './subject';
import { type Fault, type Faults, reasons, type RunningTopology, type Topology } from './topology';
import { givenDax, NODE_MODULES } from '../dax/dax-function';
import { TABLE } from '../dax/table';
import { DaxServer } from '../equipment/dax-server';
import { createTable, type DynamoDbLocal, missingDynamoDbLocal, startDynamoDbLocal } from '../equipment/dynamodb-local';
import { FaultyProxy } from '../equipment/faulty-proxy';

const NODES = 2;

/** The runtime's deadline for a read is 500 ms. */
const SLOW_MS = 600;

/** What a connection is refused whose signature is not right: all that it may ask for. */
const EVERYTHING = ['endpoints', 'defineKeySchema', 'defineAttributeListId', 'defineAttributeList', 'getItem'];

/** A table in DynamoDB, and two nodes of DAX before it: each behind a proxy, and one more behind the cluster's name. */
async function start(): Promise<RunningTopology> {
  const database = await startDynamoDbLocal();
  await fillTable(database);
  const dax = await DaxServer.start({ origin: database.client(), nodes: NODES });
  const targets = dax.ports.map((port) => ({ host: '127.0.0.1', port }));
  const name = await FaultyProxy.start(targets[0]);
  const [leader, other] = await Promise.all(targets.map((target) => FaultyProxy.start(target)));
  const network = new Network([name, leader, other], SLOW_MS);
  const failing = (...order: Parameters<DaxServer['fail']>): Fault => ({
    when: 'frozen', begin: async () => dax.fail(...order), end: async () => dax.heal(),
  });
  dax.advertise([leader.port, other.port]);
  return {
    settings: { dax: { endpoint: `dax://127.0.0.1:${name.port}` } },
    variables: { ...database.environment(), NODE_PATH: NODE_MODULES },
    faults: {
      ...reasons('every node of DAX has every key', 'resharded'),
      ...reasons('a node that lost its lead hands writes on, and the function only reads: writes that fail are in test/dax/faults.test.ts', 'READONLY'),
      ...reasons('DAX evicts', 'OOM'),
      ...reasons('nobody has a password: connections are signed, and refused as with \'wrong password\' whatever has changed', 'password changed'),
      ...reasons('nothing is encrypted here: a certificate that is not trusted is in test/dax/on-lambda.test.ts', 'wrong certificate'),
      ...reasons('DAX has what DynamoDB has, and nobody else writes it', 'garbage in an entry'),
      ...reasons('DynamoDB has no item that is larger than 400 KB', 'oversized value'),
      ...network.faults,
      'one node black-holed': { when: 'frozen', begin: () => other.set('blackHole'), end: () => other.set('pass') },
      'restarted': {
        when: 'frozen',
        begin: async () => {
          await dax.set('refuse');
          dax.clearCaches();
          await dax.set('serve');
        },
      },
      'failed over': {
        when: 'frozen',
        begin: async () => {
          await dax.set('refuse', 0);
          name.leadTo(targets[1]);
          dax.advertise([other.port]);
        },
      },
      // For a while, the cluster still lists it.
      'node died': { when: 'frozen', begin: () => dax.set('refuse', 1), end: async () => dax.advertise([leader.port]) },
      // What DAX does with who is too many is not documented: here it hangs up.
      'max clients': { when: 'frozen', begin: () => dax.set('close'), end: () => dax.set('serve') },
      'throttled': failing('ProvisionedThroughputExceededException'),
      'wrong password': failing('AccessDeniedException', { methods: EVERYTHING }),
      'expired token': failing('AuthenticationRequiredException', { methods: EVERYTHING }),
    } as Faults,
    reset: async () => {
      dax.heal();
      dax.advertise([leader.port, other.port]);
      name.leadTo(targets[0]);
      await dax.set('serve');
      await network.set('pass');
      dax.clearCaches();
    },
    stop: async () => {
      await network.stop();
      await dax.stop();
      await database.stop();
    },
  };
}

/** With every row that the handler may request. */
async function fillTable(database: DynamoDbLocal): Promise<void> {
  await createTable(database.client(), { table: TABLE, partitionKey: 'id' });
  const client = DynamoDBDocumentClient.from(database.client());
  for (const id of ['old', ...Array.from({ length: CALLS + 2 }, (_, n) => [`filled-${n}`, `new-${n}`]).flat()]) {
    await client.send(new PutCommand({ TableName: TABLE, Item: row(id) }));
  }
}

export const DAX_CLUSTER: Topology = { name: 'DAX', missing: missingDynamoDbLocal(), subject: DOCUMENT_CLIENT, props: givenDax, start };
