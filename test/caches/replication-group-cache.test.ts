import { Annotations, Duration, RemovalPolicy, Token } from 'aws-cdk-lib';
import { Annotations as Found, Match, Template } from 'aws-cdk-lib/assertions';
import type { MathExpression } from 'aws-cdk-lib/aws-cloudwatch';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { all, givenVpc, newFunction, newStack, newVpc, only, settingsOf, statements } from './stacks';
import { CacheAuth, CacheEngine, ReplicationGroupCache, type ReplicationGroupCacheProps } from '../../src';

const CACHE = 'AWS::ElastiCache::ReplicationGroup';

function cacheWith(props: Partial<ReplicationGroupCacheProps>) {
  const stack = newStack();
  const vpc = newVpc(stack);
  const cache = new ReplicationGroupCache(stack, 'Cache', { vpc, ...props });
  return { stack, vpc, cache };
}

test('has a Valkey primary and a replica in two zones, encrypted, for users only', () => {
  const { stack } = cacheWith({});

  expect(only(stack, CACHE)).toMatchObject({
    Engine: 'valkey',
    EngineVersion: '8.0',
    CacheNodeType: 'cache.t4g.micro',
    CacheParameterGroupName: 'default.valkey8',
    NumCacheClusters: 2,
    AutomaticFailoverEnabled: true,
    MultiAZEnabled: true,
    TransitEncryptionEnabled: true,
    AtRestEncryptionEnabled: true,
    UserGroupIds: [{ Ref: expect.stringContaining('CacheUsersGroup') }],
  });
  expect(only(stack, CACHE)).not.toHaveProperty('AuthToken');
  expect(only(stack, 'AWS::ElastiCache::SubnetGroup').SubnetIds)
    .toEqual([{ Ref: expect.stringMatching('VpcPrivateSubnet1') }, { Ref: expect.stringMatching('VpcPrivateSubnet2') }]);
});

test('in cluster mode has shards, whose number can be changed in place', () => {
  const { stack, cache, vpc } = cacheWith({ clusterMode: true, shards: 3, replicas: 2 });

  newFunction(stack, { vpc, sharedCache: cache });

  Template.fromStack(stack).hasResource(CACHE, {
    Properties: Match.objectLike({
      NumNodeGroups: 3, ReplicasPerNodeGroup: 2, CacheParameterGroupName: 'default.valkey8.cluster.on', NumCacheClusters: Match.absent(),
    }),
    UpdatePolicy: { UseOnlineResharding: true },
  });
  expect(settingsOf(stack).shared).toMatchObject({ host: "{'Fn::GetAtt':['Cache18F6EE16','ConfigurationEndPoint.Address']}", cluster: true, port: 6379 });
});

test('passes every prop to ElastiCache', () => {
  const stack = newStack();
  const key = new Key(stack, 'Key');

  new ReplicationGroupCache(stack, 'Cache', {
    vpc: newVpc(stack),
    engine: CacheEngine.REDIS_OSS,
    engineVersion: '7.0',
    nodeType: 'cache.r7g.large',
    replicas: 3,
    multiAz: false,
    port: 6400,
    parameters: { 'maxmemory-policy': 'allkeys-lru' },
    maintenanceWindow: 'sun:03:00-sun:04:00',
    snapshotRetention: Duration.days(1),
    snapshotWindow: '01:00-02:00',
    autoMinorVersionUpgrade: false,
    encryptionKey: key,
    removalPolicy: RemovalPolicy.RETAIN,
  });

  Template.fromStack(stack).hasResource(CACHE, {
    DeletionPolicy: 'Retain',
    Properties: Match.objectLike({
      Engine: 'redis',
      EngineVersion: '7.0',
      CacheNodeType: 'cache.r7g.large',
      CacheParameterGroupName: { Ref: Match.stringLikeRegexp('CacheParameters') },
      NumCacheClusters: 4,
      MultiAZEnabled: false,
      Port: 6400,
      PreferredMaintenanceWindow: 'sun:03:00-sun:04:00',
      SnapshotRetentionLimit: 1,
      SnapshotWindow: '01:00-02:00',
      AutoMinorVersionUpgrade: false,
      KmsKeyId: stack.resolve(key.keyArn) as object,
    }),
  });
  expect(only(stack, 'AWS::ElastiCache::ParameterGroup')).toMatchObject({ CacheParameterGroupFamily: 'redis7', Properties: { 'maxmemory-policy': 'allkeys-lru' } });
});

