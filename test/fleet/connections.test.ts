import dns from 'node:dns';
import net from 'node:net';
import { Environment, tag } from './fleet.js';
import type { RedisSettings } from '../../src/contract/shared-settings.js';
import { FaultyProxy } from '../equipment/faulty-proxy';
import { freePorts } from '../equipment/free-ports';
import { missingRedis, type RedisCluster, type RedisServer, startRedis, startRedisCluster } from '../equipment/redis-servers';

const HOUR_MS = 3_600_000;
const describeRedis = missingRedis() === undefined ? describe : describe.skip;

/** A test is not about timeouts, and the machine may be busy. */
const PATIENT = { kind: 'redis', timeoutMs: 20_000, connectTimeoutMs: 20_000, budgetMs: 20_000 } as const;

/** What a token is signed with: the function's role. */
const ROLE = { AWS_REGION: 'eu-west-1', AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE', AWS_SECRET_ACCESS_KEY: 'secret', AWS_SESSION_TOKEN: 'token' };

const stops: (() => Promise<void>)[] = [];

afterEach(async () => {
  jest.useRealTimers();
  jest.restoreAllMocks();
  for (const stop of stops.splice(0)) {
    await stop();
  }
});

async function redis(...options: Parameters<typeof startRedis>): Promise<RedisServer> {
  const server = await startRedis(...options);
  stops.push(() => server.stop());
  return server;
}

async function proxyOf(...options: Parameters<typeof FaultyProxy.start>): Promise<FaultyProxy> {
  const proxy = await FaultyProxy.start(...options);
  stops.push(() => proxy.stop());
  return proxy;
}

/** An environment that has begun. */
async function environment(settings: Partial<RedisSettings> & Pick<RedisSettings, 'port'>): Promise<Environment> {
  const created = new Environment({ settings: { ...PATIENT, host: 'localhost', ...settings }, environment: ROLE }, (key) => {
    tag(`about ${key}`);
    return Promise.resolve({ key, version: 1 });
  }, { ttl: { seconds: 10 }, memoryTtl: { milliseconds: 1 } });
  await ask(created, 'nothing');
  return created;
}

async function ask(from: Environment, key: string): Promise<void> {
  await from.get(key);
  await from.settle();
}

/** Only what the time is changes: timers and sockets go on as they are. */
function setTime(time: number): void {
  jest.useFakeTimers({
    now: time,
    doNotFake: [
      'hrtime', 'nextTick', 'performance', 'queueMicrotask', 'setImmediate', 'clearImmediate', 'setInterval', 'clearInterval', 'setTimeout', 'clearTimeout',
    ],
  });
}

/** The user names and tokens in what was sent. */
function logins(sent: readonly Buffer[]): { readonly user: string; readonly token: URLSearchParams }[] {
  return [...Buffer.concat(sent).toString('latin1').matchAll(/\$4\r\nauth\r\n\$\d+\r\n(.*)\r\n\$\d+\r\n[^?]*\?(.*)\r\n/gi)]
    .map(([, user, query]) => ({ user, token: new URLSearchParams(query) }));
}

describeRedis('the connection of an environment', () => {
  test('is the only one, however many calls use it', async () => {
    const server = await redis();
    const one = await environment({ port: server.port });
    for (let round = 0; round < 3; round++) {
      await Promise.all(Array.from({ length: 50 }, (_, index) => ask(one, `${round}-${index}`)));
      await one.invalidateAll();
    }
    expect(await server.clients()).toBe(1);
  });

  test('is one for each node that it needs of a cluster', async () => {
    const cluster: RedisCluster = await startRedisCluster({ tls: false });
    stops.push(() => cluster.stop());
    const one = await environment({ port: cluster.port, cluster: true });
    for (let round = 0; round < 3; round++) {
      await Promise.all(Array.from({ length: 50 }, (_, index) => ask(one, `${round}-${index}`)));
    }
    const clients = await Promise.all(cluster.nodes.map((node) => node.clients()));
    expect(Math.max(...clients)).toBe(1);
    expect(clients.reduce((sum, each) => sum + each, 0)).toBe(3);
  });

  test('that was lost is opened once, however many calls notice', async () => {
    const proxy = await proxyOf(await redis());
    const one = await environment({ port: proxy.port });
    await proxy.set('closed', { only: 'existing' });
    await proxy.until(({ openConnections }) => openConnections === 0);
    const before = proxy.connections;
    await Promise.all(Array.from({ length: 50 }, (_, index) => ask(one, String(index))));
    expect(proxy.connections).toBe(before + 1);
    expect(one.counters).toMatchObject({ sharedErrors: 0, sharedTimeouts: 0 });
  });

  // As TLS does that meets garbage while a write is under way. Which of the two comes first is chance.
  test('survives two failures of its socket', async () => {
    // First: the test equipment connects to it as often as it takes.
    const server = await redis();
    const sockets: net.Socket[] = [];
    const { connect } = net.Socket.prototype;
    jest.spyOn(net.Socket.prototype, 'connect').mockImplementation(function (this: net.Socket, ...args) {
      sockets.push(this);
      return connect.apply(this, args);
    });
    const one = await environment({ port: server.port });
    // What an earlier test has left behind may connect too.
    const ofServer = sockets.filter(({ remotePort }) => remotePort === server.port);
    expect(ofServer).toHaveLength(1);
    ofServer[0].emit('error', new Error('bad record'));
    ofServer[0].destroy(new Error('write EPROTO'));
    await ask(one, 'a');
    await ask(one, 'b');
    expect(one.counters).toMatchObject({ misses: 3, hits: 0 });
  });

  test('follows a name that points elsewhere: a lost connection resolves the address again', async () => {
    const [old, next] = [await redis(), await redis()];
    const proxy = await proxyOf(old);
    const one = await environment({ port: proxy.port, host: 'localhost' });
    const lookUp = jest.spyOn(dns, 'lookup');
    proxy.leadTo(next);
    await old.end('SIGKILL');
    await ask(one, 'a');
    await ask(one, 'b');
    expect(lookUp.mock.calls.map(([name]) => name)).toContain('localhost');
    expect(await next.clients()).toBe(1);
    expect(await next.call('EXISTS', 'shop:2:product::b')).toBe('1');
  });

  test('follows a failover that left the old primary running, which replies READONLY', async () => {
    const [old, next] = [await redis(), await redis()];
    const proxy = await proxyOf(old);
    setTime(Date.now());
    const one = await environment({ port: proxy.port });
    proxy.leadTo(next);
    await old.becomeReplica();
    setTime(Date.now() + 2_000);
    await ask(one, 'a');
    await ask(one, 'b');
    await ask(one, 'c');
    expect(await next.call('EXISTS', 'shop:2:product::c')).toBe('1');
    expect(await old.clients()).toBe(0);
  });

  test('to a replica that stays a replica is not reopened again and again', async () => {
    const server = await redis();
    const proxy = await proxyOf(server);
    const one = await environment({ port: proxy.port });
    await server.becomeReplica();
    const before = proxy.connections;
    for (let round = 0; round < 10; round++) {
      await ask(one, String(round));
    }
    expect(proxy.connections - before).toBeLessThanOrEqual(1);
  });
});

describeRedis('a user with too few permissions', () => {
  test('keeps the connection: a command that is refused today may be allowed tomorrow', async () => {
    const server = await redis({ acl: ['user default on nopass ~shop:* -@all +hmget +mget'] });
    const proxy = await proxyOf(server);
    const one = await environment({ port: proxy.port });
    const before = proxy.connections;
    for (let round = 0; round < 10; round++) {
      await ask(one, String(round));
    }
    await one.invalidateAll();
    expect(one.warnings).toContainEqual(expect.stringContaining('NOPERM'));
    expect(proxy.connections).toBe(before);
  });
});

describeRedis('a token', () => {
  const auth = { type: 'iam', user: 'app', cache: 'shop-cache' } as const;
  const acl = ['user default off', 'user app on nopass ~* +@all'];

  test('is signed for each connection, which is reopened before the server ends it after 12 hours', async () => {
    const sent: Buffer[] = [];
    const proxy = await proxyOf(await redis({ acl }), { onRequest: (bytes) => sent.push(bytes) });
    const noon = Date.UTC(2026, 0, 1, 12);
    setTime(noon);
    const one = await environment({ port: proxy.port, auth });
    setTime(noon + 10 * HOUR_MS);
    await ask(one, 'a');
    expect(logins(sent)).toHaveLength(1);
    setTime(noon + 11.5 * HOUR_MS);
    await ask(one, 'b');
    expect(logins(sent).map(({ user, token }) => [user, token.get('X-Amz-Date'), token.get('User'), token.get('X-Amz-Expires')])).toEqual([
      ['app', '20260101T120000Z', 'app', '900'],
      ['app', '20260101T233000Z', 'app', '900'],
    ]);
    expect(proxy.openConnections).toBe(1);
    expect(one.counters).toMatchObject({ sharedErrors: 0, sharedTimeouts: 0 });
  });

  test('is signed later for a node that a cluster needs later, also for a lookup after slots have moved', async () => {
    const ports = await freePorts(6);
    const announcedPorts = await freePorts(6);
    const sent: Buffer[] = [];
    await Promise.all(ports.map((port, index) => proxyOf({ host: '127.0.0.1', port }, { port: announcedPorts[index], onRequest: (bytes) => sent.push(bytes) })));
    const cluster = await startRedisCluster({ tls: false, ports, announcedPorts, acl });
    stops.push(() => cluster.stop());
    const noon = Date.UTC(2026, 0, 1, 12);
    setTime(noon);
    const one = await environment({ port: announcedPorts[0], cluster: true, auth });
    setTime(noon + HOUR_MS);
    await Promise.all(Array.from({ length: 50 }, (_, index) => ask(one, String(index))));
    const dates = () => [...new Set(logins(sent).filter(({ user }) => user === 'app').map(({ token }) => token.get('X-Amz-Date')))];
    expect(dates().sort()).toEqual(['20260101T120000Z', '20260101T130000Z']);
    await cluster.failOver('shop:2:@');
    setTime(noon + 2 * HOUR_MS);
    sent.length = 0;
    for (let round = 0; round < 3; round++) {
      await Promise.all(Array.from({ length: 50 }, (_, index) => ask(one, `${round}-${index}`)));
    }
    expect(dates()).toEqual(['20260101T140000Z']);
    expect(one.counters).toMatchObject({ sharedErrors: 0, sharedTimeouts: 0 });
  });
});
