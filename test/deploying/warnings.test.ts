import { Annotations as Acknowledgements, Duration, Stack } from 'aws-cdk-lib';
import { Annotations, Match } from 'aws-cdk-lib/assertions';
import { Table } from 'aws-cdk-lib/aws-dynamodb';
import { InterfaceVpcEndpointAwsService, type IVpc, SubnetType, Vpc } from 'aws-cdk-lib/aws-ec2';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { newApp, newFunction, newStack } from './stacks';
import {
  CacheAuth, CachedFunction, type CachedFunctionProps, CacheEndpoints, CacheMetric, DaxCluster, DynamoDbCache, type ISharedCache,
  MemcachedCache, MetricsLevel,
  RedisCompatibleCache, ServerlessCache,
} from '../../src';

/** All warnings that this library gives in the stack, each as its whole text. */
function warningsOf(stack: Stack): string[] {
  return Annotations.fromStack(stack).findWarning('*', Match.stringLikeRegexp('ack: cdk-cached-function:')).map(({ entry }) => entry.data as string);
}

describe('a metric that never has data', () => {
  const ack = '[ack: cdk-cached-function:noMetricData]';

  test.each<[string, Partial<CachedFunctionProps>, (fn: CachedFunction) => unknown, string[]]>([
    ['of a cache, where caches have none', { metrics: MetricsLevel.FUNCTION }, (fn) => fn.metricHits({ cache: 'thing' }),
      [`The metric Hits of the cache thing never has data: \`metrics\` is MetricsLevel.FUNCTION, and caches have none of their own. Use MetricsLevel.CACHE, or leave \`cache\` out. ${ack}`]],
    ['of a function that has none', { metrics: MetricsLevel.NONE }, (fn) => fn.metricMisses(), [`The metric Misses never has data: \`metrics\` is MetricsLevel.NONE. Use MetricsLevel.FUNCTION. ${ack}`]],
    ['in arithmetic', { metrics: MetricsLevel.NONE }, (fn) => fn.metricHitRate(),
      [`The metric Hits never has data: \`metrics\` is MetricsLevel.NONE. Use MetricsLevel.FUNCTION. ${ack}`, `The metric Misses never has data: \`metrics\` is MetricsLevel.NONE. Use MetricsLevel.FUNCTION. ${ack}`]],
    ['of a shared cache, without one', {}, (fn) => fn.metricSharedHits(), [`The metric SharedHits never has data: the function has no \`sharedCache\`. ${ack}`]],
    ['of its breaker', {}, (fn) => fn.metricCache(CacheMetric.BREAKER_OPEN), [`The metric BreakerOpen never has data: the function has no \`sharedCache\`. ${ack}`]],
    ['of DAX, without one', {}, (fn) => fn.metricDaxFallbacks(), [`The metric DaxFallbacks never has data: the function has no \`dax\`. ${ack}`]],
    ['but that of a runtime that did not start always may', { metrics: MetricsLevel.NONE }, (fn) => fn.metricCache(CacheMetric.START_FAILURES), []],
    ['and others have', {}, (fn) => [fn.metricHitRate({ cache: 'thing' }), fn.metricErrorRate()], []],
  ])('%s', (_, props, ask, expected) => {
    const stack = newStack();
    ask(newFunction(stack, props));

    expect(warningsOf(stack)).toEqual(expected);
  });

  test('causes one warning, unless it is acknowledged', () => {
    const stack = newStack();
    const fn = newFunction(stack, { metrics: MetricsLevel.NONE });
    fn.metricHits();
    fn.metricHits();
    expect(warningsOf(stack)).toHaveLength(1);

    const quiet = newStack();
    const acknowledged = newFunction(quiet, { metrics: MetricsLevel.NONE });
    acknowledged.metricHits();
    Acknowledgements.of(acknowledged).acknowledgeWarning('cdk-cached-function:noMetricData');
    expect(warningsOf(quiet)).toEqual([]);
  });
});