test.each([
  [CacheEngine.REDIS_OSS, '6.2', 'redis6.x'], [CacheEngine.REDIS_OSS, '7.1', 'redis7'], [CacheEngine.VALKEY, '7.2', 'valkey7'], [CacheEngine.VALKEY, '8.1', 'valkey8'],
])('takes the parameters of %s %s', (engine, engineVersion, family) => {
  expect(only(cacheWith({ engine, engineVersion }).stack, CACHE).CacheParameterGroupName).toBe(`default.${family}`);
});

describe('a function that uses it', () => {
  test('reads and writes at the primary, as its user', () => {
    const { stack, vpc, cache } = cacheWith({});

    newFunction(stack, { vpc, sharedCache: cache });

    expect(settingsOf(stack).shared).toEqual({
      kind: 'redis',
      host: "{'Fn::GetAtt':['Cache18F6EE16','PrimaryEndPoint.Address']}",
      port: 6379,
      incarnation: expect.any(String) as string,
      tls: {},
      auth: { type: 'iam', user: only(stack, 'AWS::ElastiCache::User').UserId, cache: "{'Ref':'Cache18F6EE16'}" },
    });
    const [{ Action, Resource }] = statements(stack);
    expect(Action).toBe('elasticache:Connect');
    expect(JSON.stringify(Resource)).toMatch(/:replicationgroup:",\{"Ref":"Cache18F6EE16"\}.*:user:[a-z0-9-]+"/);
    expect(JSON.stringify(Resource)).not.toContain('*');
  });

  test('reads a generated password if the engine has no IAM authentication, and no template contains it', () => {
    const { stack, vpc, cache } = cacheWith({ engine: CacheEngine.REDIS_OSS, engineVersion: '6.2' });

    newFunction(stack, { vpc, sharedCache: cache });

    const secret = { Ref: Object.keys(all(stack, 'AWS::SecretsManager::Secret'))[0] };
    expect(only(stack, CACHE)).toMatchObject({
      AuthToken: { 'Fn::Join': ['', ['{{resolve:secretsmanager:', secret, ':SecretString:password::}}']] },
    });
    expect(only(stack, CACHE)).not.toHaveProperty('UserGroupIds');
    expect(settingsOf(stack).shared).toMatchObject({ auth: { type: 'secret', arn: JSON.stringify(secret).replaceAll('"', "'") } });
    expect(statements(stack)).toEqual([
      { Action: ['secretsmanager:GetSecretValue', 'secretsmanager:DescribeSecret'], Effect: 'Allow', Resource: secret },
    ]);
    expect(() => cache.addUser('Orders', { namespace: 'orders' })).toThrow('engineVersion is too old for IAM authentication, which addUser() requires');
  });

  test('can be a user with access to one namespace', () => {
    const { stack, vpc, cache } = cacheWith({});

    newFunction(stack, { vpc, sharedCache: cache.addUser('Orders', { namespace: 'orders' }) });

    expect(settingsOf(stack)).toMatchObject({ namespace: 'orders' });
    expect(Object.values(all(stack, 'AWS::ElastiCache::User')).map(({ AccessString }) => String(AccessString).split(' ')[1]).sort()).toEqual(['~*', '~orders:*']);
  });
});

describe('imported', () => {
  test.each<[string, (auth: Secret) => CacheAuth, object | undefined]>([
    ['with IAM', () => CacheAuth.iam({ userId: 'reader' }), { type: 'iam', user: 'reader', cache: 'shop' }],
    ['with a secret', (secret) => CacheAuth.secret(secret), { type: 'secret', arn: "{'Ref':'SecretA720EF05'}" }],
    ['open to all', () => CacheAuth.none(), undefined],
  ])('%s is used unchanged', (_, auth, rendered) => {
    const stack = newStack();
    const vpc = givenVpc(stack);
    const cache = ReplicationGroupCache.fromReplicationGroupCacheAttributes(stack, 'Cache', {
      replicationGroupId: 'shop', endpointAddress: 'shop.example.com', endpointPort: 6380, vpc, tls: rendered !== undefined, auth: auth(new Secret(stack, 'Secret')),
    });

    newFunction(stack, { vpc, sharedCache: cache });

    expect(settingsOf(stack).shared).toEqual({
      kind: 'redis', host: 'shop.example.com', port: 6380, ...(rendered !== undefined && { tls: {}, auth: rendered }),
    });
    Template.fromStack(stack).resourceCountIs('AWS::EC2::SecurityGroupIngress', 0);
  });
});

