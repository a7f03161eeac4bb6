import { rm } from 'node:fs/promises';
import net, { type AddressInfo } from 'node:net';
import { describeIfThere, PATIENT } from './backend.js';
import { DYNAMODB } from './dynamodb-backend.js';
import { DynamoDbFleet, SECOND } from './dynamodb-environments.js';
import { Environment } from './fleet.js';
import { MEMCACHED } from './memcached-backend.js';
import type { SharedSettings } from '../../src/contract/shared-settings.js';
import { type Reply, REPLIES } from '../equipment/dynamodb-local';
import { FaultyProxy } from '../equipment/faulty-proxy';
import { type MemcachedServer, startMemcached } from '../equipment/memcached-servers';
import { missingRedis, type RedisServer, startRedis } from '../equipment/redis-servers';

const stops: (() => unknown)[] = [];

afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) {
    await stop();
  }
});

async function redis(...options: Parameters<typeof startRedis>): Promise<RedisServer> {
  const server = await startRedis(...options);
  stops.push(() => server.stop());
  return server;
}

function environment(settings: Pick<SharedSettings, 'kind'> & { readonly port: number }): Environment {
  const all = { ...PATIENT, host: '127.0.0.1', ...settings } as SharedSettings;
  return new Environment({ settings: all }, (key) => Promise.resolve({ key, version: 1 }), { ttl: { seconds: 3_600 } });
}

/** Reads different keys, one after the other, and stores what was loaded. */
async function read(from: Environment, ...keys: string[]): Promise<void> {
  for (const key of keys) {
    expect(await from.get(key)).toEqual({ key, version: 1 });
    await from.settle();
  }
}

const KEYS = ['a', 'b', 'c', 'd', 'e', 'f'];