describe('options without effect', () => {
  const ack = '[ack: cdk-cached-function:noStaleIfError]';

  test.each<[string, CachedFunctionProps['caching'], (fn: CachedFunction) => unknown, string[]]>([
    ['retryAfter', { retryAfter: Duration.minutes(1) }, () => {}, [`\`caching.retryAfter\` has no effect without \`staleIfError\`. Set that too, here or in the handler's code. ${ack}`]],
    ['softTimeout', { softTimeout: Duration.seconds(1) }, () => {}, [`\`caching.softTimeout\` has no effect without \`staleIfError\`. Set that too, here or in the handler's code. ${ack}`]],
    ['in a policy', {}, (fn) => { fn.addCachePolicy('thing', { softTimeout: Duration.seconds(1) }); },
      [`\`addCachePolicy('thing').softTimeout\` has no effect without \`staleIfError\`. Set that too, here or in the handler's code. ${ack}`]],
    ['but not beside staleIfError', { softTimeout: Duration.seconds(1), retryAfter: Duration.minutes(1), staleIfError: Duration.hours(1) }, () => {}, []],
    ['nor where a policy has it from `caching`', { staleIfError: Duration.hours(1) }, (fn) => { fn.addCachePolicy('thing', { softTimeout: Duration.seconds(1) }); }, []],
    ['nor where `caching` is completed by a policy', { softTimeout: Duration.seconds(1) }, (fn) => { fn.addCachePolicy('thing', { staleIfError: Duration.hours(1) }); }, []],
    ['nor for responses, which state themselves how long they may be stale', {}, (fn) => { fn.addCachePolicy('responses', { softTimeout: Duration.seconds(1), retryAfter: Duration.minutes(1) }); }, []],
    ['nor retryAfter where refreshes after the response may fail', { retryAfter: Duration.minutes(1), staleWhileRevalidate: Duration.minutes(1) }, () => {}, []],
  ])('%s', (_, caching, change, expected) => {
    const stack = newStack();
    change(newFunction(stack, { caching }));

    expect(warningsOf(stack)).toEqual(expected);
  });
});

describe('a ttl that the tier shortens', () => {
  const ttl = Duration.days(31);

  test.each<[string, (stack: Stack, vpc: IVpc) => ISharedCache, string[]]>([
    ['DynamoDbCache', (stack) => new DynamoDbCache(stack, 'Cache'),
      ['`caching.ttl` (31 days) is longer than dynamodb keeps entries, which is 30 days. Lower it, or use a ServerlessCache. [ack: cdk-cached-function:ttlCut]']],
    ['MemcachedCache', (stack, vpc) => new MemcachedCache(stack, 'Cache', { vpc }),
      ['`caching.ttl` (31 days) is longer than memcached keeps entries, which is 30 days. Lower it, or use a ServerlessCache. [ack: cdk-cached-function:ttlCut]']],
    ['but not ServerlessCache', (stack, vpc) => new ServerlessCache(stack, 'Cache', { vpc }), []],
  ])('%s', (_, make, expected) => {
    const stack = newStack();
    const vpc = new Vpc(stack, 'Vpc');
    newFunction(stack, { vpc, sharedCache: make(stack, vpc), caching: { ttl } });

    expect(warningsOf(stack)).toEqual(expected);
  });
});

describe('in isolated subnets', () => {
  const newVpc = (stack: Stack) => new Vpc(stack, 'Vpc', { maxAzs: 2, natGateways: 0, subnetConfiguration: [{ name: 'Isolated', subnetType: SubnetType.PRIVATE_ISOLATED }] });
  const table = (stack: Stack) => Table.fromTableName(stack, 'Table', 'things');
  const NO_DYNAMODB = 'The function is in isolated subnets of Shop/Vpc, which has no endpoint for dynamodb, but Shop/Cache needs it. Create one with CacheEndpoints. [ack: cdk-cached-function:noEndpoint]';

  type Used = Pick<CachedFunctionProps, 'sharedCache' | 'dax'>;
  const CASES: [string, (stack: Stack, vpc: IVpc) => Used, string][] = [
    ['a DynamoDbCache', (stack) => ({ sharedCache: new DynamoDbCache(stack, 'Cache') }), NO_DYNAMODB],
    ["DAX's fallback", (stack, vpc) => ({ dax: new DaxCluster(stack, 'Cache', { vpc, tables: [table(stack)] }) }), NO_DYNAMODB],
    ['a password', (stack, vpc) => ({ sharedCache: new RedisCompatibleCache(stack, 'Cache', { host: 'a', vpc, auth: CacheAuth.secret(new Secret(stack, 'Secret')) }) }),
      NO_DYNAMODB.replace('dynamodb', 'secretsmanager')],
  ];

  test.each(CASES)('%s needs an endpoint', (_, make, expected) => {
    const stack = newStack();
    const vpc = newVpc(stack);
    newFunction(stack, { vpc, ...make(stack, vpc) });

    expect(warningsOf(stack)).toEqual([expected]);
  });

  test.each(CASES)('%s is reached through CacheEndpoints', (_, make) => {
    const stack = newStack();
    const vpc = newVpc(stack);
    const { sharedCache, dax } = make(stack, vpc);
    newFunction(stack, { vpc, sharedCache, dax });
    new CacheEndpoints(stack, 'Endpoints', { vpc, caches: sharedCache && [sharedCache], daxClusters: dax && [dax] });

    expect(warningsOf(stack)).toEqual([]);
  });

  test('an endpoint created by hand, or a route through a NAT gateway, also counts', () => {
    const stack = newStack();
    const vpc = newVpc(stack);
    vpc.addInterfaceEndpoint('DynamoDb', { service: InterfaceVpcEndpointAwsService.DYNAMODB });
    newFunction(stack, { vpc, sharedCache: new DynamoDbCache(stack, 'Cache') });
    newFunction(stack, { vpc: new Vpc(stack, 'WithNat'), sharedCache: new DynamoDbCache(stack, 'Elsewhere') }, 'Other');

    expect(warningsOf(stack)).toEqual([]);
  });

  test('an imported VPC causes no warning, since nothing is known of it', () => {
    const stack = newStack();
    const vpc = Vpc.fromVpcAttributes(stack, 'Vpc', { vpcId: 'vpc-1', availabilityZones: ['eu-west-1a'], isolatedSubnetIds: ['subnet-1'], isolatedSubnetRouteTableIds: ['rtb-1'] });
    newFunction(stack, { vpc, sharedCache: new DynamoDbCache(stack, 'Cache') });

    expect(warningsOf(stack)).toEqual([]);
  });

  test('a public endpoint cannot be reached', () => {
    const stack = newStack();
    const cache = new ServerlessCache(stack, 'Cache', { publicEndpoint: true });
    newFunction(stack, { vpc: newVpc(stack), sharedCache: cache.addUser('Reader', { namespace: 'shop' }) });

    expect(warningsOf(stack)).toEqual([
      'The function is in isolated subnets, and cannot reach Shop/Cache/Reader over the internet. Give it subnets with a NAT gateway, or no `vpc`. [ack: cdk-cached-function:isolatedSubnets]',
    ]);
  });
});

