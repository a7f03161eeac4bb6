import { once } from 'node:events';
import { connect as connectPlain } from 'node:net';
import { connect as connectTls } from 'node:tls';
import {
  missingRedis, missingValkey, type RedisCluster, type RedisServer, type RedisServerOptions, startRedis, startRedisCluster,
  startValkey, startValkeyCluster, strangersCertificate,
} from '../equipment/redis-servers';

const describeWithRedis = missingRedis() === undefined ? describe : describe.skip;
const describeWithValkey = missingValkey() === undefined ? describe : describe.skip;

const stops: (() => Promise<void>)[] = [];

afterEach(async () => {
  await Promise.all(stops.splice(0).map((stop) => stop()));
});

describeWithRedis('Redis with TLS', () => {
  async function start(tls: RedisServerOptions['tls']): Promise<RedisServer> {
    const server = await startRedis({ tls });
    stops.push(() => server.stop());
    return server;
  }

  test('with TLS has a certificate for localhost that its authority signed', async () => {
    const server = await start(true);
    const socket = connectTls({ host: server.host, port: server.port, ca: server.ca, servername: 'localhost' });
    await once(socket, 'secureConnect');
    expect(socket.authorized).toBe(true);
    socket.destroy();
  });

  test('with another authority\'s certificate is not trusted', async () => {
    const own = await start(true);
    const stranger = await start(await strangersCertificate());
    const socket = connectTls({ host: stranger.host, port: stranger.port, ca: own.ca, servername: 'localhost' });
    const [error] = await once(socket, 'error') as [Error];
    expect(error.message).toMatch(/unable to verify|self-signed|signature failure/);
  });
});

describe.each([
  ['Redis', describeWithRedis, startRedis, startRedisCluster],
  ['Valkey', describeWithValkey, startValkey, startValkeyCluster],
] as const)('%s', (_, describeIfThere, startServer, startCluster) => {
  async function start(options?: Omit<RedisServerOptions, 'tls'>): Promise<RedisServer> {
    const server = await startServer(options);
    stops.push(() => server.stop());
    return server;
  }

  describeIfThere('a server', () => {
    test('answers when started, stops and restarts on its port, empty', async () => {
      const server = await start();
      expect(await server.call('SET', 'a', '1')).toBe('OK');
      const { port } = server;
      await server.end();
      expect(server.isRunning).toBe(false);
      await expect(server.call('PING')).rejects.toThrow(/ECONNREFUSED/);
      await server.restart();
      expect(server.port).toBe(port);
      expect(await server.call('GET', 'a')).toBe('');
    });

    test('has the given users, and a password that changes', async () => {
      const server = await start({ acl: ['user default off', 'user app on >secret ~app:* +@all'] });
      const say = async (line: string) => {
        const socket = connectPlain(server.port, '127.0.0.1');
        socket.write(`${line}\r\n`);
        const [bytes] = await once(socket, 'data') as [Buffer];
        socket.destroy();
        return bytes.toString().trim();
      };
      expect(await say('PING')).toMatch(/^-NOAUTH/);
      expect(await say('AUTH app secret')).toBe('+OK');
      await server.setPassword('app', 'other');
      expect(await say('AUTH app secret')).toMatch(/^-WRONGPASS/);
      expect(await say('AUTH app other')).toBe('+OK');
    });

    test('rejects given commands, until the test stops that', async () => {
      const server = await start();
      await server.call('SET', 'a', '1');
      await server.becomeReplica();
      await expect(server.call('SET', 'a', '2')).rejects.toThrow(/READONLY/);
      expect(await server.call('GET', 'a')).toBe('1');
      await server.becomePrimary();
      await server.call('SET', 'a', '3');
      await server.runOutOfMemory();
      await expect(server.call('SET', 'a', '4')).rejects.toThrow(/OOM/);
      await server.getMemoryBack();
      expect(await server.call('SET', 'a', '5')).toBe('OK');
    });

    test('accepts a limited number of clients, and disconnects those that it has', async () => {
      const server = await start();
      const first = connectPlain(server.port, '127.0.0.1');
      first.write('PING\r\n');
      await once(first, 'data');
      expect(await server.clients()).toBe(1);
      await server.refuseClients();
      const second = connectPlain(server.port, '127.0.0.1');
      const [refusal] = await once(second, 'data') as [Buffer];
      expect(refusal.toString()).toMatch(/max number of clients/);
      await server.admitClients();
      const closed = once(first, 'close');
      first.on('error', () => {});
      await server.disconnect();
      await closed;
      second.destroy();
    });

    test('that is frozen answers after it is thawed', async () => {
      const server = await start();
      server.freeze();
      const answer = server.call('PING');
      server.thaw();
      expect(await answer).toBe('PONG');
    });
  });

  describeIfThere('a cluster', () => {
    let cluster: RedisCluster;

    beforeAll(async () => {
      cluster = await startCluster();
    }, 60_000);

    afterAll(() => cluster.stop());

    test('serves every slot, from three primaries with a replica each', async () => {
      expect(cluster.nodes).toHaveLength(6);
      expect(await cluster.nodes[0].call('CLUSTER', 'INFO')).toMatch(/cluster_slots_ok:16384/);
    });

    test('moves a slot with its keys', async () => {
      const from = await cluster.primaryOf('key');
      await from.call('SET', 'key', 'value');
      await cluster.reshard(['key']);
      const to = await cluster.primaryOf('key');
      expect(to).not.toBe(from);
      expect(await to.call('GET', 'key')).toBe('value');
      await expect(from.call('GET', 'key')).rejects.toThrow(/MOVED/);
    });

    test('fails over: primary and replica change places', async () => {
      const [primary, replica] = [await cluster.primaryOf('key'), await cluster.replicaOf('key')];
      await cluster.failOver('key');
      expect(await cluster.primaryOf('key')).toBe(replica);
      expect(await cluster.replicaOf('key')).toBe(primary);
      expect(await replica.call('GET', 'key')).toBe('value');
    });

    test('survives a primary\'s death and return', async () => {
      const replica = await cluster.replicaOf('key');
      const dead = await cluster.killPrimary('key');
      expect(await cluster.primaryOf('key')).toBe(replica);
      await dead.restart();
      expect(dead.isRunning).toBe(true);
    }, 30_000);
  });
});
