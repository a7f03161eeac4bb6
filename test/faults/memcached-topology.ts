import { Construct } from 'constructs';
import { Network } from './network';
import { FILLED_KEYS, OVERSIZED_BYTES } from './redis-faults';
import { SHARED_CACHE } from './subject';
import { type Fault, type Faults, reasons, type RunningTopology, type Topology } from './topology';
import type { ISharedCache } from '../../src';
import { FaultyProxy } from '../equipment/faulty-proxy';
import { missingMemcached, startMemcached } from '../equipment/memcached-servers';

/** In no VPC, unlike every Memcached of ElastiCache, so that the function need not be in one either. */
class AnyMemcached extends Construct implements ISharedCache {
  public readonly _needs = {};

  public _allowConnectionsFrom(): ReturnType<ISharedCache['_allowConnectionsFrom']> {
    return { settings: { kind: 'memcached', host: 'localhost', port: 11_211 } };
  }
}

/** One Memcached behind one proxy. */
async function start(): Promise<RunningTopology> {
  const server = await startMemcached();
  const proxy = await FaultyProxy.start(server);
  const network = new Network([proxy]);
  const replaced = (bytes: string): Fault => ({
    when: 'frozen',
    begin: async () => {
      for (const key of FILLED_KEYS) {
        await server.call(`set ${key} 0 0 ${bytes.length}`, bytes);
      }
    },
    // It lasts until every entry has been read, and replaced.
    end: async () => {},
  });
  return {
    settings: { shared: { kind: 'memcached', host: 'localhost', port: proxy.port } },
    faults: {
      ...reasons('there is one node, and no other to take its place: what several lose is shown in test/fleet/memcached-losses.test.ts',
        'one node black-holed', 'failed over', 'node died', 'resharded'),
      ...reasons('Memcached has no primary', 'READONLY'),
      ...reasons('Memcached evicts', 'OOM'),
      ...reasons('Memcached lets clients wait who are too many: as black-holed', 'max clients'),
      ...reasons('Memcached has no quota of requests', 'throttled'),
      ...reasons('the runtime\'s Memcached knows no users', 'wrong password', 'password changed', 'expired token'),
      ...reasons('nothing is encrypted here; TLS is that of Node.js as with Redis', 'wrong certificate'),
      ...reasons(`Memcached takes nothing that is larger than ${OVERSIZED_BYTES / 2} bytes`, 'oversized value'),
      ...network.faults,
      'restarted': { when: 'frozen', begin: () => server.restart() },
      'garbage in an entry': replaced('garbage'.repeat(20)),
    } as Faults,
    reset: async () => {
      await network.set('pass');
      await server.call('flush_all');
    },
    stop: async () => {
      await network.stop();
      await server.stop();
    },
  };
}

export const MEMCACHED: Topology = {
  name: 'Memcached',
  missing: missingMemcached(),
  subject: SHARED_CACHE,
  props: (scope) => ({ sharedCache: new AnyMemcached(scope, 'Cache') }),
  start,
};
