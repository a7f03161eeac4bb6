import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as tls from 'node:tls';
import { DaxDocument } from '@amazon-dax-sdk/lib-dax';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { Mode } from '../equipment/dax-server';
import { CREDENTIALS, type DaxClient, describeIfThere, failureOf, DaxServerFixture } from './dax-server/fixture';
import { FaultyProxy } from '../equipment/faulty-proxy';
import { missingRedis } from '../equipment/redis-servers';
import { CertificateAuthority } from '../equipment/redis-servers/certificates';

const TableName = 'things';
const Key = { id: { S: 'a' } };
const Item = { ...Key, v: { S: 'value' } };

/** For requests that should fail at once. */
const HASTY = { maxRetries: 0, requestTimeout: 300, connectTimeout: 300, healthCheckTimeout: 300, maxRetryDelay: 300 };

describeIfThere('A DAX cluster on this machine', () => {
  let fixture: DaxServerFixture;

  beforeAll(async () => {
    fixture = await DaxServerFixture.open();
    await fixture.table(TableName, { id: 'S' });
    await fixture.straight('putItem', { TableName, Item });
  });

  beforeEach(() => {
    // The client logs every node that it does not reach to the console.
    jest.spyOn(console, 'error').mockImplementation(() => {});
  });

  afterEach(async () => {
    await fixture.tidy();
    jest.restoreAllMocks();
  });

  afterAll(() => fixture.close());

  const get = (client: DaxClient) => client.getItem({ TableName, Key });

  test('serves the document client', async () => {
    const dax = await fixture.serve();
    const client = new DaxDocument({ endpoint: dax.endpoint, region: 'eu-west-1', credentials: CREDENTIALS }) as DaxDocument & { shutdown(): void };
    try {
      const document = { id: 'document', list: [1, 'two', null, { deep: true }], tags: new Set(['a', 'b']), bytes: Buffer.from('bytes') };
      await client.put({ TableName, Item: document });
      expect((await client.get({ TableName, Key: { id: 'document' } })).Item).toEqual(document);
      const { Items } = await client.query({ TableName, KeyConditionExpression: 'id = :id', ExpressionAttributeValues: { ':id': 'document' } });
      expect(Items).toEqual([document]);
    } finally {
      client.shutdown();
    }
  });

  test('serves several clients at once', async () => {
    const dax = await fixture.serve();
    const clients = Array.from({ length: 5 }, () => fixture.connect(dax.endpoint));
    await Promise.all(clients.flatMap((client, which) => Array.from({ length: 20 }, async (_, n) => {
      const its = { id: { S: `client ${which}, item ${n}` }, [`attribute${n}`]: { N: String(which) }, big: { S: 'x'.repeat(5000 * n) } };
      await client.putItem({ TableName, Item: its });
      expect(await client.getItem({ TableName, Key: { id: its.id } })).toEqual({ Item: its });
    })));
    expect(dax.counts).toMatchObject({ originWrites: 100, originReads: 0, itemCacheHits: 100, requests: { putItem: 100, getItem: 100 } });
    expect(dax.counts.connections).toBeGreaterThanOrEqual(5);
    expect(dax.openConnections).toBeGreaterThanOrEqual(5);
  });

  test('has the given number of nodes, of which the first accepts writes', async () => {
    const dax = await fixture.serve({ nodes: 3 });
    const client = fixture.connect(dax.endpoint);
    await get(client);
    const endpoints = await (client as any)._cluster.readClient().endpoints();
    expect(endpoints.map(({ address, port, role }: any) => [address, port, role])).toEqual(dax.ports.map((port, at) => ['127.0.0.1', port, at === 0 ? 1 : 2]));
  });

  describe('admits', () => {
    const credentials = [CREDENTIALS, { accessKeyId: 'other', secretAccessKey: 'other secret' }];
    const serve = async (options: object) => {
      const dax = await fixture.serve({ credentials });
      return fixture.connect(dax.endpoint, { ...HASTY, ...options });
    };

    test.each([{}, { credentials: { ...credentials[1], sessionToken: 'token' } }, { region: 'us-east-1' }])('clients that sign with its credentials: %j', async (options) => {
      expect(await get(await serve(options))).toEqual({ Item });
    });

    test.each([
      ['InvalidSignatureException', { credentials: { ...CREDENTIALS, secretAccessKey: 'wrong' } }],
      ['UnrecognizedClientException', { credentials: { ...CREDENTIALS, accessKeyId: 'nobody' } }],
    ])('no other client: %s', async (code, options) => {
      // It never finds the nodes, and does not report the reason.
      expect(await failureOf(get(await serve(options)))).toMatchObject({ code: 'NoRouteException' });

      let current = CREDENTIALS;
      const client = await serve({ credentials: async () => current });
      await get(client);
      current = options.credentials;
      // More than its open connection can do at once: the others are new, and sign again.
      expect(await failureOf(Promise.all([1, 2, 3].map(() => get(client))))).toMatchObject({ code });
    });
  });

  describe('tells', () => {
    test.each([
      'ResourceNotFoundException', 'ConditionalCheckFailedException', 'ValidationException', 'ProvisionedThroughputExceededException',
      'ItemCollectionSizeLimitExceededException', 'LimitExceededException', 'RequestLimitExceeded', 'ThrottlingException', 'AccessDeniedException',
      'TransactionConflictException', 'ResourceInUseException', 'AnErrorThatNobodyKnows',
    ])('of %s', async (code) => {
      const dax = await fixture.serve();
      const client = fixture.connect(dax.endpoint, HASTY);
      dax.fail(code, { message: 'as it was ordered' });
      for (const call of [get(client), client.putItem({ TableName, Item }), client.scan({ TableName })]) {
        expect(await failureOf(call)).toMatchObject({ code, message: `${code}: as it was ordered` });
      }
      dax.heal();
      expect(await get(client)).toEqual({ Item });
      expect(dax.counts).toMatchObject({ originWrites: 0, originReads: 1 });
    });

    test('asks the client to retry if that may help', async () => {
      const dax = await fixture.serve();
      const client = fixture.connect(dax.endpoint);
      dax.fail('ThrottlingException', { times: 1 });
      expect(await get(client)).toEqual({ Item });
      expect(dax.counts.requests).toMatchObject({ getItem: 2 });
      dax.fail('ValidationException', { times: 1 });
      expect(await failureOf(get(client))).toMatchObject({ code: 'ValidationException' });
    });

    test('of failures in the named methods only', async () => {
      const dax = await fixture.serve();
      const client = fixture.connect(dax.endpoint, HASTY);
      dax.fail('ThrottlingException', { methods: ['putItem'] });
      expect(await get(client)).toEqual({ Item });
      expect(await failureOf(client.putItem({ TableName, Item }))).toMatchObject({ code: 'ThrottlingException' });
    });

    test('that the table does not exist, until it does', async () => {
      const dax = await fixture.serve();
      const client = fixture.connect(dax.endpoint);
      const late = () => client.getItem({ TableName: 'late', Key });
      expect(await failureOf(late())).toMatchObject({ code: 'ResourceNotFoundException' });
      await fixture.table('late', { id: 'S' });
      expect(await late()).toEqual({});
    });

    test('that DynamoDB is unavailable', async () => {
      const proxy = await FaultyProxy.start({ host: '127.0.0.1', port: fixture.dynamodb.port });
      const origin = new DynamoDBClient({ endpoint: `http://127.0.0.1:${proxy.port}`, region: 'eu-west-1', credentials: CREDENTIALS, maxAttempts: 1 });
      try {
        const dax = await fixture.serve({ origin });
        const client = fixture.connect(dax.endpoint, HASTY);
        expect(await get(client)).toEqual({ Item });
        await proxy.set('refuse');
        expect(await get(client)).toEqual({ Item });
        expect(await failureOf(client.getItem({ TableName, Key, ConsistentRead: true }))).toMatchObject({ code: 'InternalServerErrorException' });
      } finally {
        origin.destroy();
        await proxy.stop();
      }
    });
  });

  describe('injects faults on demand:', () => {
    test('it hangs', async () => {
      const dax = await fixture.serve();
      const client = fixture.connect(dax.endpoint, HASTY);
      await get(client);
      await dax.set('hang');
      expect(await failureOf(get(client))).toMatchObject({ code: 'ConnectionException', message: expect.stringMatching(/timeout/) });
      await dax.set('serve');
      expect(await get(client)).toEqual({ Item });
    });

    test.each<Mode>(['close', 'reset', 'refuse'])('connections end while they are in use (%s), and new ones work', async (mode) => {
      const dax = await fixture.serve();
      const client = fixture.connect(dax.endpoint, { maxRetries: 0 });
      await get(client);
      await dax.set('hang');
      const failure = failureOf(get(client));
      await until(() => dax.counts.requests.getItem === 2);
      await dax.set(mode);
      expect(await failure).toMatchObject({ code: 'ConnectionException' });
      expect(await failureOf(get(fixture.connect(dax.endpoint, HASTY)))).toMatchObject({ code: 'NoRouteException' });
      await dax.set('serve');
      expect(await get(fixture.connect(dax.endpoint))).toEqual({ Item });
    });

    test.each<Mode>(['close', 'reset'])('idle connections end (%s), and the client waits forever', async (mode) => {
      const dax = await fixture.serve();
      const client = fixture.connect(dax.endpoint, HASTY);
      await get(client);
      await dax.set(mode);
      await until(() => dax.openConnections === 0);
      await dax.set('serve');
      // Its pool returns the dead connection, whose timeout never comes. If this fails, the client has got better: say so in README.md.
      expect(await Promise.race([get(client).catch((error) => error), afterMs(3 * HASTY.requestTimeout, 'still waiting')])).toBe('still waiting');
      expect(dax.counts.requests).toMatchObject({ getItem: 1 });
    });

    test('one of several nodes is down', async () => {
      const dax = await fixture.serve({ nodes: 2 });
      await dax.set('refuse', 1);
      const client = fixture.connect(dax.endpoint, HASTY);
      for (let times = 0; times < 20; times++) {
        expect(await get(client)).toEqual({ Item });
      }
    });

    test('those of a proxy in front of it', async () => {
      const dax = await fixture.serve();
      const proxy = await FaultyProxy.start({ host: '127.0.0.1', port: dax.port });
      try {
        dax.advertise([proxy.port]);
        const client = fixture.connect(`dax://127.0.0.1:${proxy.port}`, HASTY);
        await get(client);
        await proxy.set('blackHole');
        expect(await failureOf(get(client))).toMatchObject({ code: 'ConnectionException' });
      } finally {
        await proxy.stop();
      }
    });
  });

  test('disconnects a client that is not DAX\'s', async () => {
    const dax = await fixture.serve();
    const socket = connect(dax.port, '127.0.0.1');
    socket.end('GET / HTTP/1.1\r\n\r\n');
    socket.resume();
    await once(socket, 'close');
    expect(dax.counts.requests).toEqual({});
  });
});

