import { Network } from './network';
import { entryFaults, PASSWORD, passwordFaults, serverFaults } from './redis-faults';
import { SHARED_CACHE } from './subject';
import { type Faults, reasons, type RunningTopology, type Topology } from './topology';
import { CacheAuth, RedisCompatibleCache } from '../../src';
import { REDIS_COMMANDS, type RedisSettings } from '../../src/contract/shared-settings';
import { FaultyProxy } from '../equipment/faulty-proxy';
import { missingRedis, missingValkey, type RedisServer, startRedis, startValkey, strangersCertificate } from '../equipment/redis-servers';
import { SecretsManager } from '../fleet/secrets-manager';

export const NAMESPACE = 'faults';

/** What the construct gives its user, and no more: the commands of the runtime, on the keys of the namespace. */
export const ACL = `~${NAMESPACE}:* -@all ${REDIS_COMMANDS.map((command) => `+${command}`).join(' ')}`;

export const SECRET = 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:login-abc';

export const NOT_REDIS: Partial<Faults> = reasons('Redis has no quota of requests: it is slow instead', 'throttled');
const SINGLE: Partial<Faults> = reasons('there is one server, and no other to take its place', 'one node black-holed', 'failed over', 'node died', 'resharded');
const NO_LOGIN: Partial<Faults> = reasons('nobody logs in', 'wrong password', 'password changed', 'expired token');
const PLAINTEXT: Partial<Faults> = reasons('nothing is encrypted', 'wrong certificate');
const NO_TOKEN: Partial<Faults> = reasons('it takes a password, no token', 'expired token');

/** What all of them have in common. */
export const REDIS: Pick<Topology, 'missing' | 'subject' | 'props'> = {
  missing: missingRedis(),
  subject: SHARED_CACHE,
  props: (scope) => ({ sharedCache: new RedisCompatibleCache(scope, 'Cache', { host: 'localhost', tls: false, auth: CacheAuth.none() }) }),
};

/** One server behind one proxy. */
export class SingleServer implements RunningTopology {
  public readonly network: Network;

  public constructor(
    public readonly server: RedisServer,
    public readonly proxy: FaultyProxy,
    private readonly more: Partial<RedisSettings> = {},
    public readonly variables: Readonly<Record<string, string>> = {},
    private readonly special: (server: SingleServer) => Partial<Faults> = () => ({}),
    private readonly onReset: () => Promise<void> = async () => {},
    private readonly onStop: () => Promise<void> = async () => {},
  ) {
    this.network = new Network([proxy]);
  }

  public get settings(): { readonly shared: RedisSettings } {
    return { shared: { kind: 'redis', host: 'localhost', port: this.proxy.port, ...this.more } };
  }

  public get faults(): Faults {
    return {
      ...NOT_REDIS,
      ...SINGLE,
      ...NO_LOGIN,
      ...PLAINTEXT,
      ...this.network.faults,
      ...serverFaults(this.server, this.network),
      ...entryFaults(() => Promise.resolve(this.server)),
      ...this.special(this),
    } as Faults;
  }

  public async reset(): Promise<void> {
    this.proxy.leadTo(this.server);
    await this.network.set('pass');
    await this.onReset();
    await this.server.call('FLUSHALL');
  }

  public async stop(): Promise<void> {
    await this.network.stop();
    await this.server.stop();
    await this.onStop();
  }
}

async function startPlain(start: typeof startRedis | typeof startValkey): Promise<RunningTopology> {
  const server = await start();
  return new SingleServer(server, await FaultyProxy.start(server));
}

