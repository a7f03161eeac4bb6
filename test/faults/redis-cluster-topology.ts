import { Network } from './network';
import { entryFaults, FILLED_KEYS, PASSWORD, passwordFaults } from './redis-faults';
import { ACL, NOT_REDIS, REDIS, SECRET } from './redis-topologies';
import { type Fault, type Faults, reasons, type RunningTopology, type Topology } from './topology';
import { FaultyProxy } from '../equipment/faulty-proxy';
import { freePorts } from '../equipment/free-ports';
import { type RedisServer, startRedis, startRedisCluster, strangersCertificate } from '../equipment/redis-servers';
import { SecretsManager } from '../fleet/secrets-manager';

const NODES = 6;

/** The node with the function's invalidation index, which every read uses. */
const STAMPS_KEY = 'faults:2:@';

/** Three primaries with a replica each, with TLS and a user who may do what the runtime does; every node behind a proxy of its own. */
async function start(): Promise<RunningTopology> {
  const ports = await freePorts(NODES);
  const announced = await freePorts(NODES);
  const proxies = await Promise.all(ports.map((port, index) => FaultyProxy.start({ host: '127.0.0.1', port }, { port: announced[index] })));
  const network = new Network(proxies);
  const cluster = await startRedisCluster({ ports, announcedPorts: announced, acl: ['user default off', `user app on >${PASSWORD} ${ACL}`] });
  const secrets = await SecretsManager.start();
  const setPassword = (password: string) => secrets.put(SECRET, JSON.stringify({ username: 'app', password }));
  setPassword(PASSWORD);
  const stranger = await startRedis({ tls: await strangersCertificate(), acl: ['user default on nopass ~* +@all'] });
  const lead = () => proxies.forEach((proxy, index) => proxy.leadTo({ host: '127.0.0.1', port: ports[index] }));
  const proxyOf = (node: RedisServer) => proxies[ports.indexOf(node.port)];
  const primaries = async () => [...new Set(await Promise.all(FILLED_KEYS.map((key) => cluster.primaryOf(key))))];
  const all = async (change: (node: RedisServer) => Promise<unknown>) => {
    await Promise.all((await primaries()).map(change));
  };
  const closed = () => network.set('closed', { only: 'existing' });

  const faults = (): { readonly [name: string]: Fault } => ({
    ...network.faults,
    ...entryFaults((key) => cluster.primaryOf(key)),
    ...passwordFaults({ setPassword, servers: cluster.nodes }, network),
    'one node black-holed': {
      when: 'frozen',
      begin: async () => proxyOf(await cluster.primaryOf(STAMPS_KEY)).set('blackHole'),
      end: () => network.set('pass'),
    },
    'restarted': { when: 'frozen', begin: () => restart(cluster.nodes) },
    'failed over': { when: 'frozen', begin: () => cluster.failOver(STAMPS_KEY) },
    'node died': {
      when: 'frozen',
      begin: async () => {
        const [primary, replica] = [await cluster.primaryOf(STAMPS_KEY), await cluster.replicaOf(STAMPS_KEY)];
        const since = replica.logLength;
        promoted = () => replica.logged(/Failover election won/, since);
        dead = primary;
        await primary.end('SIGKILL');
      },
      // Nobody serves its slots for some seconds.
      end: () => promoted(),
    },
    'resharded': { when: 'frozen', begin: () => cluster.reshard([STAMPS_KEY, ...FILLED_KEYS]) },
    'OOM': {
      when: 'frozen',
      begin: () => all((node) => node.runOutOfMemory()),
      end: () => all((node) => node.getMemoryBack()),
    },
    'wrong certificate': {
      when: 'frozen',
      begin: async () => {
        proxies.forEach((proxy) => proxy.leadTo(stranger));
        await closed();
      },
      end: async () => {
        lead();
        await closed();
      },
    },
  });
  let dead: RedisServer | undefined;
  let promoted = async () => {};

  return {
    settings: {
      shared: { kind: 'redis', host: 'localhost', port: announced[0], cluster: true, tls: { ca: cluster.ca }, auth: { type: 'secret', arn: SECRET } },
    },
    variables: secrets.environment as Record<string, string>,
    faults: {
      ...NOT_REDIS,
      ...reasons('it takes a password, no token', 'expired token'),
      ...reasons('a demoted node of a cluster says MOVED instead: shown by the failovers', 'READONLY'),
      ...reasons('the nodes themselves would not reach each other any more, which no quota of ElastiCache does', 'max clients'),
      ...faults(),
    } as Faults,
    reset: async () => {
      lead();
      await network.set('pass');
      setPassword(PASSWORD);
      await dead?.restart();
      dead = undefined;
      await Promise.all(cluster.nodes.map((node) => node.setPassword('app', PASSWORD)));
      await all((node) => node.call('FLUSHALL'));
    },
    stop: async () => {
      await network.stop();
      await cluster.stop();
      await stranger.stop();
      secrets.stop();
    },
  };
}

/** All of them, as a cluster is that was stopped and started: each finds its slots again in its file. */
async function restart(nodes: readonly RedisServer[]): Promise<void> {
  await Promise.all(nodes.map((node) => node.end()));
  const since = nodes.map((node) => node.logLength);
  await Promise.all(nodes.map((node) => node.restart()));
  await Promise.all(nodes.map((node, index) => node.logged(/Cluster state changed: ok/, since[index])));
}

export const REDIS_CLUSTER: Topology = { ...REDIS, name: 'Redis cluster, TLS, password', start };