/** A server that says the same to every command of Redis's protocol. */
async function startParrot(reply: string): Promise<number> {
  const sockets = new Set<net.Socket>();
  const server = net.createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.on('data', (bytes) => socket.write(`-${reply}\r\n`.repeat(bytes.toString('latin1').match(/\*\d+\r\n\$/g)?.length ?? 0)));
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => {
    server.once('listening', resolve);
  });
  stops.push(() => {
    sockets.forEach((socket) => socket.destroy());
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

/** It cannot save its data any more, and so refuses to change it. */
async function failToSave(server: RedisServer): Promise<void> {
  const [, directory] = (await server.call('CONFIG', 'GET', 'dir')).split('\n');
  await rm(directory, { recursive: true });
  await server.call('CONFIG', 'SET', 'save', '3600 1000000');
  await server.call('BGSAVE');
  while (!/rdb_last_bgsave_status:err/.test(await server.call('INFO', 'persistence'))) {
    // Every look takes as long as a command does.
  }
}

(missingRedis() === undefined ? describe : describe.skip)('what a Redis server rejects', () => {
  test.each<[string, string, () => Promise<RedisServer>]>([
    ['ERR', 'unknown command', () => redis({ config: ['rename-command EVAL ""'] })],
    ['NOPERM', 'NOPERM', () => redis({ acl: ['user default on nopass ~* +@all -eval -set'] })],
    ['WRONGTYPE', 'WRONGTYPE', async () => {
      const server = await redis();
      await server.call('SET', 'shop:2:@', 'no hash');
      return server;
    }],
  ])('of one command (%s) is counted, and does not open the breaker', async (_, reason, start) => {
    const one = environment({ kind: 'redis', port: (await start()).port });
    await read(one, ...KEYS);
    await one.invalidateAll();
    await one.invalidateAll();
    await one.invalidateAll();
    await read(one, ...KEYS);
    expect(one.counters).toMatchObject({ breakerOpen: 0, sharedSkips: 0 });
    expect(one.warnings).toContainEqual(expect.stringContaining(reason));
  });

  test.each<[string, (server: RedisServer) => Promise<void>]>([
    ['OOM', (server) => server.runOutOfMemory()],
    ['MISCONF', failToSave],
  ])('when storing (%s) is counted, and what it has is still a hit', async (reason, refuseWrites) => {
    const server = await redis();
    const [one, two] = [environment({ kind: 'redis', port: server.port }), environment({ kind: 'redis', port: server.port })];
    await read(one, 'nothing', 'there');
    await refuseWrites(server);
    await read(two, ...KEYS, 'there');
    expect(two.counters).toMatchObject({ breakerOpen: 0, sharedSkips: 0, sharedHits: 1 });
    expect(two.counters.sharedErrors).toBeGreaterThanOrEqual(KEYS.length);
    expect(two.warnings).toContainEqual(expect.stringContaining(reason));
  });

  test.each<[string, () => Promise<number>]>([
    ['LOADING', () => startParrot('LOADING Redis is loading the dataset in memory')],
    ['BUSY', () => startParrot('BUSY Redis is busy running a script. You can only call SCRIPT KILL or SHUTDOWN NOSAVE.')],
    ['CLUSTERDOWN', async () => (await redis({ config: ['cluster-enabled yes'] })).port],
    ['MASTERDOWN', async () => {
      const server = await redis({ config: ['replica-serve-stale-data no'] });
      await server.becomeReplica();
      return server.port;
    }],
    ['NOAUTH', async () => (await redis({ acl: ['user default on >secret ~* +@all'] })).port],
    ['WRONGPASS', () => startParrot('WRONGPASS invalid username-password pair or user is disabled.')],
  ])('for now (%s) opens the breaker', async (reason, start) => {
    const one = environment({ kind: 'redis', port: await start() });
    await read(one, ...KEYS);
    expect(one.counters).toMatchObject({ breakerOpen: 1 });
    expect(one.warnings).toContainEqual(expect.stringContaining(reason));
  });

  test('that lasts (READONLY, twice) opens the breaker; once is a failover, and the new primary serves the call', async () => {
    const [old, next] = [await redis(), await redis()];
    const proxy = await FaultyProxy.start(old);
    stops.push(() => proxy.stop());
    const one = environment({ kind: 'redis', port: proxy.port });
    await read(one, 'a');
    await old.becomeReplica();
    proxy.leadTo(next);
    await one.invalidateAll();
    expect(await next.call('HEXISTS', 'shop:2:@', 'c:product')).toBe('1');
    expect(one.counters).toMatchObject({ sharedErrors: 0 });

    await next.becomeReplica();
    for (let i = 0; i < 3; i++) {
      await one.invalidateAll();
    }
    await read(one, 'b');
    expect(one.counters).toMatchObject({ breakerOpen: 1 });
  });
});

describeIfThere(MEMCACHED)('what a Memcached server rejects', () => {
  let server: MemcachedServer;
  let proxy: FaultyProxy;

  beforeEach(async () => {
    server = await startMemcached();
    proxy = await FaultyProxy.start(server);
    stops.push(() => server.stop(), () => proxy.stop());
  });

  test.each([
    ['SERVER_ERROR out of memory storing object', 0],
    ['SERVER_ERROR object too large for cache', 0],
    ['CLIENT_ERROR bad data chunk', 0],
    ['ERROR', 0],
    // What a proxy answers for a server that it cannot reach, and a server that has too many clients.
    ['SERVER_ERROR Connection refused', 1],
    ['ERROR Too many open connections', 1],
  ])('(%s) is counted, and opens the breaker or not', async (reply, breakerOpen) => {
    const one = environment({ kind: 'memcached', port: proxy.port });
    await read(one, 'nothing');
    await proxy.set('garbage', { corrupt: () => Buffer.from(`${reply}\r\n`) });
    await read(one, ...KEYS);
    expect(one.counters).toMatchObject({ breakerOpen });
    expect(one.counters.sharedErrors).toBeGreaterThanOrEqual(3);
    expect(one.warnings).toContainEqual(expect.stringContaining(`it replied '${reply}'`));
  });
});

describeIfThere(DYNAMODB)('what DynamoDB rejects', () => {
  const fleet = new DynamoDbFleet();
  const refusal = (type: string): Reply => ({ status: 400, body: { __type: `com.amazon.coral.validate#${type}`, message: 'why' } });

  test.each<[string, Reply, number]>([
    ['ValidationException', refusal('ValidationException'), 0],
    ['AccessDeniedException', REPLIES.forbidden, 0],
    ['ProvisionedThroughputExceededException', REPLIES.throughputExceeded, 1],
    ['ThrottlingException', REPLIES.throttled, 1],
    ['ResourceNotFoundException', refusal('ResourceNotFoundException'), 1],
    ['ExpiredTokenException', refusal('ExpiredTokenException'), 1],
    ['InternalServerError', REPLIES.broken, 1],
  ])('(%s) is counted, and opens the breaker or not', async (reason, reply, breakerOpen) => {
    const one = await fleet.environment();
    one.now += 2 * SECOND;
    fleet.backend.proxy.answer = () => reply;
    for (const key of KEYS) {
      await one.get(key);
      await one.settle();
    }
    expect(one.counters).toMatchObject({ breakerOpen });
    expect(one.counters.sharedErrors).toBeGreaterThanOrEqual(3);
    expect(one.warnings).toContainEqual(expect.stringContaining(reason));
  });

  test('when storing does not affect reads', async () => {
    const [one, two] = [await fleet.environment(), await fleet.environment()];
    await one.get('there');
    await one.settle();
    fleet.backend.proxy.answer = ({ operation }) => operation === 'PutItem' ? REPLIES.forbidden : undefined;
    for (const key of [...KEYS, 'there']) {
      await two.get(key);
      await two.settle();
    }
    expect(two.counters).toMatchObject({ breakerOpen: 0, sharedHits: 1, sharedErrors: KEYS.length });
  });
});