(missingRedis() === undefined ? describeIfThere : describe.skip)('A DAX cluster with TLS', () => {
  let fixture: DaxServerFixture;
  let directory: string;
  const trusted = tls.getCACertificates('default');

  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), 'dax-'));
    fixture = await DaxServerFixture.open();
    await fixture.table(TableName, { id: 'S' });
  });

  afterAll(async () => {
    tls.setDefaultCACertificates(trusted);
    await fixture.close();
    rmSync(directory, { recursive: true });
  });

  test('serves only clients that trust its certificate', async () => {
    const authority = await CertificateAuthority.create(directory, 'dax');
    const { certFile, keyFile } = await authority.certificate();
    const dax = await fixture.serve({ tls: { cert: readFileSync(certFile), key: readFileSync(keyFile) } });
    expect(dax.endpoint).toMatch(/^daxs:/);

    jest.spyOn(console, 'error').mockImplementation(() => {});
    expect(await failureOf(fixture.connect(dax.endpoint, HASTY).getItem({ TableName, Key }))).toMatchObject({ code: 'NoRouteException' });
    expect(dax.counts.requests).toEqual({});

    // The client takes no certificate of its own: NODE_EXTRA_CA_CERTS does this for a process from its start.
    tls.setDefaultCACertificates([...trusted, authority.pem]);
    const client = fixture.connect(dax.endpoint);
    await client.putItem({ TableName, Item });
    expect(await client.getItem({ TableName, Key })).toEqual({ Item });
  });
});

/** Of the server there are counts, but no events. */
async function until(condition: () => boolean): Promise<void> {
  while (!condition()) {
    await new Promise((resolve) => setImmediate(resolve));
  }
}

function afterMs<T>(milliseconds: number, value: T): Promise<T> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds, value));
}
