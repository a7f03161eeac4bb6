import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import { CfnSubnetCidrBlock, IpProtocol, SecurityGroup, SubnetType, type Vpc, type VpcProps } from 'aws-cdk-lib/aws-ec2';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { all, givenVpc, newFunction, newStack, newVpc, only, settingsOf, statements } from './stacks';
import {
  CacheAuth, CacheDurability, CacheEngine, CacheNetworkType, MemcachedCache, RedisCompatibleCache, ReplicationGroupCache,
  type ReplicationGroupCacheProps, ServerlessCache,
} from '../../src';

/** Who is no CachedFunction, and what not every cache needs. */

const CONNECT = 'elasticache:Connect';

describe('a client that is not a CachedFunction', () => {
  const task = (stack: ReturnType<typeof newStack>) => new Role(stack, 'Task', { assumedBy: new ServicePrincipal('ecs-tasks.amazonaws.com') });

  test('is admitted to a serverless cache, as its user', () => {
    const stack = newStack();
    const vpc = newVpc(stack);
    const cache = new ServerlessCache(stack, 'Cache', { vpc });
    cache.grantConnect(task(stack));
    cache.connections.allowDefaultPortFrom(new SecurityGroup(stack, 'Tasks', { vpc }));

    expect(statements(stack)).toEqual([expect.objectContaining({ Action: CONNECT, Resource: [expect.objectContaining({ 'Fn::GetAtt': expect.anything() as unknown }), expect.anything()] })]);
    expect(only(stack, 'AWS::EC2::SecurityGroupIngress')).toMatchObject({ FromPort: 6379, ToPort: 6380 });
  });

  test('may use one of the cache\'s users, and no other', () => {
    const stack = newStack();
    const user = new ServerlessCache(stack, 'Cache', { vpc: newVpc(stack) }).addUser('Purger', { namespace: 'shop' });
    user.grantConnect(task(stack));

    expect(JSON.stringify(statements(stack))).toContain(user.userId);
  });

  test('gets the same as a function', () => {
    const [one, other] = [newStack(), newStack()];
    const newCache = (stack: typeof one) => new ReplicationGroupCache(stack, 'Cache', { vpc: newVpc(stack) });
    newCache(one).grantConnect(task(one));
    newFunction(other, { sharedCache: newCache(other), vpc: other.node.findChild('Vpc') as Vpc });

    expect(statements(one)).toEqual(statements(other));
  });

  test('may read the password of a cache that has one', () => {
    const stack = newStack();
    new ReplicationGroupCache(stack, 'Cache', { vpc: newVpc(stack), engine: CacheEngine.REDIS_OSS, engineVersion: '6.2' }).grantConnect(task(stack));
    new RedisCompatibleCache(stack, 'Server', { host: 'a', auth: CacheAuth.secret(new Secret(stack, 'Secret')) }).grantConnect(task(newStack()));

    expect(statements(stack)).toEqual([expect.objectContaining({ Action: ['secretsmanager:GetSecretValue', 'secretsmanager:DescribeSecret'] })]);
  });

  test('is admitted to imported caches through the given security groups', () => {
    const stack = newStack();
    const vpc = newVpc(stack);
    const securityGroups = [SecurityGroup.fromSecurityGroupId(stack, 'Theirs', 'sg-1')];
    const common = { endpointAddress: 'a', vpc, securityGroups, auth: CacheAuth.iam({ userId: 'reader' }) };
    const tasks = new SecurityGroup(stack, 'Tasks', { vpc });
    const caches = [
      ServerlessCache.fromServerlessCacheAttributes(stack, 'A', { serverlessCacheName: 'a', ...common }),
      ReplicationGroupCache.fromReplicationGroupCacheAttributes(stack, 'B', { replicationGroupId: 'b', endpointPort: 6400, ...common }),
      MemcachedCache.fromMemcachedCacheAttributes(stack, 'C', { memcachedCacheName: 'c', nodes: 2, ...common }),
      new RedisCompatibleCache(stack, 'D', { host: 'd', port: 6500, vpc, securityGroups, auth: CacheAuth.none() }),
    ];
    caches.forEach((cache) => { cache.connections.allowDefaultPortFrom(tasks); });

    expect(Object.values(all(stack, 'AWS::EC2::SecurityGroupIngress')).map(({ FromPort }) => FromPort).sort()).toEqual([11211, 6379, 6400, 6500]);
  });
});

const DUAL_STACK: VpcProps = { ipProtocol: IpProtocol.DUAL_STACK };

