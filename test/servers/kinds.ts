import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DeleteItemCommand, ScanCommand } from '@aws-sdk/client-dynamodb';
import { DynamoDbImitation, dynaliteVersion, FakeRedis, missingDynalite, missingPythonPackage, pythonPackageVersion } from './other-servers';
import type { StartedTier, TierKind } from '../api/harnesses/layer-with-tier';
import { DYNAMODB, MEMCACHED, REDIS, tested, TLS_CLUSTER, VALKEY } from '../api/harnesses/tiers';
import { memcachedBinary } from '../equipment/memcached-servers/binaries';
import { redisBinaries, valkeyBinaries } from '../equipment/redis-servers/binaries';
import { dynamoDbBackend, SETTINGS } from '../fleet/dynamodb-backend';
import { redisBackend } from '../fleet/redis-backend';

/** A server that functions may share their entries in. */
export interface Server {
  readonly name: string;
  readonly kind: TierKind;
  version(): string | Promise<string>;
  /** Why it cannot be used. @default - it works */
  readonly problem?: string;
}

function versionIn(executable: string, ...args: string[]): string {
  return /\d+\.\d+\.\d+/.exec(execFileSync(executable, args, { encoding: 'utf8' }))![0];
}

/** What `mvn -f test/equipment/dynamodb-local` installs. */
function dynamoDbLocalVersion(): string {
  const pom = readFileSync(join(__dirname, '..', 'equipment', 'dynamodb-local', 'pom.xml'), 'utf8');
  return /<artifactId>DynamoDBLocal<\/artifactId>\s*<version>(.+?)<\/version>/.exec(pom)![1];
}

/** One of the servers that other people's tests use. */
function fakeRedis(name: string, type: string): Server {
  return {
    name,
    version: () => pythonPackageVersion('fakeredis'),
    kind: {
      name,
      has: [],
      missing: missingPythonPackage('fakeredis') ?? missingPythonPackage('lupa'),
      clock: 'stands-still',
      start: async (variables) => tested(redisBackend(await FakeRedis.start(type, variables))),
    },
  };
}

/** dynalite cannot make a table again as soon as it was deleted: its items are deleted instead. */
async function imitation(server: DynamoDbImitation): Promise<StartedTier> {
  const backend = await dynamoDbBackend(server);
  const { partitionKey, table: TableName } = SETTINGS;
  return {
    ...tested(backend),
    clear: async () => {
      const { Items = [] } = await backend.client.send(new ScanCommand({ TableName, ProjectionExpression: '#k', ExpressionAttributeNames: { '#k': partitionKey } }));
      await Promise.all(Items.map((Key) => backend.client.send(new DeleteItemCommand({ TableName, Key }))));
    },
  };
}

export const SERVERS: readonly Server[] = [
  { name: 'Redis', kind: REDIS, version: () => versionIn(redisBinaries().server, '--version') },
  { name: 'Redis, a cluster with TLS', kind: TLS_CLUSTER, version: () => versionIn(redisBinaries().server, '--version') },
  { name: 'Valkey', kind: VALKEY, version: () => versionIn(valkeyBinaries().server, '--version') },
  { name: 'Memcached', kind: MEMCACHED, version: () => versionIn(memcachedBinary()!, '--version') },
  { name: 'DynamoDB Local', kind: DYNAMODB, version: dynamoDbLocalVersion },
  fakeRedis('fakeredis, with Lua', 'redis'),
  fakeRedis('fakeredis as Dragonfly, with Lua', 'dragonfly'),
  {
    name: 'dynalite',
    version: dynaliteVersion,
    kind: {
      name: 'dynalite',
      has: [],
      missing: missingDynalite(),
      clock: 'stands-still',
      start: async (variables) => imitation(await DynamoDbImitation.dynalite(variables)),
    },
  },
  {
    name: 'moto',
    version: () => pythonPackageVersion('moto'),
    problem: 'its `begins_with` never holds for a binary attribute, so no entry replaces an older one',
    kind: {
      name: 'moto',
      has: [],
      missing: missingPythonPackage('moto.server'),
      clock: 'stands-still',
      start: async (variables) => imitation(await DynamoDbImitation.moto(variables)),
    },
  },
];
