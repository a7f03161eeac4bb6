import { ScanCommand } from '@aws-sdk/client-dynamodb';
import { describeIfThere } from './backend.js';
import { DYNAMODB, SETTINGS } from './dynamodb-backend.js';
import { INDEX, DynamoDbFleet, get, SECOND } from './dynamodb-environments.js';
import type { DynamoDbSettings } from '../../src/contract/shared-settings.js';
import { type Call, REPLIES, type Reply } from '../equipment/dynamodb-local';
import { FaultyProxy } from '../equipment/faulty-proxy';

describeIfThere(DYNAMODB)('a table of DynamoDB', () => {
  const fleet = new DynamoDbFleet();

  test.each<[string, Reply, string]>([
    ['has no throughput left', REPLIES.throughputExceeded, 'ProvisionedThroughputExceededException'],
    ['throttles', REPLIES.throttled, 'ThrottlingException'],
    ['rejects every request', REPLIES.forbidden, 'not authorized to perform'],
    ['is behind an endpoint that rejects every request', REPLIES.forbiddenByEndpoint, 'no VPC endpoint policy allows'],
    ['is broken', REPLIES.broken, 'InternalServerError'],
    ['returns something other than JSON', { status: 502, body: '<html>Bad gateway</html>' }, '502 not JSON: <html>Bad gateway'],
  ])('that %s is a miss, counted and logged', async (_, reply, reason) => {
    const one = await fleet.environment();
    await get(one, 'a');
    one.now += 2 * SECOND;
    fleet.backend.proxy.answer = () => reply;

    expect(await get(one, 'b')).toEqual({ key: 'b', version: 2 });
    expect(await get(one, 'c')).toEqual({ key: 'c', version: 3 });

    expect(one.counters).toMatchObject({ sharedErrors: 2, sharedTimeouts: 0 });
    expect(one.warnings[0]).toContain(reason);
  });

  test('that does not exist is a miss, and the error names it', async () => {
    const one = await fleet.environment({}, { settings: { ...SETTINGS, table: 'no-such-table' } as DynamoDbSettings });

    expect(await get(one, 'a')).toEqual({ key: 'a', version: 1 });
    expect(one.warnings[0]).toContain('ResourceNotFoundException');
  });

  describe('that reads only a part of the requested keys', () => {
    const leaveOut = (...keys: string[]) => ({ operation, input }: Call): Reply | undefined => {
      const asked = (input.RequestItems as Record<string, { Keys: { key: { S: string } }[] }> | undefined)?.cache.Keys ?? [];
      const unread = asked.filter(({ key }) => keys.includes(key.S));
      return operation === 'BatchGetItem' && unread.length > 0
        ? { status: 200, body: { Responses: { cache: partly }, UnprocessedKeys: { cache: { Keys: unread } } } }
        : undefined;
    };
    let partly: unknown[];

    beforeEach(() => {
      partly = [];
    });

    test('has a miss for the rest, counted', async () => {
      const [one, two] = [await fleet.environment(), await fleet.environment()];
      await Promise.all(['a', 'b'].map((key) => get(one, key)));
      const { Items: items } = await fleet.backend.client.send(new ScanCommand({ TableName: 'cache' }));
      partly = items!.filter(({ key }) => key.S !== 'shop:2:product::a').map((item) => ({
        ...item, ...(item.entry !== undefined && { entry: { B: Buffer.from(item.entry.B!).toString('base64') } }),
      }));
      fleet.backend.proxy.answer = leaveOut('shop:2:product::a');

      expect(await Promise.all([two.get('a'), two.get('b')])).toEqual([{ key: 'a', version: 3 }, { key: 'b', version: 2 }]);

      expect(two.counters).toMatchObject({ sharedHits: 1, sharedMisses: 1, sharedErrors: 1 });
    });

    test('does not confirm a copy that may have been invalidated', async () => {
      const [one, two] = [await fleet.environment(), await fleet.environment()];
      await get(two, 'a');
      await one.invalidate('a');
      two.now += 2 * SECOND;
      partly = [{ key: { S: INDEX }, ...await fleet.itemOf(INDEX) }];
      fleet.backend.proxy.answer = leaveOut('shop:2:product::a');

      expect(await get(two, 'a')).toEqual({ key: 'a', version: 2 });
    });

    test('answers nothing if that part is the invalidation index', async () => {
      const one = await fleet.environment();
      await get(one, 'a');
      one.now += 2 * SECOND;
      fleet.backend.proxy.answer = leaveOut(INDEX);

      await get(one, 'a');

      expect(one.counters).toMatchObject({ sharedErrors: 1 });
      expect(one.warnings).toEqual([expect.stringContaining('throttled')]);
    });
  });

  describe('whose connections were lost while the environment was frozen', () => {
    let network: FaultyProxy;

    beforeEach(async () => {
      network = await FaultyProxy.start({ host: '127.0.0.1', port: fleet.backend.server.port });
    });
    afterEach(() => network.stop());

    test.each(['closed', 'reset'] as const)('%s: the next call opens another, and no caller notices', async (mode) => {
      const one = await fleet.environment({}, { endpoint: `http://127.0.0.1:${network.port}` });
      await get(one, 'a');
      one.now += 2 * SECOND;
      // Answers to what they carry now, before the event loop has heard of it.
      await network.set(mode, { only: 'existing' });

      await get(one, 'a');

      expect(one.counters).toMatchObject({ sharedErrors: 0, sharedTimeouts: 0, sharedHits: 1 });
    });

    test('without a peer: one timeout, and then another connection', async () => {
      const settings = { ...SETTINGS, timeoutMs: 200 } as DynamoDbSettings;
      const one = await fleet.environment({}, { settings, endpoint: `http://127.0.0.1:${network.port}` });
      await get(one, 'a');
      one.now += 2 * SECOND;
      await network.set('blackHole', { only: 'existing' });

      expect(await get(one, 'a')).toEqual({ key: 'a', version: 2 });
      expect(one.counters).toMatchObject({ sharedTimeouts: 1 });
      one.now += 2 * SECOND;
      await get(one, 'a');
      expect(one.counters).toMatchObject({ sharedTimeouts: 1, sharedErrors: 0 });
    });
  });
});
