import { App, Duration, RemovalPolicy, Size, Stack, Token } from 'aws-cdk-lib';
import { AttributeType, Table } from 'aws-cdk-lib/aws-dynamodb';
import { Vpc } from 'aws-cdk-lib/aws-ec2';
import { Code, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { newApp, newFunction, newStack } from './stacks';
import {
  CacheAuth, CacheDashboard, CachedFunction, CachedFunctionProps, CacheEndpoints, Caching, CacheMode, DaxCluster, DynamoDbCache, MemcachedCache,
  MemcachedCapacity, RedisCompatibleCache, ReplicationGroupCache, ResponseCaching, ServerlessCache,
} from '../../src';

/** The whole text that a user reads: the construct's class and path, the prop, its fault, its value, the remedy. */

function messageOf(make: () => unknown): string {
  try {
    make();
  } catch (error) {
    expect(error).toBeInstanceOf(Error);
    return (error as Error).message;
  }
  throw new Error('Nothing was thrown.');
}

describe('a function', () => {
  test.each<[string, CachedFunctionProps, string]>([
    ['a size known only at deploy time, in a unit other than bytes', { caching: { maxMemory: Size.mebibytes(Token.asNumber({ Ref: 'Memory' })) } },
      "caching.maxMemory cannot be converted to bytes, but is 'a token in another unit'. Use Size.bytes(…) with the token."],
    ['in JavaScript, an unknown metrics level', { metrics: 'all' as never }, "metrics must be one of none, function, cache, but is 'all'."],
    ['in JavaScript, a misspelt option', { caching: { tll: Duration.minutes(1) } as never }, 'caching.tll is not an option. Did you mean ttl?'],
    ['in JavaScript, an option of another object', { caching: { layers: [] } as never }, 'caching.layers is not an option. The options are ttl, jitter, staleWhileRevalidate,'],
    ['in JavaScript, a misspelt option of responses', { responses: ResponseCaching.http({ ignoreCookie: ['a'] } as never) }, 'responses.ignoreCookie is not an option. Did you mean ignoreCookies?'],
    ['an empty namespace', { caching: { namespace: '' } },
      "caching.namespace must not be empty, but is ''. Leave it out for one that is unique to the function. With an empty one, functions would read each other's entries."],
    ['a timeout that no timer holds', { caching: { hardTimeout: Duration.days(25) } },
      'caching.hardTimeout must be at most 2147483647 milliseconds, but is \'25 days\'. Node.js timers allow no more, and an invocation ends after 15 minutes. Leave it out for the default.'],
    ['a budget that no timer holds', { caching: { sharedBudget: Duration.days(25) } }, 'caching.sharedBudget must be at most 2147483647 milliseconds, but is \'25 days\'.'],
    ['a ttl beyond all numbers', { caching: { ttl: Duration.days(1e12) } }, 'caching.ttl must be at most 9007199254740991 milliseconds'],
    ['a ttl of a variable that is not set', { caching: { ttl: Duration.minutes(Number(undefined)) } },
      "caching.ttl must be a finite time, but is 'Duration.minutes(NaN)'. It was created from a value that is not a number, or infinite."],
    ['a share of a variable that is not set', { caching: { jitter: Number(undefined) } }, 'caching.jitter must be a fraction from 0 to 1, but is NaN.'],
    ['a percentage', { caching: { jitter: 10 } }, 'caching.jitter must be a fraction from 0 to 1, but is 10. It is a fraction of the ttl, not a percentage: for 10%, write 0.1.'],
    ['another percentage', { caching: { earlyRefresh: 80 } }, 'caching.earlyRefresh must be a fraction from 0 to 1, but is 80. It is a fraction of the ttl, not a percentage: for 80%, write 0.8.'],
    ['a negative share', { caching: { jitter: -0.1 } }, 'caching.jitter must be a fraction from 0 to 1, but is -0.1. It is a fraction of the ttl, not a percentage.'],
    ['an unknown mode', { caching: { mode: 'on' as CacheMode } }, "caching.mode must be one of off, shadow, but is 'on'. Use CacheMode.OFF or CacheMode.SHADOW, or leave it out to keep the cache on."],
    ['no memory', { caching: { maxMemory: Size.bytes(0) } }, "caching.maxMemory must be greater than zero, but is '0 bytes'."],
    ['in JavaScript, a number for a duration', { caching: { ttl: 300 as never } }, 'caching.ttl must be a Duration, but is 300. For example: Duration.seconds(300).'],
    ['in JavaScript, text for a duration', { caching: { sharedTimeout: '5s' as never } }, "caching.sharedTimeout must be a Duration, but is '5s'. Use Duration.seconds(…)."],
    ['in JavaScript, the options of the code', { caching: { ttl: { minutes: 5 } as never } }, 'caching.ttl must be a Duration, but is [object Object].'],
    ['in JavaScript, a number for a size', { caching: { maxMemory: 64 as never } }, 'caching.maxMemory must be a Size, but is 64. For example: Size.mebibytes(64).'],
    ['in JavaScript, text for a share', { caching: { jitter: '10%' as never } }, "caching.jitter must be a fraction from 0 to 1, but is '10%'."],
    ['in JavaScript, a number for a version', { caching: { valueVersion: 2 as never } }, 'caching.valueVersion must be a string, but is 2. Put it in quotes.'],
    ['in JavaScript, a URL for a cache', { sharedCache: 'redis://cache' as never }, "sharedCache must be created or imported with this library, but is 'redis://cache'. For example, pass a ServerlessCache"],
    ['in JavaScript, null for a cache', { sharedCache: null as never }, 'sharedCache must be created or imported with this library, but is null.'],
  ])('%s', (_, props, message) => {
    expect(messageOf(() => newFunction(newStack(), props))).toContain(`CachedFunction Shop/GetThing: ${message}`);
  });

  test.each<[string, CachedFunctionProps['daxOptions'], string]>([
    ['a wait that no timer holds', { readTimeout: Duration.days(25) }, 'daxOptions.readTimeout must be at most 2147483647 milliseconds'],
    ['no wait', { budget: Duration.seconds(0) }, 'daxOptions.budget must be longer than zero, but is \'0 seconds\'.'],
    ['in JavaScript, a misspelt option', { readTimout: Duration.seconds(1) } as never, 'daxOptions.readTimout is not an option. Did you mean readTimeout?'],
    ['an unknown access', { access: 'write' as never }, "daxOptions.access must be one of readWrite, read, but is 'write'."],
  ])('%s of DAX', (_, daxOptions, message) => {
    const stack = newStack();
    const vpc = new Vpc(stack, 'Vpc');
    const dax = new DaxCluster(stack, 'Dax', { vpc, tables: [new Table(stack, 'Table', { partitionKey: { name: 'id', type: AttributeType.STRING } })] });

    expect(messageOf(() => newFunction(stack, { vpc, dax, daxOptions }))).toContain(`CachedFunction Shop/GetThing: ${message}`);
  });

  test('its policies, metrics and alarms', () => {
    const fn = newFunction(newStack());

    expect(messageOf(() => fn.addCachePolicy('thing', { jitter: 50 }))).toContain("CachedFunction Shop/GetThing: addCachePolicy('thing').jitter must be a fraction from 0 to 1, but is 50.");
    expect(messageOf(() => fn.addCachePolicy('thing', { staleIfErr: Duration.days(1) } as never))).toContain("CachedFunction Shop/GetThing: addCachePolicy('thing').staleIfErr is not an option. Did you mean staleIfError?");
    expect(messageOf(() => fn.addCachePolicy('thing', { maxMemory: Size.mebibytes(1) } as never))).toContain("CachedFunction Shop/GetThing: addCachePolicy('thing').maxMemory applies to the whole function. Set it in `caching`.");
    expect(messageOf(() => fn.addErrorRateAlarm('Warning', { thresholdPercent: 1, minRequest: 1 } as never))).toContain('CachedFunction Shop/GetThing: addErrorRateAlarm(options).minRequest is not an option. Did you mean minRequests?');
    expect(messageOf(() => fn.addAlarms({ hitrate: {} } as never))).toContain('CachedFunction Shop/GetThing: addAlarms(options).hitrate is not an option. Did you mean hitRate?');
    expect(messageOf(() => fn.addAlarms({ memory: { critcal: { thresholdPercent: 1 } } } as never))).toContain('CachedFunction Shop/GetThing: addAlarms(options).memory.critcal is not an option. Did you mean critical?');
    expect(messageOf(() => fn.metricHits({ cache: 'a b' }))).toContain('CachedFunction Shop/GetThing: the option `cache` of a metric must be');
    expect(messageOf(() => fn.addSharedFailureRateAlarm('Warning', { thresholdPercent: 1 }))).toContain('CachedFunction Shop/GetThing: sharedCache must be given for an alarm');
    expect(messageOf(() => fn.addHitRateAlarm('Warning', { thresholdPercent: 0.8 }))).toContain('CachedFunction Shop/GetThing: addHitRateAlarm(options).thresholdPercent must be from 1 to 100, but is 0.8. It is in percent: 80, not 0.8.');
  });
});

test('options of subclasses of constructs and mixins stay theirs', () => {
  class TeamFunction extends CachedFunction {}
  class TeamCaching extends Caching {}
  const stack = newStack();

  expect(() => new TeamFunction(stack, 'Fn', { code: Code.fromInline('x'), handler: 'index.handler', runtime: Runtime.NODEJS_24_X, team: 'a' } as never)).not.toThrow();
  expect(() => new TeamCaching({ team: 'a' } as never).applyTo(new LambdaFunction(stack, 'Other', { code: Code.fromInline('x'), handler: 'index.handler', runtime: Runtime.NODEJS_24_X }))).not.toThrow();
  expect(messageOf(() => new Caching({ tll: 1 } as never).applyTo(new LambdaFunction(stack, 'Third', { code: Code.fromInline('x'), handler: 'index.handler', runtime: Runtime.NODEJS_24_X }))))
    .toBe('Caching Shop/Third: caching.tll is not an option. Did you mean ttl?');
});

describe('an error of a cache begins with its class and path', () => {
  const VPC = 'must be given, but is undefined.';

  test.each<[string, (stack: Stack, vpc: Vpc) => unknown, string]>([
    ['ServerlessCache', (stack) => new ServerlessCache(stack, 'Cache'), `ServerlessCache Shop/Cache: vpc ${VPC}`],
    ['ServerlessCache, retention in JavaScript', (stack, vpc) => new ServerlessCache(stack, 'Cache', { vpc, snapshotRetention: 3 as never }), 'ServerlessCache Shop/Cache: snapshotRetention must be a Duration, but is 3.'],
    ['ServerlessCache, storage in JavaScript', (stack, vpc) => new ServerlessCache(stack, 'Cache', { vpc, maxDataStorage: 1 as never }), 'ServerlessCache Shop/Cache: maxDataStorage must be a Size, but is 1.'],
    ["ServerlessCache's user", (stack, vpc) => new ServerlessCache(stack, 'Cache', { vpc }).addUser('User', { namespace: '*' }), 'ServerlessCache Shop/Cache: addUser(options.namespace) must be'],
    ['ReplicationGroupCache', (stack) => new ReplicationGroupCache(stack, 'Cache', {} as never), `ReplicationGroupCache Shop/Cache: vpc ${VPC}`],
    ["ReplicationGroupCache's user", (stack, vpc) => new ReplicationGroupCache(stack, 'Cache', { vpc, engineVersion: '6.2', engine: 'redis' as never }).addUser('User', { namespace: 'a' }), 'ReplicationGroupCache Shop/Cache: engineVersion is too old'],
    ['MemcachedCache', (stack) => new MemcachedCache(stack, 'Cache', {} as never), `MemcachedCache Shop/Cache: vpc ${VPC}`],
    ["MemcachedCache's nodes", (stack, vpc) => new MemcachedCache(stack, 'Cache', { vpc, capacity: MemcachedCapacity.nodes({ count: 0 }) }), 'MemcachedCache Shop/Cache: count must be a whole number from 1 to 60'],
    ["MemcachedCache's misspelt nodes", (stack, vpc) => new MemcachedCache(stack, 'Cache', { vpc, capacity: MemcachedCapacity.nodes({ counts: 3 } as never) }), 'MemcachedCache Shop/Cache: capacity.counts is not an option. Did you mean count?'],
    ["MemcachedCache's misspelt usage", (stack, vpc) => new MemcachedCache(stack, 'Cache', { vpc, capacity: MemcachedCapacity.serverless({ maxStorage: Size.gibibytes(1) } as never) }), 'MemcachedCache Shop/Cache: capacity.maxStorage is not an option. Did you mean maxDataStorage?'],
    ["MemcachedCache's usage", (stack, vpc) => new MemcachedCache(stack, 'Cache', { vpc, capacity: MemcachedCapacity.serverless({ maxEcpuPerSecond: 1 }) }), 'MemcachedCache Shop/Cache: maxEcpuPerSecond must be'],
    ["ServerlessCache's removal", (stack, vpc) => new ServerlessCache(stack, 'Cache', { vpc, removalPolicy: RemovalPolicy.SNAPSHOT }), 'ServerlessCache Shop/Cache: removalPolicy must not be RemovalPolicy.SNAPSHOT'],
    ["MemcachedCache's removal", (stack, vpc) => new MemcachedCache(stack, 'Cache', { vpc, removalPolicy: RemovalPolicy.SNAPSHOT }), 'MemcachedCache Shop/Cache: removalPolicy must not be RemovalPolicy.SNAPSHOT'],
    ["DynamoDbCache's removal", (stack) => new DynamoDbCache(stack, 'Cache', { removalPolicy: RemovalPolicy.SNAPSHOT }), 'DynamoDbCache Shop/Cache: removalPolicy must not be RemovalPolicy.SNAPSHOT'],
    ["DaxCluster's removal", (stack, vpc) => new DaxCluster(stack, 'Cache', { vpc, tables: [{} as never], removalPolicy: RemovalPolicy.SNAPSHOT }), 'DaxCluster Shop/Cache: removalPolicy must not be RemovalPolicy.SNAPSHOT'],
    ['DaxCluster', (stack) => new DaxCluster(stack, 'Cache', { tables: [] } as never), `DaxCluster Shop/Cache: vpc ${VPC}`],
    ["DaxCluster's tables", (stack, vpc) => new DaxCluster(stack, 'Cache', { vpc } as never), 'DaxCluster Shop/Cache: tables must contain the tables that the cluster may read and write, but is undefined.'],
    ["DaxCluster's time", (stack, vpc) => new DaxCluster(stack, 'Cache', { vpc, tables: [{} as never], queryTtl: 5 as never }), 'DaxCluster Shop/Cache: queryTtl must be a Duration, but is 5.'],
    ['DynamoDbCache', (stack) => new DynamoDbCache(stack, 'Cache', { partitionKey: 'id' }), 'DynamoDbCache Shop/Cache: partitionKey must only be set together with `table`'],
    ['CacheEndpoints', (stack, vpc) => new CacheEndpoints(stack, 'Cache', { vpc, caches: [vpc as never] }), "CacheEndpoints Shop/Cache: caches[0] must be created or imported with this library, but is 'Shop/Vpc'."],
    ['CacheDashboard', (stack) => new CacheDashboard(stack, 'Cache', { functions: [] }), 'CacheDashboard Shop/Cache: functions must contain at least one function'],
    ["CacheDashboard's widgets alone", () => CacheDashboard.widgets({ functions: [] }), 'CacheDashboard: functions must contain at least one function'],
    ["CacheDashboard's caches", (stack) => new CacheDashboard(stack, 'Cache', { functions: [newFunction(stack)], caches: ['a b'] }), 'CacheDashboard Shop/Cache: caches must be 1 to 64 letters'],
  ])('%s', (_, make, message) => {
    const stack = newStack();
    expect(messageOf(() => make(stack, new Vpc(stack, 'Vpc')))).toContain(message);
  });

  describe.each(['cache.example.com:6379', 'rediss://cache.example.com', 'cache.example.com/0', ''])('as a host, %j is an error', (host) => {
    test.each<[string, (stack: Stack, vpc: Vpc) => unknown, string, string]>([
      ['RedisCompatibleCache', (stack) => new RedisCompatibleCache(stack, 'Cache', { host, auth: CacheAuth.none() }), 'host', 'port'],
      ['ServerlessCache', (stack, vpc) => ServerlessCache.fromServerlessCacheAttributes(stack, 'Cache', { serverlessCacheName: 'a', endpointAddress: host, vpc, auth: CacheAuth.none() }), 'endpointAddress', 'endpointPort'],
      ['ReplicationGroupCache', (stack, vpc) => ReplicationGroupCache.fromReplicationGroupCacheAttributes(stack, 'Cache', { replicationGroupId: 'a', endpointAddress: host, vpc, auth: CacheAuth.none() }), 'endpointAddress', 'endpointPort'],
      ['MemcachedCache', (stack, vpc) => MemcachedCache.fromMemcachedCacheAttributes(stack, 'Cache', { memcachedCacheName: 'a', endpointAddress: host, vpc }), 'endpointAddress', 'endpointPort'],
    ])('%s', (className, make, prop, portProp) => {
      const stack = newStack();
      expect(messageOf(() => make(stack, new Vpc(stack, 'Vpc')))).toBe(
        `${className} Shop/Cache: ${prop} must be a host name or an IP address, without a scheme, port or path, but is '${host}'. Remove the scheme and anything after the host; set the port with \`${portProp}\`.`);
    });
  });

  test.each(['cache.example.com', '10.0.0.1', '2001:db8::1', '::1', 'redis_server', 'localhost'])('%s is a host', (host) => {
    expect(() => new RedisCompatibleCache(newStack(), 'Cache', { host, auth: CacheAuth.none() })).not.toThrow();
  });

  test.each<[string, (stack: Stack, vpc: Vpc) => unknown, string]>([
    ['ServerlessCache', (stack) => ServerlessCache.fromServerlessCacheAttributes(stack, 'Cache', { serverlessCacheName: 'a', endpointAddress: 'a' } as never),
      'ServerlessCache Shop/Cache: auth must be given, but is undefined. Use CacheAuth.iam(), CacheAuth.secret() or CacheAuth.none().'],
    ['ServerlessCache', (stack) => ServerlessCache.fromServerlessCacheAttributes(stack, 'Cache', { endpointAddress: 'a', auth: CacheAuth.none() } as never), "ServerlessCache Shop/Cache: serverlessCacheName must be a non-empty string, but is undefined. For example: 'my-cache'."],
    ['ReplicationGroupCache', (stack) => ReplicationGroupCache.fromReplicationGroupCacheAttributes(stack, 'Cache', { replicationGroupId: 'a', endpointAddress: 'a' } as never), 'ReplicationGroupCache Shop/Cache: vpc must be given'],
    ['MemcachedCache', (stack) => MemcachedCache.fromMemcachedCacheAttributes(stack, 'Cache', { memcachedCacheName: 'a' } as never), 'MemcachedCache Shop/Cache: endpointAddress must be a host name or an IP address, but is undefined.'],
    ['MemcachedCache', (stack, vpc) => MemcachedCache.fromMemcachedCacheAttributes(stack, 'Cache', { memcachedCacheName: 'a', endpointAddress: 'a', vpc, endpointPort: 0 }), 'MemcachedCache Shop/Cache: endpointPort must be a whole number from 1 to 65535, but is 0.'],
    ['DaxCluster', (stack, vpc) => DaxCluster.fromDaxClusterAttributes(stack, 'Cache', { clusterName: 'a', vpc } as never), 'DaxCluster Shop/Cache: endpointUrl must be a non-empty string, but is undefined.'],
  ])('an imported %s without what it needs, in JavaScript', (_, make, message) => {
    const stack = newStack();
    expect(messageOf(() => make(stack, new Vpc(stack, 'Vpc')))).toContain(message);
  });
});

describe('a cache of another account', () => {
  const elsewhere = (app: App) => {
    const stack = new Stack(app, 'Elsewhere', { env: { account: '999999999999', region: 'eu-west-1' } });
    return { stack, vpc: Vpc.fromVpcAttributes(stack, 'Vpc', { vpcId: 'vpc-1', availabilityZones: ['eu-west-1a'], privateSubnetIds: ['subnet-1'] }) };
  };

  test.each<[string, (stack: Stack, vpc: ReturnType<typeof elsewhere>['vpc']) => Pick<CachedFunctionProps, 'sharedCache' | 'dax'>]>([
    ['ServerlessCache', (stack, vpc) => ({ sharedCache: new ServerlessCache(stack, 'Cache', { vpc }) })],
    ['ServerlessCache with a public endpoint', (stack) => ({ sharedCache: new ServerlessCache(stack, 'Cache', { publicEndpoint: true }) })],
    ['ReplicationGroupCache', (stack, vpc) => ({ sharedCache: new ReplicationGroupCache(stack, 'Cache', { vpc }) })],
    ['MemcachedCache', (stack, vpc) => ({ sharedCache: new MemcachedCache(stack, 'Cache', { vpc }) })],
    ['DaxCluster', (stack, vpc) => ({ dax: new DaxCluster(stack, 'Cache', { vpc, tables: [Table.fromTableName(stack, 'Table', 'things')] }) })],
  ])('%s is an error', (_, make) => {
    const app = newApp();
    const { stack, vpc } = elsewhere(app);

    expect(messageOf(() => newFunction(newStack('Shop', app), { vpc, ...make(stack, vpc) })))
      .toBe('CachedFunction Shop/GetThing: the function is in account 123456789012 and cannot use Elsewhere/Cache, which is in 999999999999. Give each account its own cache.');
  });
});
