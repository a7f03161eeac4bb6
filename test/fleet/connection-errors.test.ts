import dns from 'node:dns';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { describeIfThere, PATIENT } from './backend.js';
import { DYNAMODB, SETTINGS } from './dynamodb-backend.js';
import { Environment } from './fleet.js';
import { MemcachedTier } from '../../lambda-runtime/stores/memcached/memcached-tier.js';
import { Server } from '../../lambda-runtime/stores/memcached/server.js';
import { RedisTier } from '../../lambda-runtime/stores/redis/redis-tier.js';
import type { SharedSettings } from '../../src/contract/shared-settings.js';
import { freePorts } from '../equipment/free-ports';
import { missingRedis, startRedis } from '../equipment/redis-servers';

afterEach(() => jest.restoreAllMocks());

async function warningsOf(settings: SharedSettings, environment?: NodeJS.ProcessEnv): Promise<string[]> {
  const one = new Environment({ settings, environment }, (key) => Promise.resolve({ key, version: 1 }), {});
  await one.get('a');
  await one.settle();
  return one.warnings;
}

async function nobody(): Promise<number> {
  return (await freePorts(1))[0];
}

describe('the first error of a connection is logged with its host, port and code', () => {
  test.each([{ kind: 'redis' }, { kind: 'redis', cluster: true }, { kind: 'memcached' }] as const)('nothing listens: %j', async (kind) => {
    const port = await nobody();
    const [warning] = await warningsOf({ ...PATIENT, ...kind, host: '127.0.0.1', port });
    expect(warning).toContain(`127.0.0.1:${port}`);
    expect(warning).toContain('ECONNREFUSED');
  });

  test.each([{ kind: 'redis' }, { kind: 'redis', cluster: true }, { kind: 'memcached' }] as const)('the name does not exist: %j', async (kind) => {
    const notFound = Object.assign(new Error('queryA ENOTFOUND cache.example'), { code: 'ENOTFOUND' });
    jest.spyOn(dns.promises.Resolver.prototype, 'resolve4').mockRejectedValue(notFound);
    jest.spyOn(dns.promises, 'lookup').mockRejectedValue(notFound);
    const [warning] = await warningsOf({ ...PATIENT, ...kind, host: 'cache.example', port: 6379 });
    expect(warning).toContain('cache.example:6379');
    expect(warning).toContain('ENOTFOUND');
  });

  (missingRedis() === undefined ? test.each : test.skip.each)([{}, { cluster: true }] as const)('a certificate that is not trusted: %j', async (more) => {
    const server = await startRedis({ tls: true });
    try {
      const [warning] = await warningsOf({ kind: 'redis', ...PATIENT, ...more, host: 'localhost', port: server.port, tls: {} });
      expect(warning).toContain(`localhost:${server.port}`);
      expect(warning).toMatch(/UNABLE_TO_VERIFY|SELF_SIGNED|CERT/);
    } finally {
      await server.stop();
    }
  });

  test('a server that is not Redis, and keeps a connection open that was ended: the next command neither waits for it nor blames the socket', async () => {
    const server = createServer({ allowHalfOpen: true }, (socket) => socket.once('data', () => socket.write('garbage\r\n')));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as { port: number };
    const tier = new RedisTier({ settings: { kind: 'redis', host: '127.0.0.1', port }, environment: {}, connectTimeoutMs: 60_000 }, 'shop');
    try {
      await expect(tier.read(['shop:k'], [])).rejects.toThrow('Protocol error, got "g"');
      // It must not be repeated, so it ends with this connection.
      await expect(tier.write([{ key: 'shop:k', bytes: Buffer.from([0]), retentionMs: 1_000, expected: undefined, isOnce: true }]))
        .rejects.toThrow('Connection is closed.');
    } finally {
      tier.discard();
      server.close();
    }
  });

  test('a Memcached server whose answers are out of step: its connection is replaced', async () => {
    let connections = 0;
    const server = createServer((socket) => {
      const isFirst = ++connections === 1;
      socket.on('error', () => {});
      socket.on('data', () => socket.write(isFirst ? 'STORED\r\n' : 'END\r\n'));
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as { port: number };
    const tier = new MemcachedTier(new Server({ host: '127.0.0.1', port }), 'shop');
    try {
      await expect(tier.read(['shop:k'], [])).rejects.toThrow('STORED');
      expect((await tier.read(['shop:k'], [])).values).toEqual([undefined]);
      expect(connections).toBe(2);
    } finally {
      tier.discard();
      server.close();
    }
  });

  test('a connection that takes too long', async () => {
    const silent = createServer().listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const { port } = silent.address() as { port: number };
    try {
      const warnings = await warningsOf({ kind: 'redis', ...PATIENT, connectTimeoutMs: 200, timeoutMs: 50, host: '127.0.0.1', port });
      expect(warnings).toContainEqual(expect.stringContaining(`at 127.0.0.1:${port} took longer than 200 ms to connect`));
    } finally {
      silent.close();
    }
  });
});

describeIfThere(DYNAMODB)('DynamoDB', () => {
  test('that fails is logged with its host, port and code', async () => {
    const port = await nobody();
    const [warning] = await warningsOf(SETTINGS, {
      AWS_REGION: 'eu-west-1', AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE', AWS_SECRET_ACCESS_KEY: 'secret', AWS_ENDPOINT_URL_DYNAMODB: `http://127.0.0.1:${port}`,
    });
    expect(warning).toContain(`127.0.0.1:${port}`);
    expect(warning).toContain('ECONNREFUSED');
  });
});
