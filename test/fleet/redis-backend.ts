import { type Backend, PATIENT, type Startable } from './backend.js';
import { missingRedis, startRedis } from '../redis-servers';

export const REDIS: Startable<Backend> = {
  name: 'one Redis',
  missing: missingRedis(),
  start: async () => {
    const server = await startRedis();
    return {
      settings: { kind: 'redis', host: server.host, port: server.port, ...PATIENT },
      clear: async () => {
        await server.call('FLUSHALL');
      },
      evict: async (key) => {
        expect(await server.call('DEL', key)).toBe('1');
      },
      remaining: async (key) => Number(await server.call('PTTL', key)),
      questions: async () => {
        const statistics = await server.call('INFO', 'commandstats');
        const callsOf = (name: string) => Number(new RegExp(`cmdstat_${name}:calls=(\\d+)`).exec(statistics)?.[1] ?? 0);
        return callsOf('mget') + callsOf('get');
      },
      stop: () => server.stop(),
    };
  },
};
