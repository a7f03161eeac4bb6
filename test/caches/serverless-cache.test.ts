import { Duration, RemovalPolicy, Size, Token } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { SubnetType, Vpc } from 'aws-cdk-lib/aws-ec2';
import { Key } from 'aws-cdk-lib/aws-kms';
import { all, givenVpc, newFunction, newStack, newVpc, only, settingsOf, statements } from './stacks';
import { CacheAuth, CacheEngine, ServerlessCache, type ServerlessCacheProps } from '../../src';
import { REDIS_COMMANDS } from '../../src/contract/shared-settings';

const CACHE = 'AWS::ElastiCache::ServerlessCache';
const USER = 'AWS::ElastiCache::User';

function cacheWith(props: ServerlessCacheProps) {
  const stack = newStack();
  new ServerlessCache(stack, 'Cache', { vpc: newVpc(stack), ...props });
  return stack;
}

test('is Valkey in private subnets, with a security group that admits no connections', () => {
  const stack = cacheWith({});

  expect(only(stack, CACHE)).toMatchObject({
    Engine: 'valkey', SubnetIds: [{ Ref: expect.stringMatching('VpcPrivateSubnet1') }, { Ref: expect.stringMatching('VpcPrivateSubnet2') }],
  });
  Template.fromStack(stack).hasResourceProperties('AWS::EC2::SecurityGroup', {
    SecurityGroupEgress: [Match.objectLike({ CidrIp: '255.255.255.255/32' })], SecurityGroupIngress: Match.absent(),
  });
  Template.fromStack(stack).resourceCountIs('AWS::EC2::SecurityGroupIngress', 0);
});

test('passes every prop to ElastiCache', () => {
  const stack = newStack();
  const key = new Key(stack, 'Key');

  new ServerlessCache(stack, 'Cache', {
    vpc: newVpc(stack),
    engine: CacheEngine.REDIS_OSS,
    majorEngineVersion: '7',
    maxDataStorage: Size.gibibytes(10),
    minDataStorage: Size.gibibytes(2),
    maxEcpuPerSecond: 10_000,
    minEcpuPerSecond: 1_000,
    snapshotRetention: Duration.days(3),
    dailySnapshotTime: '03:30',
    encryptionKey: key,
    removalPolicy: RemovalPolicy.RETAIN,
  });

  Template.fromStack(stack).hasResource(CACHE, {
    DeletionPolicy: 'Retain',
    Properties: {
      Engine: 'redis',
      MajorEngineVersion: '7',
      CacheUsageLimits: { DataStorage: { Unit: 'GB', Maximum: 10, Minimum: 2 }, ECPUPerSecond: { Maximum: 10_000, Minimum: 1_000 } },
      SnapshotRetentionLimit: 3,
      DailySnapshotTime: '03:30',
      KmsKeyId: stack.resolve(key.keyArn) as object,
    },
  });
});

test('is in one subnet of each zone, and in three at most', () => {
  const stack = newStack();
  const vpc = Vpc.fromVpcAttributes(stack, 'Vpc', {
    vpcId: 'vpc-1',
    availabilityZones: ['a', 'b', 'c', 'd'],
    isolatedSubnetIds: ['a1', 'b1', 'c1', 'd1', 'a2', 'b2', 'c2', 'd2'],
    isolatedSubnetNames: ['one', 'two'],
  });

  new ServerlessCache(stack, 'Cache', { vpc, vpcSubnets: { subnetType: SubnetType.PRIVATE_ISOLATED } });

  expect(only(stack, CACHE).SubnetIds).toEqual(['a1', 'b1', 'c1']);
});

