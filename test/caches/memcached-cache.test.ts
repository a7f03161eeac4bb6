import { RemovalPolicy, Size, Token } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { SecurityGroup } from 'aws-cdk-lib/aws-ec2';
import { Key } from 'aws-cdk-lib/aws-kms';
import { all, givenVpc, newFunction, newStack, newVpc, only, settingsOf, statements } from './stacks';
import { type IMemcachedCache, MemcachedCache, type MemcachedCacheProps, MemcachedCapacity, type MemcachedNodesOptions } from '../../src';

const SERVERLESS = 'AWS::ElastiCache::ServerlessCache';
const CLUSTER = 'AWS::ElastiCache::CacheCluster';

function cacheWith(props: Partial<MemcachedCacheProps> = {}) {
  const stack = newStack();
  new MemcachedCache(stack, 'Cache', { vpc: newVpc(stack), ...props });
  return stack;
}

const withNodes = (options?: MemcachedNodesOptions) => cacheWith({ capacity: MemcachedCapacity.nodes(options) });

test('is serverless in private subnets, with a security group that admits no connections', () => {
  const stack = cacheWith();

  expect(only(stack, SERVERLESS)).toMatchObject({
    Engine: 'memcached',
    ServerlessCacheName: expect.stringMatching(/^shop-cache-[0-9a-f]{12}$/),
    SubnetIds: [{ Ref: expect.stringMatching('VpcPrivateSubnet1') }, { Ref: expect.stringMatching('VpcPrivateSubnet2') }],
  });
  Template.fromStack(stack).hasResource(SERVERLESS, { DeletionPolicy: 'Delete' });
  Template.fromStack(stack).hasResourceProperties('AWS::EC2::SecurityGroup', {
    SecurityGroupEgress: [Match.objectLike({ CidrIp: '255.255.255.255/32' })], SecurityGroupIngress: Match.absent(),
  });
  Template.fromStack(stack).resourceCountIs('AWS::ElastiCache::User', 0);
});

test('serverless, passes every prop to ElastiCache', () => {
  const stack = newStack();
  const key = new Key(stack, 'Key');

  new MemcachedCache(stack, 'Cache', {
    vpc: newVpc(stack),
    capacity: MemcachedCapacity.serverless({
      maxDataStorage: Size.gibibytes(10), minDataStorage: Size.gibibytes(2), maxEcpuPerSecond: 10_000, minEcpuPerSecond: 1_000, encryptionKey: key,
    }),
    removalPolicy: RemovalPolicy.RETAIN,
  });

  Template.fromStack(stack).hasResource(SERVERLESS, {
    DeletionPolicy: 'Retain',
    Properties: {
      CacheUsageLimits: { DataStorage: { Unit: 'GB', Maximum: 10, Minimum: 2 }, ECPUPerSecond: { Maximum: 10_000, Minimum: 1_000 } },
      KmsKeyId: stack.resolve(key.keyArn) as object,
    },
  });
});

test('with nodes, has two in two zones, encrypted in transit', () => {
  expect(only(withNodes(), CLUSTER)).toEqual({
    Engine: 'memcached',
    EngineVersion: '1.6.22',
    CacheNodeType: 'cache.t4g.micro',
    NumCacheNodes: 2,
    AZMode: 'cross-az',
    Port: 11211,
    TransitEncryptionEnabled: true,
    AutoMinorVersionUpgrade: true,
    CacheSubnetGroupName: { Ref: expect.stringMatching('^CacheSubnets') },
    VpcSecurityGroupIds: [{ 'Fn::GetAtt': [expect.stringMatching('^CacheSecurityGroup'), 'GroupId'] }],
  });
});