/** With TLS, and a user who may do what the runtime does and no more; the password comes from Secrets Manager. */
async function startSecured(): Promise<RunningTopology> {
  const server = await startRedis({ tls: true, acl: ['user default off', `user app on >${PASSWORD} ${ACL}`] });
  const secrets = await SecretsManager.start();
  const setPassword = (password: string) => secrets.put(SECRET, JSON.stringify({ username: 'app', password }));
  setPassword(PASSWORD);
  const stranger = await startRedis({ tls: await strangersCertificate(), acl: ['user default on nopass ~* +@all'] });
  return new SingleServer(server, await FaultyProxy.start(server), { tls: { ca: server.ca }, auth: { type: 'secret', arn: SECRET } },
    secrets.environment as Record<string, string>, ({ network, proxy }) => ({
      ...NO_TOKEN,
      ...passwordFaults({ setPassword, servers: [server] }, network),
      'wrong certificate': {
        when: 'frozen',
        begin: async () => {
          proxy.leadTo(stranger);
          await network.set('closed', { only: 'existing' });
        },
        end: async () => proxy.leadTo(server),
      },
    }), async () => {
      setPassword(PASSWORD);
      await server.setPassword('app', PASSWORD);
    }, async () => {
      secrets.stop();
      await stranger.stop();
    });
}

/**
 * With TLS, and tokens. A server that takes any password stands in for ElastiCache, and one that takes another than the token's for what
 * ElastiCache does after 12 hours: it ends the connection, and refuses a token that is too old.
 */
async function startWithTokens(): Promise<RunningTopology> {
  const anyToken = (server: RedisServer) => server.call('ACL', 'SETUSER', 'app', 'nopass');
  const server = await startRedis({ tls: true, acl: ['user default off', `user app on nopass ${ACL}`] });
  return new SingleServer(server, await FaultyProxy.start(server), { tls: { ca: server.ca }, auth: { type: 'iam', user: 'app', cache: 'shop' } },
    {}, ({ network }) => ({
      ...reasons('there is no password, but tokens', 'wrong password', 'password changed'),
      ...reasons('with TLS as in the topology with passwords, where it is shown', 'wrong certificate'),
      'expired token': {
        when: 'frozen',
        begin: async () => {
          await server.setPassword('app', 'what no token is');
          await network.set('closed', { only: 'existing' });
        },
        end: async () => void await anyToken(server),
      },
    }), async () => void await anyToken(server));
}

/** A primary and its replica behind the name of the primary, as in ElastiCache without cluster mode: a failover leads the name elsewhere. */
async function startReplicated(): Promise<RunningTopology> {
  const [primary, replica] = await Promise.all([startRedis(), startRedis()]);
  const follow = async (follower: RedisServer, leader: RedisServer) => {
    await leader.call('REPLICAOF', 'NO', 'ONE');
    const replication = await follower.call('INFO', 'replication');
    if (replication.includes(`master_port:${leader.port}`) && replication.includes('master_link_status:up')) {
      return;
    }
    const since = follower.logLength;
    await follower.call('REPLICAOF', '127.0.0.1', leader.port);
    await follower.logged(/(MASTER|PRIMARY) <-> REPLICA sync: Finished with success|Successful partial resynchronization/, since);
  };
  await follow(replica, primary);
  return new SingleServer(primary, await FaultyProxy.start(primary), {}, {}, ({ network, proxy }) => ({
    'failed over': {
      when: 'frozen',
      begin: async () => {
        proxy.leadTo(replica);
        await follow(primary, replica);
      },
    },
    'node died': {
      when: 'frozen',
      begin: async () => {
        await primary.end('SIGKILL');
        await replica.call('REPLICAOF', 'NO', 'ONE');
        proxy.leadTo(replica);
        // Clients are not notified when a machine dies.
        await network.set('blackHole', { only: 'existing' });
      },
    },
  }), async () => {
    if (!primary.isRunning) {
      await primary.restart();
    }
    await follow(replica, primary);
  }, () => replica.stop());
}

export const REDIS_TOPOLOGIES: readonly Topology[] = [
  { ...REDIS, name: 'Redis', start: () => startPlain(startRedis) },
  { ...REDIS, name: 'Redis, TLS, password', start: startSecured },
  { ...REDIS, name: 'Redis, TLS, token', start: startWithTokens },
  { ...REDIS, name: 'Redis, replica', start: startReplicated },
  { ...REDIS, name: 'Valkey', missing: missingValkey(), start: () => startPlain(startValkey) },
];
