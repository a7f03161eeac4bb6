import { type Backend, PATIENT, type Startable } from './backend.js';
import { INDEX_KEY } from './fleet.js';
import { decodeLog } from '../../lambda-runtime/stores/memcached/change-log.js';
import { type MemcachedServerOptions, missingMemcached, startMemcached } from '../equipment/memcached-servers';

export const MEMCACHED: Startable<Backend> = {
  name: 'one Memcached',
  missing: missingMemcached(),
  start: () => startMemcachedBackend(),
};

export async function startMemcachedBackend(options?: MemcachedServerOptions): Promise<Backend> {
  const server = await startMemcached(options);
  return {
    settings: { kind: 'memcached', host: server.host, port: server.port, ...PATIENT },
    clear: async () => {
      expect(await server.call('flush_all')).toBe('OK');
    },
    evict: async (key) => {
      expect(await server.call(`delete ${key}`)).toBe('DELETED');
    },
    overwrite: async (key, text) => {
      expect(await server.call(`set ${key} 0 0 ${text.length}\r\n${text}`)).toBe('STORED');
    },
    log: async () => {
      const [, ...lines] = (await server.call(`get ${INDEX_KEY}log`)).split('\r\n');
      return decodeLog(Buffer.from(lines[0] ?? ''));
    },
    remaining: async (key) => Number(/^HD t(\d+)$/.exec(await server.call(`mg ${key} t`))?.[1]) * 1_000,
    requestCount: () => Promise.resolve(server.retrievals),
    stop: () => server.stop(),
  };
}