test('with nodes, passes every prop to ElastiCache', () => {
  const stack = withNodes({
    nodeType: 'cache.r7g.large', count: 3, engineVersion: '1.6.17', multiAz: false, port: 11400, maintenanceWindow: 'sun:04:00-sun:05:00', autoMinorVersionUpgrade: false,
  });

  expect(only(stack, CLUSTER)).toMatchObject({
    CacheNodeType: 'cache.r7g.large',
    NumCacheNodes: 3,
    EngineVersion: '1.6.17',
    AZMode: 'single-az',
    Port: 11400,
    PreferredMaintenanceWindow: 'sun:04:00-sun:05:00',
    AutoMinorVersionUpgrade: false,
  });
  expect(only(withNodes({ count: 1 }), CLUSTER)).toMatchObject({ NumCacheNodes: 1, AZMode: 'single-az' });
});

describe('a function that uses it', () => {
  test.each<[string, MemcachedCapacity | undefined, object, [number, number]]>([
    ['serverless', undefined, { port: expect.stringContaining('Endpoint.Port') as string, host: expect.stringContaining('Endpoint.Address') as string }, [11211, 11212]],
    ['with nodes', MemcachedCapacity.nodes({ port: 11400 }), { port: 11400, host: expect.stringContaining('ConfigurationEndpoint.Address') as string, discovery: true }, [11400, 11400]],
  ])('%s, gets its address, always with TLS, and is admitted, and no other is', (_, capacity, address, [from, to]) => {
    const stack = newStack();
    const vpc = newVpc(stack);

    newFunction(stack, { vpc, sharedCache: new MemcachedCache(stack, 'Cache', { vpc, capacity }) });

    expect(settingsOf(stack).shared).toEqual({ kind: 'memcached', tls: {}, incarnation: expect.any(String) as string, ...address });
    expect(only(stack, 'AWS::EC2::SecurityGroupIngress')).toMatchObject({
      FromPort: from, ToPort: to, SourceSecurityGroupId: { 'Fn::GetAtt': [expect.stringMatching('^GetThingSecurityGroup'), 'GroupId'] },
    });
    // There is nothing to be permitted: the network is the only guard.
    expect(JSON.stringify(statements(stack))).not.toContain('elasticache');
    expect(Object.keys(all(stack, 'AWS::Lambda::LayerVersion'))).toEqual([expect.stringMatching('^CdkCachedFunctionRuntimeMemcached')]);
  });

  test('must be in its VPC', () => {
    const stack = newStack();

    expect(() => newFunction(stack, { sharedCache: new MemcachedCache(stack, 'Cache', { vpc: newVpc(stack) }) }))
      .toThrow('CachedFunction Shop/GetThing: the function is in no VPC and cannot reach Shop/Cache');
  });
});

describe('an imported one', () => {
  test.each<[string, number | undefined, object, [number, number]]>([
    ['serverless', undefined, { port: 11211, tls: {} }, [11211, 11212]],
    ['with nodes', 2, { port: 11211, discovery: true, tls: {} }, [11211, 11211]],
  ])('%s, is used unchanged, and admits functions through the given groups', (_, nodes, settings, [from, to]) => {
    const stack = newStack();
    const vpc = givenVpc(stack);
    const group = SecurityGroup.fromSecurityGroupId(stack, 'Group', 'sg-1');
    const cache = MemcachedCache.fromMemcachedCacheAttributes(stack, 'Cache', {
      memcachedCacheName: 'given', endpointAddress: 'given.example', nodes, vpc, securityGroups: [group],
    });

    newFunction(stack, { vpc, sharedCache: cache });

    expect(settingsOf(stack).shared).toEqual({ kind: 'memcached', host: 'given.example', ...settings });
    expect(only(stack, 'AWS::EC2::SecurityGroupIngress')).toMatchObject({ GroupId: 'sg-1', FromPort: from, ToPort: to });
  });

  test('may be older than encryption in transit', () => {
    const stack = newStack();
    const vpc = givenVpc(stack);

    newFunction(stack, {
      vpc,
      sharedCache: MemcachedCache.fromMemcachedCacheAttributes(stack, 'Cache', { memcachedCacheName: 'old', endpointAddress: 'old.example', endpointPort: 11400, nodes: 1, tls: false, vpc }),
    });

    expect(settingsOf(stack).shared).toEqual({ kind: 'memcached', host: 'old.example', port: 11400, discovery: true });
  });
});