describe('its metrics', () => {
  const nodesOf = (metric: { toMetricConfig(): object }) => Object.values((metric as MathExpression).usingMetrics)
    .map((each) => each.toMetricConfig().metricStat!.dimensions!.map(({ name, value }) => `${name}=${String(value)}`).join());

  test('are those of the nodes, each by its own name, and their combination', () => {
    const { cache } = cacheWith({ replicas: 2 });
    const id = cache.replicationGroupId;

    const cpu = cache.metricCpu() as MathExpression;

    expect(cpu.expression).toBe('MAX([node1, node2, node3])');
    expect(nodesOf(cpu)).toEqual([`CacheClusterId=${id}-001`, `CacheClusterId=${id}-002`, `CacheClusterId=${id}-003`]);
    expect((cache.metricEvictions() as MathExpression).expression).toBe('SUM([node1, node2, node3])');
  });

  test('name the shard too, in cluster mode', () => {
    const { cache } = cacheWith({ clusterMode: true, shards: 2, replicas: 1 });
    const id = cache.replicationGroupId;

    expect(nodesOf(cache.metricMemoryUsage())).toEqual(['0001-001', '0001-002', '0002-001', '0002-002'].map((node) => `CacheClusterId=${id}-${node}`));
  });

  test('of one node are plain, so that any alarm can use them', () => {
    const { cache } = cacheWith({ replicas: 0 });

    expect(cache.metricCpu({ label: 'Cache' }).toMetricConfig().metricStat).toMatchObject({ namespace: 'AWS/ElastiCache', metricName: 'EngineCPUUtilization', statistic: 'Maximum' });
  });
});

describe('what ElastiCache would refuse is an error', () => {
  test.each<[string, Partial<ReplicationGroupCacheProps>, string]>([
    ['an invalid node type', { nodeType: 't4g.small' }, "nodeType must look like 'cache.t4g.micro', but is 't4g.small'"],
    ['shards without cluster mode', { shards: 2 }, 'shards must be 1 without clusterMode, but is 2. Set clusterMode: true.'],
    ['no shard', { clusterMode: true, shards: 0 }, 'shards must be a whole number from 1 to 500, but is 0'],
    ['too many replicas', { replicas: 6 }, 'replicas must be a whole number from 0 to 5, but is 6'],
    ['several zones for one node', { replicas: 0, multiAz: true }, 'multiAz must be false without replicas, but is true'],
    ['a version of nothing', { engineVersion: 'newest' }, "engineVersion must be a version like '8.0', known before deploying, but is 'newest'"],
    ['a version known only at deploy time', { engineVersion: Token.asString({ Ref: 'V' }) }, 'known before deploying'],
    ['a version before Valkey', { engineVersion: '6.2' }, 'engineVersion must be 7.2 or later for Valkey'],
    ['a version after Redis OSS', { engine: CacheEngine.REDIS_OSS, engineVersion: '8.0' }, 'engineVersion must be 6.2 to 7.1 for Redis OSS'],
    ['an invalid window', { maintenanceWindow: 'Sunday' }, "maintenanceWindow must look like 'sun:04:00-sun:05:00', but is 'Sunday'"],
    ['an invalid snapshot window', { snapshotWindow: '3-4' }, "snapshotWindow must look like '03:00-04:00', but is '3-4'"],
    ['an invalid port', { port: 70_000 }, 'port must be a whole number from 1 to 65535, but is 70000'],
  ])('%s', (_, props, message) => {
    expect(() => cacheWith(props)).toThrow(message);
  });

  test('no replicas cause a warning, which in cluster mode mentions that ElastiCache cannot update the cache', () => {
    const { stack } = cacheWith({ replicas: 0, clusterMode: true });

    Found.fromStack(stack).hasWarning('/Shop/Cache', Match.stringLikeRegexp('cannot update a cluster without replicas'));
    expect(only(stack, CACHE)).toMatchObject({ AutomaticFailoverEnabled: true, MultiAZEnabled: false });
    Annotations.of(stack).acknowledgeWarning('cdk-cached-function:noReplicas');
  });
});
