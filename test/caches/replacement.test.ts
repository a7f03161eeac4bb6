import { App, CfnResource, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { AttributeType, Table } from 'aws-cdk-lib/aws-dynamodb';
import { type IVpc, SubnetType, Vpc } from 'aws-cdk-lib/aws-ec2';
import { Key } from 'aws-cdk-lib/aws-kms';
import { newFunction } from './stacks';
import { DaxCluster, type ISharedCache, MemcachedCache, MemcachedCapacity, ReplicationGroupCache, ServerlessCache } from '../../src';

/**
 * A cache that CloudFormation replaces has a new address. The reference to the address is the same text before and after, so a function in
 * another stack would keep the old address, and a version behind an alias would, too: something else in the function must differ.
 */

const STRENGTHS = ['weak', 'both', 'strong'] as const;

interface Stacks {
  readonly data: Stack;
  readonly vpc: IVpc;
  readonly functions: readonly Stack[];
}

/** A cache in a stack, and functions in three others. */
function newStacks(strength: string, makeCache: (stack: Stack, vpc: IVpc) => { sharedCache: ISharedCache } | { dax: DaxCluster }): Stacks {
  const app = new App({ context: { 'aws:cdk:bundling-stacks': [], '@aws-cdk/core:defaultCrossStackReferences': strength } });
  const env = { account: '123456789012', region: 'eu-west-1' };
  const data = new Stack(app, 'Data', { env });
  const vpc = new Vpc(data, 'Vpc', { maxAzs: 2 });
  const cache = makeCache(data, vpc);
  const functions = ['Orders', 'Search', 'Admin'].map((id) => {
    const stack = new Stack(app, id, { env });
    void newFunction(stack, { vpc, ...cache }).currentVersion;
    return stack;
  });
  return { data, vpc, functions };
}

const templateOf = (stack: Stack) => JSON.stringify(Template.fromStack(stack).toJSON());
const versionOf = (stack: Stack) => Object.keys(Template.fromStack(stack).findResources('AWS::Lambda::Version'))[0];

/** Each cache, as it is and after a change that replaces it. */
const CACHES: [string, (stack: Stack, vpc: IVpc, replaced: boolean) => { sharedCache: ISharedCache } | { dax: DaxCluster }][] = [
  ['ServerlessCache of another key', (stack, vpc, replaced) =>
    ({ sharedCache: new ServerlessCache(stack, 'Cache', { vpc, encryptionKey: new Key(stack, replaced ? 'New' : 'Old') }) })],
  ['ServerlessCache in other subnets', (stack, vpc, replaced) =>
    ({ sharedCache: new ServerlessCache(stack, 'Cache', { vpc, vpcSubnets: { subnetType: replaced ? SubnetType.PUBLIC : SubnetType.PRIVATE_WITH_EGRESS } }) })],
  ['ReplicationGroupCache of another key', (stack, vpc, replaced) =>
    ({ sharedCache: new ReplicationGroupCache(stack, 'Cache', { vpc, encryptionKey: new Key(stack, replaced ? 'New' : 'Old') }) })],
  ['ReplicationGroupCache with a password, changed by an escape hatch', (stack, vpc, replaced) => {
    const sharedCache = new ReplicationGroupCache(stack, 'Cache', { vpc, engineVersion: '7.1' });
    (sharedCache.node.defaultChild as CfnResource).addPropertyOverride('NetworkType', replaced ? 'dual_stack' : 'ipv4');
    return { sharedCache };
  }],
  ['serverless MemcachedCache of another key', (stack, vpc, replaced) =>
    ({ sharedCache: new MemcachedCache(stack, 'Cache', { vpc, capacity: MemcachedCapacity.serverless({ encryptionKey: new Key(stack, replaced ? 'New' : 'Old') }) }) })],
  ['MemcachedCache on another port', (stack, vpc, replaced) => ({ sharedCache: new MemcachedCache(stack, 'Cache', { vpc, capacity: MemcachedCapacity.nodes({ port: replaced ? 11_400 : 11_211 }) }) })],
  ['DaxCluster of other nodes', (stack, vpc, replaced) => {
    const tables = [new Table(stack, 'Table', { partitionKey: { name: 'id', type: AttributeType.STRING } })];
    return { dax: new DaxCluster(stack, 'Cache', { vpc, tables, nodeType: replaced ? 'dax.r5.large' : 'dax.t3.small' }) };
  }],
];

describe.each(CACHES)('when a %s is replaced', (_, makeCache) => {
  test.each(STRENGTHS)("with %s references, every function's template and version differ", (strength) => {
    const [before, after] = [false, true].map((replaced) => newStacks(strength, (stack, vpc) => makeCache(stack, vpc, replaced)).functions);

    before.forEach((stack, index) => {
      expect(templateOf(after[index])).not.toBe(templateOf(stack));
      expect(versionOf(after[index])).not.toBe(versionOf(stack));
    });
  });

  test('and otherwise they do not', () => {
    const [once, again] = [1, 2].map(() => newStacks('weak', (stack, vpc) => makeCache(stack, vpc, false)).functions);

    expect(once.map(templateOf)).toEqual(again.map(templateOf));
  });
});

describe('a cache stack and three stacks of functions', () => {
  const newCaches = (strength: string) => newStacks(strength, (stack, vpc) => ({ sharedCache: new ServerlessCache(stack, 'Cache', { vpc }) }));
  const exportsOf = (stack: Stack) => {
    const { Outputs = {} } = Template.fromStack(stack).toJSON() as { Outputs?: Record<string, { Export?: unknown }> };
    return Object.values(Outputs).filter((output) => output.Export !== undefined).length;
  };

  test.each([
    ['weak', { imports: false, gets: true, exports: false }],
    ['both', { imports: false, gets: true, exports: true }],
    ['strong', { imports: true, gets: false, exports: true }],
  ])('with %s references', (strength, expected) => {
    const { data, functions } = newCaches(strength);

    for (const stack of functions) {
      const template = templateOf(stack);
      expect({ imports: template.includes('Fn::ImportValue'), gets: template.includes('Fn::GetStackOutput'), exports: exportsOf(data) > 0 }).toEqual(expected);
      expect(stack.dependencies).toEqual([data]);
    }
  });
});