describe('addresses', () => {
  test.each([CacheNetworkType.IPV6, CacheNetworkType.DUAL_STACK])('that the subnets do not have are an error at synth: %s', (networkType) => {
    const stack = newStack();
    const vpc = newVpc(stack);
    new ServerlessCache(stack, 'Serverless', { vpc, networkType });
    new ReplicationGroupCache(stack, 'Nodes', { vpc, networkType });

    for (const cache of ['ServerlessCache Shop/Serverless', 'ReplicationGroupCache Shop/Nodes']) {
      expect(() => Template.fromStack(stack)).toThrow(`${cache}: networkType must be ipv4 in subnets without IPv6, such as Shop/Vpc/PrivateSubnet1, but is '${networkType}'. `
        + 'Leave it out, or create the VPC with `ipProtocol: IpProtocol.DUAL_STACK`.');
    }
  });

  test('that subnets get from a resource of their own, or in a VPC that is there already, are none', () => {
    const stack = newStack();
    const vpc = newVpc(stack);
    vpc.privateSubnets.forEach(({ subnetId }, index) => new CfnSubnetCidrBlock(stack, `Block${index}`, { subnetId, ipv6CidrBlock: `2001:db8:${index}::/64` }));
    new ServerlessCache(stack, 'Cache', { vpc, networkType: CacheNetworkType.IPV6 });
    new ServerlessCache(stack, 'Elsewhere', { vpc: givenVpc(stack), vpcSubnets: { subnetType: SubnetType.PRIVATE_ISOLATED }, networkType: CacheNetworkType.IPV6 });

    expect(() => Template.fromStack(stack)).not.toThrow();
  });

  test('of IPv6 alone need a function that has such, too', () => {
    const synthesized = (ipv6AllowedForDualStack?: boolean) => {
      const stack = newStack();
      const vpc = newVpc(stack, 'Vpc', DUAL_STACK);
      newFunction(stack, { vpc, ipv6AllowedForDualStack, sharedCache: new ServerlessCache(stack, 'Cache', { vpc, networkType: CacheNetworkType.IPV6 }) });
      return () => Template.fromStack(stack);
    };

    expect(synthesized()).toThrow('CachedFunction Shop/GetThing: ipv6AllowedForDualStack must be true: Shop/Cache has only IPv6 addresses, but is undefined. '
      + 'Set it, in subnets that have IPv6; or give the cache CacheNetworkType.DUAL_STACK.');
    expect(synthesized(true)).not.toThrow();
  });

  test.each(Object.values(CacheNetworkType))('of a serverless cache and of a replication group: %s', (networkType) => {
    const stack = newStack();
    const vpc = newVpc(stack, 'Vpc', DUAL_STACK);
    new ServerlessCache(stack, 'Serverless', { vpc, networkType });
    new ReplicationGroupCache(stack, 'Nodes', { vpc, networkType });

    Template.fromStack(stack).hasResourceProperties('AWS::ElastiCache::ServerlessCache', { NetworkType: networkType });
    Template.fromStack(stack).hasResourceProperties('AWS::ElastiCache::ReplicationGroup', { NetworkType: networkType });
  });

  test('of another kind reach another cache', () => {
    const names = [undefined, CacheNetworkType.DUAL_STACK].map((networkType) => {
      const stack = newStack();
      new ServerlessCache(stack, 'Cache', { vpc: newVpc(stack, 'Vpc', DUAL_STACK), networkType });
      return only(stack, 'AWS::ElastiCache::ServerlessCache').ServerlessCacheName;
    });
    expect(names[0]).not.toBe(names[1]);

    const incarnations = [undefined, CacheNetworkType.DUAL_STACK].map((networkType) => {
      const stack = newStack();
      const vpc = newVpc(stack, 'Vpc', DUAL_STACK);
      newFunction(stack, { vpc, sharedCache: new ReplicationGroupCache(stack, 'Cache', { vpc, networkType }) });
      return (settingsOf(stack).shared as { incarnation: string }).incarnation;
    });
    expect(incarnations[0]).not.toBe(incarnations[1]);
  });

  test('with invalid values are an error', () => {
    const stack = newStack();
    expect(() => new ServerlessCache(stack, 'Cache', { vpc: newVpc(stack), networkType: 'ipv5' as never }))
      .toThrow("ServerlessCache Shop/Cache: networkType must be one of ipv4, ipv6, dual_stack, but is 'ipv5'. Leave it out for IPv4.");
  });
});

describe('durability', () => {
  const durable: Partial<ReplicationGroupCacheProps> = { engineVersion: '9.0', clusterMode: true };

  test.each([[CacheDurability.ASYNC, durable], [CacheDurability.SYNC, durable], [CacheDurability.DISABLED, {}]])('%s', (durability, props) => {
    const stack = newStack();
    new ReplicationGroupCache(stack, 'Cache', { vpc: newVpc(stack), durability, ...props });

    Template.fromStack(stack).hasResourceProperties('AWS::ElastiCache::ReplicationGroup', { Durability: durability });
    expect(Annotations.fromStack(stack).findWarning('*', Match.anyValue())).toEqual([]);
  });

  test.each<[string, Partial<ReplicationGroupCacheProps>]>([
    ['an older Valkey', { clusterMode: true }], ['one shard without cluster mode', { engineVersion: '9.0' }], ['Redis OSS', { engine: CacheEngine.REDIS_OSS, clusterMode: true }],
  ])('of %s is an error', (_, props) => {
    const stack = newStack();
    expect(() => new ReplicationGroupCache(stack, 'Cache', { vpc: newVpc(stack), durability: CacheDurability.SYNC, ...props })).toThrow(
      "ReplicationGroupCache Shop/Cache: durability must be left out unless the engine is Valkey 9 or later in cluster mode, but is 'sync'. Set engineVersion: '9.0' and clusterMode: true, or leave it out.");
  });
});
