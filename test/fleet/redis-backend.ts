import { type Backend, PATIENT, type Startable } from './backend.js';
import { INDEX_KEY } from './fleet.js';
import { LOG, logOf } from '../../lambda-runtime/stores/redis/scripts.js';
import { missingRedis, type RedisServer, startRedis } from '../equipment/redis-servers';

export const REDIS: Startable<Backend> = {
  name: 'one Redis',
  missing: missingRedis(),
  start: async () => redisBackend(await startRedis()),
};

/** A fleet's server: Redis, or one that takes its commands. */
export function redisBackend(server: Pick<RedisServer, 'port' | 'call' | 'stop'> & { readonly host: string }): Backend {
  return {
    settings: { kind: 'redis', host: server.host, port: server.port, ...PATIENT },
    clear: async () => {
      await server.call('FLUSHALL');
    },
    evict: async (key) => {
      expect(await server.call('DEL', key)).toBe('1');
    },
    overwrite: async (key, text) => {
      await server.call('SET', key, text);
    },
    log: async () => logOf(await server.call('HGET', INDEX_KEY, LOG)),
    remaining: async (key) => Number(await server.call('PTTL', key)),
    requestCount: async () => {
      const statistics = await server.call('INFO', 'commandstats');
      const callsOf = (name: string) => Number(new RegExp(`cmdstat_${name}:calls=(\\d+)`).exec(statistics)?.[1] ?? 0);
      return callsOf('mget') + callsOf('get');
    },
    stop: () => server.stop(),
  };
}
