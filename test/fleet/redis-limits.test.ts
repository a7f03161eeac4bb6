import { PATIENT } from './backend.js';
import { Environment, tag } from './fleet.js';
import { FaultyProxy } from '../equipment/faulty-proxy';
import { missingRedis, type RedisServer, startRedis } from '../equipment/redis-servers';

const describeRedis = missingRedis() === undefined ? describe : describe.skip;

/** ElastiCache Serverless refuses commands of more arguments (ElastiCache, Valkey and Redis OSS configuration and limits). */
const MAX_ARGUMENTS = 3_999;

describeRedis('any number of keys and tags in one call', () => {
  const keys = Array.from({ length: MAX_ARGUMENTS + 500 }, (_, index) => `key${index}`);
  let server: RedisServer;
  let proxy: FaultyProxy;
  let longest = 0;

  beforeAll(async () => {
    server = await startRedis();
    proxy = await FaultyProxy.start(server, {
      onRequest: (bytes) => {
        for (const [, count] of bytes.toString('latin1').matchAll(/(?:^|\r\n)\*(\d+)\r\n/g)) {
          longest = Math.max(longest, Number(count) - 1);
        }
      },
    });
  });

  afterAll(async () => {
    await proxy?.stop();
    await server?.stop();
  });

  test('no command is longer than ElastiCache Serverless accepts, and results are the same as with few', async () => {
    const loads: string[] = [];
    const environment = () => new Environment(
      { settings: { kind: 'redis', host: proxy.host, port: proxy.port, ...PATIENT } },
      (key) => {
        loads.push(key);
        tag(`tag of ${key}`);
        return Promise.resolve({ key, version: loads.length });
      },
      { ttl: { hours: 1 }, memoryTtl: { seconds: 1 }, maxBytes: 10_000_000 },
    );
    const readAll = async (from: Environment) => {
      from.now += 1_000;
      await Promise.all(keys.map((key) => from.get(key)));
      await from.settle();
    };
    const [one, two] = [environment(), environment()];
    // What comes before the index of invalidations is begun is not stored.
    await one.get('nothing');
    await one.settle();
    await readAll(one);
    await readAll(two);
    expect(two.counters).toMatchObject({ sharedHits: keys.length, originCalls: 0 });

    // Whether any of their tags was invalidated must now be asked.
    await one.invalidateTags('of no entry');
    await readAll(two);
    expect(two.counters).toMatchObject({ originCalls: 0, sharedErrors: 0 });

    await one.invalidateTags(...keys.map((key) => `tag of ${key}`));
    await readAll(two);
    expect(two.counters).toMatchObject({ originCalls: keys.length, sharedErrors: 0 });
    expect([...one.warnings, ...two.warnings]).toEqual([]);
    expect(longest).toBeLessThanOrEqual(MAX_ARGUMENTS);
  });
});
