import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { startDax, startDynamoDbTable, startMemcachedNode, startNothing, startRedisWithSecret, startRedisWithTokens, type StartStandIn } from './stand-ins';
import { missingParts } from '../../tools/lambda-emulator';
import { functionsFromAssembly } from '../../tools/lambda-emulator/cloud-assembly';
import { missingDynamoDbLocal } from '../equipment/dynamodb-local';
import { sum, withEmulator } from '../equipment/emulate';
import { EXAMPLE_APPS, synthesizeExample } from '../equipment/example-apps';
import { missingMemcached } from '../equipment/memcached-servers';
import { missingRedis } from '../equipment/redis-servers';

/** The examples as they are synthesized, on Lambda's runtime client; servers on this machine stand in for those that a deployment would make. */
interface Running {
  readonly start: StartStandIn;
  readonly missing?: string;
  /** The metrics that show a second environment found what the first had read. */
  readonly metric?: 'SharedHits' | 'DaxCalls';
}

const RUNNING: { readonly [example: string]: Running } = {
  'prebuilt-code': { start: startNothing },
  'product-catalog': { start: startNothing },
  'valkey-serverless': { start: startRedisWithTokens, missing: missingRedis(), metric: 'SharedHits' },
  'replication-group': { start: startRedisWithTokens, missing: missingRedis(), metric: 'SharedHits' },
  'dragonfly': { start: startRedisWithSecret, missing: missingRedis(), metric: 'SharedHits' },
  'memcached': { start: startMemcachedNode, missing: missingMemcached(), metric: 'SharedHits' },
  'dynamodb': { start: startDynamoDbTable, missing: missingDynamoDbLocal(), metric: 'SharedHits' },
  'dax': { start: startDax, missing: missingDynamoDbLocal(), metric: 'DaxCalls' },
};

/** Whatever only a deployment could tell: a name that leads nowhere, and that the stand-in replaces where it matters. */
const DEPLOYED = new Proxy<Record<string, string>>({}, {
  get: (_, name) => typeof name !== 'string' || name.startsWith('AWS::') || name === 'ProductApi' ? undefined : 'deployed',
});

test('every example that is an app is run here', () => {
  expect(Object.keys(RUNNING).sort()).toEqual(EXAMPLE_APPS);
});

describe('the handlers of the examples', () => {
  let productApi: Server;

  beforeAll(async () => {
    productApi = createServer((request, response) => response.end(JSON.stringify({ id: request.url!.split('/').at(-1), name: 'Tea', priceInCents: 300 })));
    productApi.listen(0, '127.0.0.1');
    await once(productApi, 'listening');
  });

  afterAll(() => {
    productApi.close();
    productApi.closeAllConnections();
  });

  for (const [example, { start, missing, metric }] of Object.entries(RUNNING)) {
    const runs = missingParts().length === 0 && missing === undefined;
    (runs ? test : test.skip)(`examples/${example} answers from its cache`, async () => {
      const [synthesized] = functionsFromAssembly(synthesizeExample(example), { resolve: DEPLOYED });
      const standIn = await start(synthesized);
      const { definition } = standIn;
      const environment = { ...definition.environment, PRODUCT_API: `http://127.0.0.1:${(productApi.address() as AddressInfo).port}` };
      try {
        // The machine may be busy.
        await withEmulator({ ...definition, environment, timeoutMs: 30_000 }, async (lambda) => {
          const get = async (id: string) => {
            const result = await lambda.invoke({ id, pathParameters: { id } });
            expect(result.functionError).toBeUndefined();
            return result;
          };
          // The first load ever is not shared.
          await get('0');
          const loaded = await get('1');
          expect(sum(loaded, 'OriginCalls')).toBe(1);
          if (metric !== undefined) {
            await lambda.recycle();
            const shared = await get('1');
            expect(shared).toMatchObject({ coldStart: true, payload: loaded.payload });
            expect(sum(shared, metric)).toBe(1);
          }
          const remembered = await get('1');
          expect(remembered).toMatchObject({ coldStart: false, payload: loaded.payload });
          expect([sum(remembered, 'Hits'), sum(remembered, 'OriginCalls'), sum(remembered, 'SharedHits')]).toEqual([1, 0, 0]);
        });
      } finally {
        await standIn.stop();
      }
    }, 60_000);
  }
});
