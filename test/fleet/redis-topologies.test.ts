import { PATIENT, type Startable, type Topology } from './backend.js';
import { NAMESPACE } from './fleet.js';
import { SecretsManager } from './secrets-manager.js';
import { testTopology } from './topology-tests.js';
import { REDIS_COMMANDS, type RedisSettings } from '../../src/contract/shared-settings.js';
import { missingRedis, missingValkey, startRedis, startRedisCluster, startValkey } from '../equipment/redis-servers';

/** What the construct gives its user, and no more: the commands of the runtime, on the keys of the namespace. */
const ACL = `~${NAMESPACE}:* -@all ${REDIS_COMMANDS.map((command) => `+${command}`).join(' ')}`;
const USER_OF_RUNTIME = ['user default off', `user app on >pass ${ACL}`];
const LOGIN = JSON.stringify({ username: 'app', password: 'pass' });
const SECRET = 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:login-abc';

interface Server {
  readonly host: string;
  readonly port: number;
  readonly ca: string | undefined;
  stop(): Promise<void>;
}

/** @param login what the secret holds by which functions authenticate; absent: they need not */
async function reached(server: Server, login?: string, more?: Partial<RedisSettings>): Promise<Topology> {
  const { host, port, ca } = server;
  const secrets = await SecretsManager.start();
  if (login !== undefined) {
    secrets.put(SECRET, login);
  }
  return {
    settings: {
      kind: 'redis', host, port, ...PATIENT, ...(ca !== undefined && { tls: { ca } }), ...(login !== undefined && { auth: { type: 'secret', arn: SECRET } }), ...more,
    },
    environment: secrets.environment,
    stop: async () => {
      secrets.stop();
      await server.stop();
    },
  };
}

const topologies: readonly Startable<Topology>[] = [
  { name: 'one server', missing: missingRedis(), start: async () => reached(await startRedis()) },
  {
    name: 'one server with TLS, and a user who may do what the runtime does',
    missing: missingRedis(),
    start: async () => reached(await startRedis({ tls: true, acl: USER_OF_RUNTIME }), LOGIN),
  },
  {
    name: 'one server with a password alone',
    missing: missingRedis(),
    start: async () => reached(await startRedis({ acl: ['user default on >p@ss ~* +@all'] }), 'p@ss'),
  },
  {
    name: 'a cluster with TLS, and a user who may do what the runtime does',
    missing: missingRedis(),
    start: async () => reached(await startRedisCluster({ acl: USER_OF_RUNTIME }), LOGIN, { cluster: true }),
  },
  { name: 'Valkey', missing: missingValkey(), start: async () => reached(await startValkey()) },
];

topologies.forEach(testTopology);
