import { once } from 'node:events';
import net from 'node:net';
import { PATIENT } from './backend.js';
import { Environment } from './fleet.js';
import { FaultyProxy } from '../equipment/faulty-proxy';
import { freePorts } from '../equipment/free-ports';
import { missingMemcached, startMemcached } from '../equipment/memcached-servers';
import { missingRedis, startRedis, startRedisCluster } from '../equipment/redis-servers';

const LIMITS = { ...PATIENT, timeoutMs: 300, connectTimeoutMs: 300 };

/** What this process connects to, with the port. */
const sockets = new Map<net.Socket, number>();

beforeEach(() => {
  sockets.clear();
  const { connect } = net.Socket.prototype;
  jest.spyOn(net.Socket.prototype, 'connect').mockImplementation(function (this: net.Socket, ...args) {
    const [{ port }] = (Array.isArray(args[0]) ? args[0] : args) as unknown as [{ port: number }];
    sockets.set(this, port);
    return connect.apply(this, args);
  });
});

/** Resolves when every connection to these ports that is open now has ended, at the client's side. */
async function endOf(...ports: readonly number[]): Promise<void> {
  const open = [...sockets].filter(([socket, port]) => ports.includes(port) && !socket.destroyed).map(([socket]) => socket);
  expect(open).not.toHaveLength(0);
  await Promise.all(open.map((socket) => once(socket, 'close')));
}

const stops: (() => unknown)[] = [];

afterEach(async () => {
  jest.restoreAllMocks();
  for (const stop of stops.splice(0).reverse()) {
    await stop();
  }
});

async function stopped<T extends { stop(): unknown }>(starting: Promise<T>): Promise<T> {
  const started = await starting;
  stops.push(() => started.stop());
  return started;
}

async function environment(kind: 'redis' | 'memcached', port: number, cluster = false): Promise<Environment> {
  const created = new Environment(
    { settings: { kind, host: '127.0.0.1', port, ...LIMITS, ...(cluster && { cluster }) } },
    (key) => Promise.resolve({ key, version: 1 }),
    { ttl: { seconds: 3_600 }, memoryTtl: { milliseconds: 1 } },
  );
  await get(created, 'nothing');
  return created;
}

async function get(from: Environment, key: string): Promise<void> {
  await from.get(key);
  await from.settle();
}

const describeRedis = missingRedis() === undefined ? describe : describe.skip;

describeRedis('an abandoned write is not sent again on the next connection', () => {
  test('to a Redis server', async () => {
    const [old, next] = [await stopped(startRedis()), await stopped(startRedis())];
    const proxy = await stopped(FaultyProxy.start(old));
    const one = await environment('redis', proxy.port);
    await proxy.set('halfOpen', { only: 'existing' });
    proxy.leadTo(next);
    const closed = endOf(proxy.port);
    expect(await one.store.invalidateCache('product')).toBe(false);
    await closed;
    await get(one, 'a');
    await get(one, 'b');
    expect(await next.call('EXISTS', 'shop:2:product::b')).toBe('1');
    expect(await next.call('HEXISTS', 'shop:2:@', 'c:product')).toBe('0');
  });

  test('before there was a connection', async () => {
    const server = await stopped(startRedis());
    const proxy = await stopped(FaultyProxy.start(server));
    await proxy.set('halfOpen');
    const one = new Environment(
      { settings: { kind: 'redis', host: '127.0.0.1', port: proxy.port, ...LIMITS } }, (key) => Promise.resolve({ key, version: 1 }), {},
    );
    await proxy.until(({ connections }) => connections === 1);
    const closed = endOf(proxy.port);
    expect(await one.store.invalidateCache('product')).toBe(false);
    await closed;
    await proxy.set('pass');
    await get(one, 'a');
    await get(one, 'b');
    expect(await server.call('EXISTS', 'shop:2:@')).toBe('1');
    expect(await server.call('HEXISTS', 'shop:2:@', 'c:product')).toBe('0');
  });

  test('to a cluster of Redis', async () => {
    const ports = await freePorts(6);
    const announcedPorts = await freePorts(6);
    const proxies = await Promise.all(ports.map((port, index) => stopped(FaultyProxy.start({ host: '127.0.0.1', port }, { port: announcedPorts[index] }))));
    const cluster = await stopped(startRedisCluster({ tls: false, ports, announcedPorts }));
    const one = await environment('redis', announcedPorts[0], true);
    await Promise.all(proxies.map((proxy) => proxy.set('halfOpen', { only: 'existing' })));
    const closed = endOf(...announcedPorts);
    expect(await one.store.invalidateCache('product')).toBe(false);
    await closed;
    await get(one, 'a');
    await get(one, 'b');
    expect(one.counters.sharedHits + one.counters.sharedMisses).toBeGreaterThan(0);
    const heard = await Promise.all(cluster.nodes.map((node) => node.call('HEXISTS', 'shop:2:@', 'c:product').catch(() => '0')));
    expect(heard).not.toContain('1');
  });
});

(missingMemcached() === undefined ? describe : describe.skip)('what was given up is not sent again on the next connection', () => {
  test('to a Memcached server', async () => {
    const [old, next] = [await stopped(startMemcached()), await stopped(startMemcached())];
    const proxy = await stopped(FaultyProxy.start(old));
    const one = await environment('memcached', proxy.port);
    await proxy.set('halfOpen', { only: 'existing' });
    proxy.leadTo(next);
    const closed = endOf(proxy.port);
    expect(await one.store.invalidate('shop:2:product::a')).toBe(false);
    await closed;
    await get(one, 'b');
    expect(await next.call('get shop:2:product::a')).toBe('END');
  });
});
