import { PutItemCommand } from '@aws-sdk/client-dynamodb';
import { describeIfThere } from './backend.js';
import { DYNAMODB } from './dynamodb-backend.js';
import { INDEX, DynamoDbFleet, get, SECOND } from './dynamodb-environments.js';
import { Environment, type Version } from './fleet.js';
import { DYNAMODB_ACTIONS } from '../../src/contract/shared-settings.js';
import { type Call, REPLIES } from '../equipment/dynamodb-local';

const DAY = 86_400 * SECOND;

describeIfThere(DYNAMODB)('a table of DynamoDB', () => {
  const fleet = new DynamoDbFleet();

  describe('takes items of 400 KB', () => {
    const random = (bytes: number) => ({ key: 'a', version: 1, text: Buffer.from(Array.from({ length: bytes }, () => Math.random() * 256)) });

    test('if they compress to less', async () => {
      const value = { key: 'a', version: 1, text: 'x'.repeat(450_000) };
      await get(await fleet.environment({}, { value }), 'a');

      expect(await get(await fleet.environment(), 'a')).toEqual(value);
    });

    test.each([['with a short key', 'a'], ['with the longest', 'k'.repeat(256)]])('if they are a little smaller, %s', async (_, key) => {
      const value = random(296_000);
      const one = await fleet.environment({}, { value });
      await get(one, key);

      expect(one.counters).toMatchObject({ uncacheable: 0, sharedErrors: 0 });
      expect(await get(await fleet.environment(), key)).toEqual(value);
    });

    test('and counts larger ones, which it does not send', async () => {
      const one = await fleet.environment({}, { value: random(420_000) });
      await get(one, 'a');

      expect(one.counters).toMatchObject({ uncacheable: 1, sharedErrors: 0 });
      expect(one.warnings).toEqual([expect.stringMatching(/A value of cache 'product' is not shared: its \d+ bytes are more than 406528/)]);
      expect(await fleet.itemOf('shop:2:product::a')).toBeUndefined();
    });
  });

  describe('deletes expired items at some later time', () => {
    test('and does not return what has expired by then', async () => {
      const [one, two] = [await fleet.environment(), await fleet.environment()];
      await get(one, 'a');
      // DynamoDB Local keeps it: no time to live is switched on.
      two.now += 11 * SECOND;

      expect(await get(two, 'a')).toEqual({ key: 'a', version: 2 });
      // And makes room for what is new.
      const three = await fleet.environment();
      three.now += 11 * SECOND;
      expect(await get(three, 'a')).toEqual({ key: 'a', version: 2 });
    });

    test('entries after 30 days, invalidations of tags after them, and the index never', async () => {
      const one = await fleet.environment({ ttl: { days: 365 } });
      await get(one, 'a');
      await one.invalidateTags('about a');

      expect(await fleet.backend.remaining('shop:2:product::a')).toBe(30 * DAY);
      expect(await fleet.backend.remaining(`${INDEX}t:about a`)).toBe(31 * DAY);
      expect(await fleet.itemOf(INDEX)).not.toHaveProperty('expires');
      // DynamoDB Local still has it.
      const two = await fleet.environment();
      two.now += 30 * DAY;
      expect(await get(two, 'a')).toEqual({ key: 'a', version: 2 });
    });
  });

  test('that lost only its index has nothing that is trusted', async () => {
    const [one, two] = [await fleet.environment(), await fleet.environment()];
    await get(one, 'a');
    await get(two, 'a');
    await two.invalidateTags('something else');
    await fleet.backend.evict(INDEX);
    two.now += 2 * SECOND;

    expect(await get(two, 'a')).toEqual({ key: 'a', version: 2 });
    // With a clock that is far behind, too.
    const late = await fleet.environment();
    late.now -= 5 * SECOND;
    await fleet.backend.evict(INDEX);
    expect(await get(late, 'a')).toEqual({ key: 'a', version: 3 });
  });

  test('with a tag\'s invalidation in a lost epoch: every entry that has the tag is invalid', async () => {
    const [one, two] = [await fleet.environment(), await fleet.environment()];
    await get(one, 'a');
    await one.invalidateTags('something else');
    await fleet.backend.client.send(new PutItemCommand({ TableName: 'cache', Item: { key: { S: `${INDEX}t:about a` }, epoch: { S: 'lost' }, indexVersion: { N: '1' } } }));

    expect(await get(two, 'a')).toEqual({ key: 'a', version: 2 });
    await two.invalidateTags('about a');
    const three = await fleet.environment();
    expect(await get(three, 'a')).toEqual({ key: 'a', version: 3 });
    await three.invalidateTags('something else');
    expect(await get(await fleet.environment(), 'a')).toEqual({ key: 'a', version: 3 });
  });

  test('with two invalidations of a tag keeps the later one', async () => {
    const [one, two] = [await fleet.environment(), await fleet.environment()];
    let holdBack: (() => void) | undefined;
    const slow = new Promise<void>((resolve) => {
      holdBack = resolve;
    });
    // The first counts, and is held up before it writes its mark.
    const puts: Call[] = [];
    fleet.backend.proxy.answer = (call) => {
      if (call.operation === 'PutItem' && puts.push(call) === 1) {
        holdBack!();
        return REPLIES.throttled;
      }
      return undefined;
    };
    void one.invalidateTags('about a');
    await slow;
    await two.invalidateTags('about a');
    const latest = (await fleet.itemOf(`${INDEX}t:about a`))!.stamp.N;
    await fetch(fleet.backend.server.endpoint, {
      method: 'POST',
      headers: {
        'X-Amz-Target': 'DynamoDB_20120810.PutItem',
        'Content-Type': 'application/x-amz-json-1.0',
        'Authorization': 'AWS4-HMAC-SHA256 Credential=local/20260101/eu-west-1/dynamodb/aws4_request, SignedHeaders=host, Signature=0',
      },
      body: JSON.stringify(puts[0].input),
    });

    expect((await fleet.itemOf(`${INDEX}t:about a`))!.stamp.N).toBe(latest);
  });

  test('keeps the first of two loads that began with the same state', async () => {
    const origins = Array.from({ length: 8 }, () => Promise.withResolvers<Version>());
    const environments = await Promise.all(origins.map(async ({ promise }) => {
      const created = new Environment(fleet.backend, () => promise, { ttl: { seconds: 10 }, memoryTtl: { seconds: 2 } });
      await created.open();
      return created;
    }));
    const loads = environments.map((each) => each.get('a'));
    await Promise.all(environments.map((each) => each.store.idle()));
    origins[3].resolve({ key: 'a', version: 3 });
    await loads[3];
    await environments[3].settle();
    origins.forEach(({ resolve }, version) => resolve({ key: 'a', version }));
    await Promise.all(loads);
    await Promise.all(environments.map((each) => each.settle()));

    expect(await get(await fleet.environment(), 'a')).toEqual({ key: 'a', version: 3 });
    expect(environments.map(({ counters }) => counters.sharedErrors)).toEqual(environments.map(() => 0));
  });

  test('remembers a bounded number of caches one by one; beyond it, everything is invalid', async () => {
    const [one, two] = [await fleet.environment(), await fleet.environment()];
    await get(one, 'a');
    for (let i = 0; i < 40; i++) {
      await one.store.invalidateCache(`cache${i}`);
    }

    expect(Object.keys((await fleet.itemOf(INDEX))!).length).toBeLessThan(40);
    expect(await get(two, 'a')).toEqual({ key: 'a', version: 2 });
  });

  test('accepts tags of any length', async () => {
    const long = 'x'.repeat(5_000);
    const [one, two] = [await fleet.environment(), await fleet.environment()];
    await one.invalidateTags(long);
    expect(one.warnings).toEqual([]);
    await get(two, 'a');
    expect(two.counters).toMatchObject({ sharedErrors: 0 });
  });

  test('gets no request beyond the role\'s permissions: the construct\'s actions, on keys of the namespace', async () => {
    const from = fleet.backend.proxy.calls.length;
    const one = await fleet.environment();
    await get(one, 'a');
    await one.invalidate('a');
    await one.invalidateTags('about a', 'y'.repeat(3_000));
    await one.invalidateAll();
    const calls = fleet.backend.proxy.calls.slice(from);

    expect(new Set(calls.map(({ operation }) => `dynamodb:${operation}`))).toEqual(new Set(DYNAMODB_ACTIONS));
    const keys = JSON.stringify(calls).match(/"key":\{"S":"[^"]*/g)!;
    expect(keys.length).toBeGreaterThan(5);
    expect(keys.filter((key) => !key.startsWith('"key":{"S":"shop:'))).toEqual([]);
  });
});