describe('its metrics', () => {
  const json = (metric: ReturnType<IMemcachedCache['metric']>, stack = newStack()) => stack.resolve(metric.toMetricConfig()) as object;

  test('serverless, have ElastiCache\'s dimension in its lower-case spelling', () => {
    const stack = newStack();
    const cache = new MemcachedCache(stack, 'Cache', { vpc: newVpc(stack) });

    expect(json(cache.metricMemory(), stack)).toMatchObject({
      metricStat: { namespace: 'AWS/ElastiCache', metricName: 'BytesUsedForCache', statistic: 'Maximum', dimensions: [{ name: 'clusterId' }] },
    });
    expect(json(cache.metricEvictions(), stack)).toMatchObject({ metricStat: { metricName: 'Evictions', statistic: 'Sum' } });
    expect(json(cache.metricConnections(), stack)).toMatchObject({ metricStat: { metricName: 'CurrConnections', statistic: 'Maximum' } });
    expect(json(cache.metric('ThrottledCmds'), stack)).toMatchObject({ metricStat: { metricName: 'ThrottledCmds', statistic: 'Average' } });
  });

  test('with nodes, combine those of the nodes', () => {
    const stack = newStack();
    const cache = MemcachedCache.fromMemcachedCacheAttributes(stack, 'Cache', { memcachedCacheName: 'given', endpointAddress: 'given.example', nodes: 2, vpc: givenVpc(stack) });
    const ofNode = (node: string) => expect.objectContaining({
      metricName: 'BytesUsedForCacheItems', dimensions: { CacheClusterId: 'given', CacheNodeId: node },
    }) as object;

    expect(json(cache.metricMemory(), stack)).toMatchObject({
      mathExpression: { expression: 'MAX([node1, node2])', usingMetrics: { node1: ofNode('0001'), node2: ofNode('0002') } },
    });
    expect(json(cache.metricEvictions(), stack)).toMatchObject({ mathExpression: { expression: 'SUM([node1, node2])' } });
  });
});

describe('is refused, with the remedy,', () => {
  test.each<[string, () => unknown, RegExp]>([
    ['an engine without encryption', () => withNodes({ engineVersion: '1.6.6' }), /engineVersion must be 1\.6\.12 or later, but is '1\.6\.6'\. .*Leave it out/],
    ['an incomplete engine version', () => withNodes({ engineVersion: '1.6' }), /engineVersion must be 1\.6\.12 or later/],
    ['an invalid node type', () => withNodes({ nodeType: 't4g.micro' }), /nodeType must look like 'cache\.t4g\.micro'/],
    ['no node', () => withNodes({ count: 0 }), /count must be a whole number from 1 to 60, but is 0/],
    ['a number of nodes known only at deploy time', () => withNodes({ count: Token.asNumber({ Ref: 'Count' }) }), /count must be known before deploying/],
    ['one node in several zones', () => withNodes({ count: 1, multiAz: true }), /multiAz must be false with a single node, but is true\. Set count to 2/],
    ['an invalid port', () => withNodes({ port: 0 }), /port must be a whole number from 1 to 65535/],
    ['an invalid window', () => withNodes({ maintenanceWindow: 'sunday' }), /maintenanceWindow must look like 'sun:04:00-sun:05:00'/],
    ['too little use', () => cacheWith({ capacity: MemcachedCapacity.serverless({ maxEcpuPerSecond: 1 }) }), /maxEcpuPerSecond must be a whole number from 1000/],
  ])('%s', (_, make, error) => {
    expect(make).toThrow(error);
  });

  test.each(['1.6.12', '1.6.22', '1.7.0', '2.0.0'])('but not the version %s', (engineVersion) => {
    expect(only(withNodes({ engineVersion }), CLUSTER).EngineVersion).toBe(engineVersion);
  });
});
