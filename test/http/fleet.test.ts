/** Responses that several environments share, through a real server. */
import { App, Stack } from 'aws-cdk-lib';
import { Runtime } from 'aws-cdk-lib/aws-lambda';
import { eventOf } from './gateway-events';
import { CacheAuth, CachedFunction, type CachedFunctionProps, Coherence, RedisCompatibleCache, ResponseCaching } from '../../src';
import type { LambdaEmulator } from '../../tools/lambda-emulator';
import { functionsFromAssembly } from '../../tools/lambda-emulator/cloud-assembly';
import { describeOnLambda, handlerSource, sum, withEmulator } from '../equipment/emulate';
import { missingRedis, type RedisServer, startRedis } from '../equipment/redis-servers';

type Page = { statusCode: number; body: string; headers: Record<string, string> };

function sharing(redis: RedisServer, props: Partial<CachedFunctionProps>, names: readonly string[] = ['GetPage']) {
  const app = new App();
  const stack = new Stack(app, 'Shop');
  const sharedCache = new RedisCompatibleCache(stack, 'Cache', { host: '127.0.0.1', port: redis.port, tls: false, auth: CacheAuth.none() });
  for (const name of names) {
    new CachedFunction(stack, name, { runtime: Runtime.NODEJS_24_X, caching: { coherence: Coherence.PER_INVOCATION }, sharedCache, ...props });
  }
  return functionsFromAssembly(app.synth().directory);
}

(missingRedis() === undefined ? describeOnLambda : describe.skip)('two environments and a shared cache', () => {
  let redis: RedisServer;

  beforeAll(async () => {
    redis = await startRedis();
  });

  afterAll(() => redis.stop());

  test.each<[string, Partial<CachedFunctionProps>]>([
    ['the prop', { entry: handlerSource('shared-page'), responses: ResponseCaching.http() }],
    ['a listener', { entry: handlerSource('shared-page-listener') }],
  ])('%s: a response that one has stored is a hit in the other, and a client\'s change invalidates it in both before the client has its response', async (_, props) => {
    await withEmulator(sharing(redis, props)[0], async (emulator) => {
      await Promise.all([emulator.invoke(eventOf('functionUrl', { path: '/1' })), emulator.invoke(eventOf('functionUrl', { path: '/2' }))]);
      const [here, there] = emulator.environments.map(({ id }) => id);
      const ask = (environmentId: string, version: number, method = 'GET') =>
        emulator.invoke(eventOf('functionUrl', { path: '/page', method, headers: [['X-Version', String(version)]] }), { environmentId });
      const get = async (environmentId: string, version: number) => ((await ask(environmentId, version)).payload as Page).body;

      expect(await get(here, 1)).toBe('1');
      const shared = await ask(there, 2);
      expect((shared.payload as Page)).toMatchObject({ statusCode: 200, body: '1', headers: { 'cache-status': expect.stringMatching(/; hit; ttl=\d+/) } });
      expect(sum(shared, 'SharedHits')).toBe(1);
      for (let version = 3; version < 8; version++) {
        await ask(version % 2 === 0 ? here : there, version, 'PUT');
        expect(await get(version % 2 === 0 ? there : here, version)).toBe(String(version));
        expect(await get(version % 2 === 0 ? here : there, version + 100)).toBe(String(version));
      }
    }, { maxEnvironments: 2 });
  });

  test.each([
    ['share a namespace: what one changes is old for the other', 'shop', '3'],
    ['have namespaces of their own: what one changes stays with the other', undefined, '1'],
  ])('two functions, one for each method, that %s', async (_, namespace, body) => {
    const props = { entry: handlerSource('shared-page'), responses: ResponseCaching.http(), caching: { coherence: Coherence.PER_INVOCATION, namespace } };
    const [reading, writing] = sharing(redis, props, ['Read', 'Write']);
    await withEmulator(reading, (readers) => withEmulator(writing, async (writers) => {
      const ask = async (emulator: LambdaEmulator, version: number, method = 'GET') => ((await emulator.invoke(
        eventOf('functionUrl', { path: '/two', method, headers: [['X-Version', String(version)]] }))).payload as Page).body;
      expect(await ask(readers, 1)).toBe('1');
      await ask(writers, 2, 'PUT');
      expect(await ask(readers, 3)).toBe(body);
    }));
  });
});
