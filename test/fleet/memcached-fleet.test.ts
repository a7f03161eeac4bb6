import { PATIENT, type Startable, type Topology } from './backend.js';
import { testFleet } from './fleet-tests.js';
import { MEMCACHED } from './memcached-backend.js';
import { testFleetModel } from './model-tests.js';
import { testTopology } from './topology-tests.js';
import { missingMemcached, startMemcached, startMemcachedCluster } from '../equipment/memcached-servers';

const WITH_TLS: Startable<Topology> = {
  name: 'one Memcached with TLS',
  missing: missingMemcached(),
  start: async () => {
    const server = await startMemcached({ tls: true });
    return { settings: { kind: 'memcached', host: server.host, port: server.port, tls: { ca: server.ca }, ...PATIENT }, stop: () => server.stop() };
  },
};

const [CLUSTER, CLUSTER_WITH_TLS] = [false, true].map((tls): Startable<Topology> => ({
  name: `a cluster of Memcached with${tls ? '' : 'out'} TLS`,
  missing: missingMemcached(),
  start: async () => {
    const cluster = await startMemcachedCluster({ tls });
    const { host, port, ca } = cluster;
    return {
      settings: { kind: 'memcached', host, port, discovery: true, ...(ca !== undefined && { tls: { ca } }), ...PATIENT },
      stop: () => cluster.stop(),
    };
  },
}));

testFleet(MEMCACHED);
[MEMCACHED, WITH_TLS, CLUSTER_WITH_TLS].forEach(testTopology);
[MEMCACHED, CLUSTER].forEach(testFleetModel);
