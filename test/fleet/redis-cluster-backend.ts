import { PATIENT, type Startable, type Topology } from './backend.js';
import { FaultyProxy } from '../equipment/faulty-proxy';
import { freePorts } from '../equipment/free-ports';
import { missingRedis, startRedisCluster } from '../equipment/redis-servers';

const NODES = 6;

/** A cluster without encryption, each node of which is reached through its own proxy. */
export interface ProxiedCluster extends Topology {
  readonly proxies: readonly FaultyProxy[];
}

/** @param onRequest receives the bytes that a node is sent, with the node's proxy */
export const proxiedCluster = (onRequest: (bytes: Buffer, proxy: FaultyProxy) => void): Startable<ProxiedCluster> => ({
  name: 'a Redis cluster',
  missing: missingRedis(),
  start: async () => {
    const ports = await freePorts(NODES);
    const announcedPorts = await freePorts(NODES);
    const proxies: FaultyProxy[] = await Promise.all(ports.map((port, index) =>
      FaultyProxy.start({ host: '127.0.0.1', port }, { port: announcedPorts[index], onRequest: (bytes) => onRequest(bytes, proxies[index]) })));
    const cluster = await startRedisCluster({ tls: false, ports, announcedPorts });
    return {
      settings: { kind: 'redis', host: 'localhost', port: announcedPorts[0], cluster: true, ...PATIENT },
      proxies,
      stop: async () => {
        await Promise.all(proxies.map((proxy) => proxy.stop()));
        await cluster.stop();
      },
    };
  },
});