describe('a cache without authentication', () => {
  const WARNING = '`auth` is CacheAuth.none() and the cache has no `vpc`: anyone who finds it on the internet can read and change every entry. Use CacheAuth.secret(), or pass the cache\'s `vpc`. [ack: cdk-cached-function:noAuth]';

  test.each<[string, (stack: Stack) => unknown, string[]]>([
    ['on the internet', (stack) => new RedisCompatibleCache(stack, 'Cache', { host: 'cache.example.com', auth: CacheAuth.none() }), [WARNING]],
    ['of ElastiCache, with a public endpoint', (stack) => ServerlessCache.fromServerlessCacheAttributes(stack, 'Cache', { serverlessCacheName: 'a', endpointAddress: 'cache.example.com', auth: CacheAuth.none() }), [WARNING]],
    ['at an address of a private network', (stack) => new RedisCompatibleCache(stack, 'Cache', { host: '10.1.2.3', auth: CacheAuth.none() }), []],
    ['in a VPC', (stack) => new RedisCompatibleCache(stack, 'Cache', { host: 'cache.example.com', auth: CacheAuth.none(), vpc: new Vpc(stack, 'Vpc') }), []],
  ])('%s', (_, make, expected) => {
    const stack = newStack();
    make(stack);

    expect(warningsOf(stack)).toEqual(expected);
  });
});

test('a cache in another region', () => {
  const app = newApp();
  const elsewhere = new Stack(app, 'Elsewhere', { env: { account: '123456789012', region: 'us-east-1' }, crossRegionReferences: true });
  const shop = new Stack(app, 'Shop', { env: { account: '123456789012', region: 'eu-west-1' }, crossRegionReferences: true });
  newFunction(shop, { sharedCache: new ServerlessCache(elsewhere, 'Cache', { publicEndpoint: true }) });

  expect(warningsOf(shop)).toEqual([
    'Elsewhere/Cache is in us-east-1, but the function is in eu-west-1: each call to the cache crosses regions, which costs money and tens of milliseconds. Give each region its own cache. [ack: cdk-cached-function:otherRegion]',
  ]);
});

test('a warning has a context, by which newer versions of aws-cdk-lib silence it for one occurrence', () => {
  const addWarning = jest.spyOn(Acknowledgements.prototype, 'addWarningV2');
  const fn = newFunction(newStack(), { metrics: MetricsLevel.FUNCTION });
  fn.metricHits({ cache: 'thing' });

  expect(addWarning).toHaveBeenCalledWith('cdk-cached-function:noMetricData', expect.any(String), { context: { metric: 'Hits', cache: 'thing' } });
  addWarning.mockRestore();
});