describe('its users', () => {
  test('are one with the runtime\'s commands, who authenticates by IAM under its id', () => {
    const user = only(cacheWith({}), USER);

    expect(user.AuthenticationMode).toEqual({ Type: 'iam' });
    expect(user.UserName).toBe(user.UserId);
    expect(String(user.AccessString).split(' ')).toEqual(['on', '~*', '-@all', ...REDIS_COMMANDS.map((command) => `+${command}`)]);
  });

  test('with Redis OSS, include a disabled default user, without whom ElastiCache creates no group', () => {
    const users = Object.values(all(cacheWith({ engine: CacheEngine.REDIS_OSS }), USER));

    expect(users).toHaveLength(2);
    expect(users.find(({ UserName }) => UserName === 'default')).toMatchObject({ AccessString: 'off -@all', Engine: 'redis' });
  });

  test('can be added for a namespace, and reach no other', () => {
    const stack = newStack();
    const vpc = newVpc(stack);
    const cache = new ServerlessCache(stack, 'Cache', { vpc });

    const orders = cache.addUser('Orders', { namespace: 'orders/v1' });
    newFunction(stack, { vpc, sharedCache: orders });

    const user = Object.values(all(stack, USER)).find(({ UserId }) => UserId === orders.userId)!;
    expect(user.AccessString).toMatch(/^on ~orders\/v1:\* -@all \+/);
    expect((only(stack, 'AWS::ElastiCache::UserGroup').UserIds as unknown[])).toHaveLength(2);
    expect(settingsOf(stack)).toMatchObject({ namespace: 'orders/v1', shared: { auth: { type: 'iam', user: orders.userId } } });
    expect(JSON.stringify(statements(stack))).toContain(`:user:${orders.userId}"`);
  });

  test('serve only functions of their namespace', () => {
    const stack = newStack();
    const vpc = newVpc(stack);
    const orders = new ServerlessCache(stack, 'Cache', { vpc }).addUser('Orders', { namespace: 'orders' });

    newFunction(stack, { vpc, sharedCache: orders, caching: { namespace: 'orders' } }, 'Same');
    expect(() => newFunction(stack, { vpc, sharedCache: orders, caching: { namespace: 'other' } }, 'Other'))
      .toThrow("caching.namespace must be the namespace of the cache's user, 'orders', but is 'other'");
  });

  test.each(['User', 'Group', 'NoDefault'])('can have the id %s, which one of our constructs has, too', (id) => {
    const stack = newStack();
    const cache = new ServerlessCache(stack, 'Cache', { vpc: newVpc(stack), engine: CacheEngine.REDIS_OSS });

    const { userId } = cache.addUser(id, { namespace: 'a' });
    expect(Object.values(all(stack, USER)).find(({ UserId }) => UserId === userId)).toMatchObject({ AccessString: expect.stringContaining('~a:*') });
  });

  test('cannot have the id of another construct in the cache', () => {
    const stack = newStack();
    const cache = new ServerlessCache(stack, 'Cache', { vpc: newVpc(stack) });

    cache.addUser('Orders', { namespace: 'a' });
    expect(() => cache.addUser('Orders', { namespace: 'b' }))
      .toThrow("Cache: addUser(id) must be unique among the constructs in the cache, but is 'Orders'. Choose another id.");
  });

  test.each(['', 'a b', 'a*', 'a:b', 'ä', 'x'.repeat(201), Token.asString({ Ref: 'X' })])('cannot have the namespace %j', (namespace) => {
    const stack = newStack();
    const cache = new ServerlessCache(stack, 'Cache', { vpc: newVpc(stack) });

    expect(() => cache.addUser('Orders', { namespace })).toThrow(/addUser\(options.namespace\) must be 1 to 200 letters/);
  });
});

describe('a function that uses it', () => {
  test('gets the cache\'s address and signs its own tokens', () => {
    const stack = newStack();
    const vpc = newVpc(stack);
    const cache = new ServerlessCache(stack, 'Cache', { vpc });

    newFunction(stack, { vpc, sharedCache: cache });

    const { UserId } = only(stack, USER);
    const { ServerlessCacheName } = only(stack, CACHE);
    expect(settingsOf(stack).shared).toEqual({
      kind: 'redis',
      host: "{'Fn::GetAtt':['Cache18F6EE16','Endpoint.Address']}",
      port: "{'Fn::GetAtt':['Cache18F6EE16','Endpoint.Port']}",
      cluster: true,
      tls: {},
      auth: { type: 'iam', user: UserId, cache: ServerlessCacheName, serverless: true },
    });
    Template.fromStack(stack).hasResourceProperties('AWS::Lambda::Function', { Layers: [{ Ref: Match.stringLikeRegexp('CdkCachedFunctionRuntimeRedis') }] });
  });

  test('may connect to it as its user, and nothing else', () => {
    const stack = newStack();
    const vpc = newVpc(stack);

    newFunction(stack, { vpc, sharedCache: new ServerlessCache(stack, 'Cache', { vpc }) });

    expect(statements(stack)).toEqual([{
      Action: 'elasticache:Connect',
      Effect: 'Allow',
      Resource: [
        { 'Fn::GetAtt': ['Cache18F6EE16', 'ARN'] },
        { 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, `:elasticache:eu-west-1:123456789012:user:${String(only(stack, USER).UserId)}`]] },
      ],
    }]);
  });
});

describe('with a public endpoint', () => {
  test('neither it nor its functions are in a VPC', () => {
    const stack = newStack();
    const cache = new ServerlessCache(stack, 'Cache', { publicEndpoint: true });

    newFunction(stack, { sharedCache: cache });

    expect(only(stack, CACHE)).toMatchObject({ Engine: 'valkey', MajorEngineVersion: '9', ConnectionType: 'public' });
    expect(only(stack, CACHE)).not.toHaveProperty('SubnetIds');
    Template.fromStack(stack).resourceCountIs('AWS::EC2::SecurityGroup', 0);
    expect(settingsOf(stack)).toMatchObject({ shared: { auth: { type: 'iam', serverless: true }, tls: {} } });
  });

  test('all users of the group authenticate by IAM, which ElastiCache requires', () => {
    const stack = newStack();
    new ServerlessCache(stack, 'Cache', { publicEndpoint: true });

    expect(Object.values(all(stack, USER)).map(({ AuthenticationMode }) => AuthenticationMode)).toEqual([{ Type: 'iam' }]);
  });
});

