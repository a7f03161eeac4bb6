import { Fn, type Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { type ISecurityGroup, SecurityGroup, Vpc } from 'aws-cdk-lib/aws-ec2';
import { CacheAuth, type ISharedCache, RedisCompatibleCache, ReplicationGroupCache, ServerlessCache } from '../../src';
import { all, givenVpc, newApp, newFunction, newStack, newVpc, settingsOf } from '../caches/stacks';

const INGRESS = 'AWS::EC2::SecurityGroupIngress';

/** Who reaches what on which ports, of all stacks. */
function rules(...stacks: Stack[]): { stack: string; from: unknown; to: unknown; ports: string }[] {
  return stacks.flatMap((stack) => Object.values(all(stack, INGRESS)).map(({ SourceSecurityGroupId, GroupId, FromPort, ToPort }) =>
    ({ stack: stack.stackName, from: SourceSecurityGroupId, to: GroupId, ports: `${FromPort as number}-${ToPort as number}` })));
}

test('a cache admits the group of each function that uses it on its ports, and nothing else', () => {
  const stack = newStack();
  const vpc = newVpc(stack);
  newFunction(stack, { vpc, sharedCache: new ServerlessCache(stack, 'Serverless', { vpc }) }, 'One');
  newFunction(stack, { vpc, sharedCache: new ReplicationGroupCache(stack, 'Nodes', { vpc, port: 6400 }) }, 'Two');

  const group = (id: string) => ({ 'Fn::GetAtt': [expect.stringMatching(`^${id}`), 'GroupId'] });
  expect(rules(stack)).toEqual([
    { stack: 'Shop', from: group('OneSecurityGroup'), to: group('ServerlessSecurityGroup'), ports: '6379-6380' },
    { stack: 'Shop', from: group('TwoSecurityGroup'), to: group('NodesSecurityGroup'), ports: '6400-6400' },
  ]);
});

test('descriptions have only characters that EC2 accepts, whatever the constructs\' ids', () => {
  const stack = newStack();
  const vpc = newVpc(stack);
  newFunction(stack, { vpc, sharedCache: new ServerlessCache(stack, 'Größe, "alle" <1>', { vpc }) }, 'Läden');

  const descriptions = [...Object.values(all(stack, INGRESS)).map(({ Description }) => Description),
    ...Object.values(all(stack, 'AWS::EC2::SecurityGroup')).map(({ GroupDescription }) => GroupDescription)] as string[];
  // The function's own group is described by CDK.
  const ours = descriptions.filter((text) => !text.startsWith('Automatic security group'));
  expect(ours).toEqual(['Shop/L_den to Shop/Gr__e, _alle_ _1_', 'Who may use the cache Shop/Gr__e, _alle_ _1_']);
});

test('three stacks of functions use the cache of a fourth, in the network of a fifth', () => {
  const app = newApp();
  const network = newStack('Network', app);
  const vpc = newVpc(network);
  const data = newStack('Data', app);
  const cache = new ServerlessCache(data, 'Cache', { vpc });
  const users = ['Orders', 'Search', 'Admin'].map((id) => {
    const stack = newStack(id, app);
    newFunction(stack, { vpc, sharedCache: id === 'Admin' ? cache.addUser(id, { namespace: 'admin' }) : cache });
    return stack;
  });

  app.synth();

  expect(users.map((stack) => stack.dependencies.map(({ stackName }) => stackName).sort())).toEqual([['Data', 'Network'], ['Data', 'Network'], ['Data', 'Network']]);
  expect(data.dependencies.map(({ stackName }) => stackName)).toEqual(['Network']);
  expect(network.dependencies).toEqual([]);
  // When a function's stack goes, so do its rule and its permissions.
  expect(rules(...users).map(({ stack }) => stack)).toEqual(['Orders', 'Search', 'Admin']);
  expect(rules(network, data)).toEqual([]);
});

test("functions' security groups in the VPC's stack do not make stacks depend on each other in a circle", () => {
  const app = newApp();
  const network = newStack('Network', app);
  const vpc = newVpc(network);
  const group = new SecurityGroup(network, 'Functions', { vpc, allowAllOutbound: false });
  const data = newStack('Data', app);
  const cache = new ReplicationGroupCache(data, 'Cache', { vpc });
  const stacks = ['Orders', 'Search'].map((id) => {
    const stack = newStack(id, app);
    newFunction(stack, { vpc, sharedCache: cache, securityGroups: [group] });
    return stack;
  });

  app.synth();

  // One rule for the group, however many share it: EC2 rejects a second identical one.
  expect(rules(network, data, ...stacks)).toEqual([expect.objectContaining({ stack: 'Data', ports: '6379-6379' })]);
  expect(Object.values(all(data, 'AWS::EC2::SecurityGroupEgress'))).toHaveLength(1);
});

test('a function without outbound traffic may reach its cache', () => {
  const stack = newStack();
  const vpc = newVpc(stack);
  const closed = new SecurityGroup(stack, 'Closed', { vpc, allowAllOutbound: false });

  newFunction(stack, { vpc, sharedCache: new ServerlessCache(stack, 'Cache', { vpc }), securityGroups: [closed] });

  Template.fromStack(stack).hasResourceProperties('AWS::EC2::SecurityGroupEgress', {
    GroupId: { 'Fn::GetAtt': ['ClosedBAF26A78', 'GroupId'] }, FromPort: 6379, ToPort: 6380,
  });
});

describe('with an imported cache', () => {
  const imported = (stack: Stack, securityGroups?: ISecurityGroup[]): ISharedCache => new RedisCompatibleCache(stack, 'Cache', {
    host: 'cache.internal', port: 6390, auth: CacheAuth.none(), vpc: givenVpc(stack, 'vpc-1', 'OfCache'), securityGroups,
  });

  test('no rule is created, unless its group is given', () => {
    const stack = newStack();
    newFunction(stack, { vpc: givenVpc(stack), sharedCache: imported(stack) });
    const other = newStack();
    newFunction(other, { vpc: givenVpc(other), sharedCache: imported(other, [SecurityGroup.fromSecurityGroupId(other, 'Group', 'sg-1')]) });

    expect(rules(stack)).toEqual([]);
    expect(rules(other)).toEqual([{ stack: 'Shop', from: expect.anything(), to: 'sg-1', ports: '6390-6390' }]);
  });

  test('an immutable group is left unchanged', () => {
    const stack = newStack();

    newFunction(stack, { vpc: givenVpc(stack), sharedCache: imported(stack, [SecurityGroup.fromSecurityGroupId(stack, 'Group', 'sg-1', { mutable: false })]) });

    expect(rules(stack)).toEqual([]);
  });

  test('the VPC may be another object for the same VPC', () => {
    const stack = newStack();

    newFunction(stack, { vpc: givenVpc(stack, 'vpc-1'), sharedCache: imported(stack) });

    expect(settingsOf(stack)).toMatchObject({ shared: { host: 'cache.internal' } });
  });
});

describe('is an error', () => {
  test('a function in no VPC: it is never moved silently', () => {
    const stack = newStack();
    const cache = new ServerlessCache(stack, 'Cache', { vpc: newVpc(stack) });

    expect(() => newFunction(stack, { sharedCache: cache }))
      .toThrow('CachedFunction Shop/GetThing: the function is in no VPC and cannot reach Shop/Cache, which is in Shop/Vpc. Give the function the cache\'s `vpc`.');
  });

  test('a function in another VPC', () => {
    const stack = newStack();
    const cache = new ServerlessCache(stack, 'Cache', { vpc: newVpc(stack) });
    const made = newVpc(stack, 'Other');
    const other = new ServerlessCache(stack, 'OtherCache', { vpc: givenVpc(stack, 'vpc-2', 'Second') });

    expect(() => newFunction(stack, { vpc: made, sharedCache: cache }, 'A')).toThrow('the function is in a different VPC (Shop/Other) from Shop/Cache (Shop/Vpc)');
    expect(() => newFunction(stack, { vpc: givenVpc(stack, 'vpc-1'), sharedCache: other }, 'B')).toThrow('the function is in a different VPC');
  });

  test('but not a VPC that is known only at deploy time', () => {
    const stack = newStack();
    const cache = new ServerlessCache(stack, 'Cache', { vpc: newVpc(stack) });
    const vpc = Vpc.fromVpcAttributes(stack, 'Imported', {
      vpcId: Fn.importValue('vpc'),
      availabilityZones: ['a'],
      privateSubnetIds: ['subnet-1'],
    });

    newFunction(stack, { vpc, sharedCache: cache });
  });
});
