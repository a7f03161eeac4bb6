import { App, CfnParameter, Fn, Lazy, NestedStack, Stack } from 'aws-cdk-lib';
import { Vpc } from 'aws-cdk-lib/aws-ec2';
import { Key } from 'aws-cdk-lib/aws-kms';
import fc from 'fast-check';
import { all, givenVpc, newStack, newVpc, only } from './stacks';
import { CacheEngine, ServerlessCache, type ServerlessCacheProps } from '../../src';
import { physicalName } from '../../src/caches/physical-name';

const nameOf = (stack: Stack) => only(stack, 'AWS::ElastiCache::ServerlessCache').ServerlessCacheName;

function nameWith(change: (stack: Stack) => ServerlessCacheProps, stack = newStack()): unknown {
  new ServerlessCache(stack, 'Cache', { vpc: givenVpc(stack), ...change(stack) });
  return nameOf(stack);
}

const usual = () => nameWith(() => ({}));

test('stay the same from synth to synth, and describe what they name', () => {
  expect(usual()).toBe(usual());
  expect(usual()).toMatch(/^shop-cache-[0-9a-f]{12}$/);
});

test('do not depend on an app\'s number of tokens if subnets are known only at deploy time', () => {
  const named = () => nameWith((stack) => ({
    vpc: Vpc.fromVpcAttributes(stack, 'Imported', {
      vpcId: 'vpc-1',
      availabilityZones: ['eu-west-1a'],
      privateSubnetIds: Fn.split(',', new CfnParameter(stack, 'Subnets').valueAsString),
    }),
  }));
  const before = named();
  Lazy.string({ produce: () => 'another token' });

  expect(named()).toBe(before);
});

test.each<[string, (stack: Stack) => ServerlessCacheProps]>([
  ['subnets', (stack) => ({ vpc: givenVpc(stack, 'vpc-2', 'Other') })],
  ['key', (stack) => ({ encryptionKey: new Key(stack, 'Key') })],
  ['kind of endpoint', () => ({ vpc: undefined, publicEndpoint: true })],
])('change with the %s, which replaces the cache', (_, change) => {
  expect(nameWith(change)).not.toBe(usual());
});

test('do not change with what is updated in place', () => {
  expect(nameWith(() => ({ maxEcpuPerSecond: 5_000, engine: CacheEngine.REDIS_OSS, dailySnapshotTime: '03:00' }))).toBe(usual());
});

test('differ between two deployments of one app', () => {
  const deployed = (stackName: string) => {
    const stack = new Stack(new App(), 'Shop', { stackName });
    new ServerlessCache(stack, 'Cache', { publicEndpoint: true });
    return [nameOf(stack), ...Object.values(all(stack, 'AWS::ElastiCache::User')).map(({ UserId }) => UserId)];
  };

  expect(new Set([...deployed('blue'), ...deployed('green')]).size).toBe(4);
});

test('differ between a cache and its users, and between users', () => {
  const stack = newStack();
  const cache = new ServerlessCache(stack, 'Cache', { vpc: newVpc(stack), engine: CacheEngine.REDIS_OSS });
  cache.addUser('A', { namespace: 'a' });
  cache.addUser('B', { namespace: 'b' });

  const ids = [
    nameOf(stack),
    only(stack, 'AWS::ElastiCache::UserGroup').UserGroupId,
    ...Object.values(all(stack, 'AWS::ElastiCache::User')).map(({ UserId }) => UserId),
  ];
  expect(new Set(ids).size).toBe(6);
});

test('in a nested stack carry the name of the stack that is deployed', () => {
  const named = (stackName: string) => {
    const nested = new NestedStack(new Stack(new App(), 'Shop', { stackName }), 'Nested');
    return physicalName(new Key(nested, 'Thing'));
  };

  expect(named('blue')).not.toBe(named('green'));
});

test('are valid for ElastiCache, whatever the construct\'s id', () => {
  fc.assert(fc.property(fc.string({ minLength: 1, maxLength: 120, unit: 'grapheme' }).filter((id) => id.trim() !== ''), (id) => {
    const stack = new Stack(new App(), 'S');
    const name = physicalName(new Key(stack, `${id.replaceAll('${', '')}!`));
    expect(name).toMatch(/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/);
    expect(name.length).toBeLessThanOrEqual(40);
  }), { numRuns: 200 });
});