describe('imported', () => {
  test('is used unchanged', () => {
    const stack = newStack();
    const vpc = givenVpc(stack);
    const cache = ServerlessCache.fromServerlessCacheAttributes(stack, 'Cache', {
      serverlessCacheName: 'shop', endpointAddress: 'shop-abc.serverless.euw1.cache.amazonaws.com', vpc, auth: CacheAuth.iam({ userId: 'reader' }),
    });

    newFunction(stack, { vpc, sharedCache: cache });

    expect(settingsOf(stack).shared).toEqual({
      kind: 'redis',
      host: 'shop-abc.serverless.euw1.cache.amazonaws.com',
      port: 6379,
      cluster: true,
      tls: {},
      auth: { type: 'iam', user: 'reader', cache: 'shop', serverless: true },
    });
    expect(JSON.stringify(statements(stack)[0].Resource)).toMatch(/:serverlesscache:shop".*:user:reader"/);
    Template.fromStack(stack).resourceCountIs('AWS::EC2::SecurityGroupIngress', 0);
    Template.fromStack(stack).resourceCountIs(CACHE, 0);
  });
});

describe('its metrics', () => {
  test('have ElastiCache\'s dimension', () => {
    const stack = newStack();
    const cache = new ServerlessCache(stack, 'Cache', { vpc: newVpc(stack) });

    const methods = [
      cache.metricMemory(), cache.metricEvictions(), cache.metricConnections(), cache.metricProcessingUnits(), cache.metricThrottled(),
      cache.metric('CacheHitRate'),
    ].map((metric) => metric.toMetricConfig().metricStat!);

    expect(methods.map(({ metricName, statistic }) => [metricName, statistic])).toEqual([
      ['BytesUsedForCache', 'Maximum'], ['Evictions', 'Sum'], ['CurrConnections', 'Maximum'], ['ElastiCacheProcessingUnits', 'Sum'],
      ['ThrottledCmds', 'Sum'], ['CacheHitRate', 'Average'],
    ]);
    for (const { namespace, dimensions } of methods) {
      expect({ namespace, dimensions }).toEqual({ namespace: 'AWS/ElastiCache', dimensions: [{ name: 'clusterId', value: cache.serverlessCacheName }] });
    }
  });
});

describe('what ElastiCache would refuse is an error', () => {
  test.each<[string, ServerlessCacheProps, string]>([
    ['an unknown engine', { engine: 'memcached' as CacheEngine }, "engine must be one of valkey, redis, but is 'memcached'"],
    ['an unknown version', { majorEngineVersion: 'newest' }, "majorEngineVersion must look like '8', but is 'newest'"],
    ['a version without IAM', { majorEngineVersion: '6' }, "majorEngineVersion must be 7 or later, but is '6'"],
    ['an invalid hour', { dailySnapshotTime: '25:00' }, "dailySnapshotTime must look like '03:00', but is '25:00'"],
    ['snapshots for longer than there are', { snapshotRetention: Duration.days(36) }, 'snapshotRetention must be a whole number from 0 to 35, but is 36'],
    ['part of a day', { snapshotRetention: Duration.hours(36) }, 'snapshotRetention must be a whole number from 0 to 35, but is 1.5'],
    ['too few ECPUs', { maxEcpuPerSecond: 999 }, 'maxEcpuPerSecond must be a whole number from 1000 to 15000000, but is 999'],
    ['a minimum above the maximum', { minEcpuPerSecond: 3_000, maxEcpuPerSecond: 2_000 }, 'minEcpuPerSecond must be a whole number from 1000 to 2000, but is 3000'],
    ['less storage than there is', { maxDataStorage: Size.mebibytes(512) }, 'maxDataStorage (in GiB) must be a whole number from 1 to 5000, but is 0.5'],
    ['more storage always than ever', { minDataStorage: Size.gibibytes(3), maxDataStorage: Size.gibibytes(2) }, 'minDataStorage (in GiB) must be a whole number from 1 to 2'],
    ['no VPC', { vpc: undefined }, 'vpc must be given'],
    ['a VPC for a public endpoint', { publicEndpoint: true }, 'publicEndpoint must not be set together with vpc'],
    ['a public endpoint of Redis OSS', { vpc: undefined, publicEndpoint: true, engine: CacheEngine.REDIS_OSS }, 'publicEndpoint must be false unless the engine is Valkey 9 or later'],
    ['a public endpoint of an old Valkey', { vpc: undefined, publicEndpoint: true, majorEngineVersion: '8' }, 'publicEndpoint must be false unless the engine is Valkey 9 or later'],
  ])('%s', (_, props, message) => {
    expect(() => cacheWith(props)).toThrow(message);
  });

  test('except what is known only at deploy time', () => {
    const number = Token.asNumber({ Ref: 'Number' });

    cacheWith({ maxEcpuPerSecond: number, majorEngineVersion: Token.asString({ Ref: 'Version' }), maxDataStorage: Size.gibibytes(number) });
  });
});
