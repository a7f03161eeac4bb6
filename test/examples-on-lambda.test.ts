import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { missingDynamoDbLocal } from './dynamodb-local';
import { sum, withEmulator } from './emulate';
import { EXAMPLE_APPS, synthesizeExample } from './example-apps';
import { startDax, startDynamoDbTable, startMemcachedNode, startNothing, startRedisWithSecret, startRedisWithTokens, type StartStandIn } from './examples-on-lambda/stand-ins';
import { missingParts } from './lambda-emulator';
import { functionsFromAssembly } from './lambda-emulator/cloud-assembly';
import { missingMemcached } from './memcached-servers';
import { missingRedis } from './redis-servers';

/** The examples as they are synthesized, on Lambda's runtime client; servers on this machine stand in for those that a deployment would make. */
interface Running {
  readonly start: StartStandIn;
  readonly missing?: string;
  /** What tells that a second environment found what the first had read. */
  readonly told?: 'SharedHits' | 'DaxCalls';
}

const RUNNING: { readonly [example: string]: Running } = {
  'prebuilt-code': { start: startNothing },
  'product-catalog': { start: startNothing },
  'valkey-serverless': { start: startRedisWithTokens, missing: missingRedis(), told: 'SharedHits' },
  'replication-group': { start: startRedisWithTokens, missing: missingRedis(), told: 'SharedHits' },
  'dragonfly': { start: startRedisWithSecret, missing: missingRedis(), told: 'SharedHits' },
  'memcached': { start: startMemcachedNode, missing: missingMemcached(), told: 'SharedHits' },
  'dynamodb': { start: startDynamoDbTable, missing: missingDynamoDbLocal(), told: 'SharedHits' },
  'dax': { start: startDax, missing: missingDynamoDbLocal(), told: 'DaxCalls' },
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

  for (const [example, { start, missing, told }] of Object.entries(RUNNING)) {
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
          if (told !== undefined) {
            await lambda.recycle();
            const shared = await get('1');
            expect(shared).toMatchObject({ coldStart: true, payload: loaded.payload });
            expect(sum(shared, told)).toBe(1);
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
