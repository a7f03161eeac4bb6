import { startOnInstances, WORKERS } from './fixture';
import { missingParts } from '../../tools/lambda-emulator';
import { emfLines } from '../equipment/emulate';
import { eventually } from '../equipment/eventually';
import { missingRedis, type RedisServer, startRedis } from '../equipment/redis-servers';

const describeOnLambda = missingParts().length === 0 && missingRedis() === undefined ? describe : describe.skip;

const HANDLER = `
  import { setTimeout as delay } from 'node:timers/promises';
  import { threadId } from 'node:worker_threads';
  import { cached } from 'cdk-cached-function/runtime';
  const thing = cached('thing', async (id) => ({ id, threadId }));
  export const handler = async ({ id }) => {
    const value = await thing(id);
    // Until the other workers have a request, too.
    await delay(20);
    return { ...value, by: threadId };
  };
`;

describeOnLambda('a shared tier on Managed Instances', () => {
  let server: RedisServer;

  beforeAll(async () => void (server = await startRedis()));
  afterAll(() => server.stop());

  async function start(host: string, environment: Record<string, string> = {}) {
    return startOnInstances(HANDLER, {
      environment,
      settings: {
        namespace: host,
        caching: { ttlMs: 3_600_000 },
        shared: { kind: 'redis', host, port: server.port, timeoutMs: 2_000, connectTimeoutMs: 4_000, budgetMs: 8_000 },
      },
    });
  }

  test.each([
    ['127.0.0.1', {}],
    // Idle workers wait in libuv's threads, which look names up, too.
    ['localhost', { UV_THREADPOOL_SIZE: String(2 * WORKERS) }],
  ])('at %s: what one worker has loaded, the others find', async (host, environment) => {
    const managed = await start(host, environment);
    // Begins the account of invalidations: what is loaded before that is not stored.
    await managed.invoke({ id: 'another' });
    const loaded = (await managed.invoke({ id: 'a' })).payload as { threadId: number };
    const by = new Set<number>();
    await eventually(async () => {
      const results = await Promise.all(Array.from({ length: 2 * WORKERS }, () => managed.invoke({ id: 'a' })));
      for (const { payload } of results) {
        expect(payload).toMatchObject({ id: 'a', threadId: loaded.threadId });
        by.add((payload as { by: number }).by);
      }
      expect(by.size).toBe(WORKERS);
    });
    const sharedHits = () => emfLines(managed.logs.map(({ line }) => line)).reduce((sum, { SharedHits = 0 }) => sum + Number(SharedHits), 0);
    await eventually(() => expect(sharedHits()).toBe(WORKERS - 1));
  }, 60_000);

  test('by name, with libuv\'s threads all taken by idle workers: every answer is right', async () => {
    const managed = await start('localhost');
    const results = await Promise.all(Array.from({ length: 4 * WORKERS }, (_, i) => managed.invoke({ id: `id-${i}` })));
    expect(results.map(({ payload }) => (payload as { id: string }).id)).toEqual(Array.from({ length: 4 * WORKERS }, (_, i) => `id-${i}`));
  }, 60_000);
});
