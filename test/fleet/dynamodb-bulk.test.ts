import { describeIfThere } from './backend.js';
import { DYNAMODB, SETTINGS } from './dynamodb-backend.js';
import { DynamoDbFleet, get } from './dynamodb-environments.js';
import type { Environment } from './fleet.js';
import type { DynamoDbSettings } from '../../src/contract/shared-settings.js';
import { FaultyProxy } from '../equipment/faulty-proxy';

/** One request takes this long; all of them together take far longer than a deadline. */
const REQUEST_MS = 40;
const LIMITS = { timeoutMs: 1_000, connectTimeoutMs: 1_000, budgetMs: 20_000 };

describeIfThere(DYNAMODB)('a healthy table of DynamoDB', () => {
  const fleet = new DynamoDbFleet();
  let network: FaultyProxy;

  beforeEach(async () => {
    network = await FaultyProxy.start({ host: '127.0.0.1', port: fleet.backend.server.port });
    await network.set('slow', { delayMs: REQUEST_MS });
  });
  afterEach(() => network.stop());

  function environment(): Promise<Environment> {
    return fleet.environment({}, { settings: { ...SETTINGS, ...LIMITS } as DynamoDbSettings, endpoint: `http://127.0.0.1:${network.port}` });
  }

  test('stores a thousand entries, and the breaker stays closed', async () => {
    const ids = Array.from({ length: 1_000 }, (_, id) => `id-${id}`);
    const [one, two] = [await environment(), await environment()];
    await Promise.all(ids.map((id) => one.get(id)));
    await one.settle();
    expect(one.counters).toMatchObject({ sharedErrors: 0, sharedTimeouts: 0, sharedSkips: 0, breakerOpen: 0 });
    await Promise.all(ids.map((id) => two.get(id)));
    expect(two.counters).toMatchObject({ sharedHits: 1_000, originCalls: 0 });
  }, 60_000);

  test('invalidates hundreds of tags at once', async () => {
    const one = await environment();
    const tags = Array.from({ length: 500 }, (_, n) => `tag-${n}`);
    expect(await one.store.invalidateTags(tags)).toBe(true);
  }, 60_000);

  test('that falls silent half-way is given up after one deadline, and the rest is not sent when it is back', async () => {
    const one = await environment();
    const done = one.store.invalidateTags(Array.from({ length: 500 }, (_, n) => `tag-${n}`));
    await network.until(({ openConnections }) => openConnections === 16);
    await network.set('blackHole');
    expect(await done).toBe(false);
    const { connections } = network;
    await network.set('pass');
    await get(one, 'a');
    // That of the question, and that of the answer's being stored.
    expect(network.connections - connections).toBeLessThanOrEqual(2);
  }, 60_000);
});
