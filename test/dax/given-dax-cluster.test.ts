import { Token } from 'aws-cdk-lib';
import { Annotations as Found, Match } from 'aws-cdk-lib/assertions';
import { Table } from 'aws-cdk-lib/aws-dynamodb';
import { SecurityGroup } from 'aws-cdk-lib/aws-ec2';
import { of, permissions, READ_WRITE } from './dax-clusters';
import { DaxCluster, type DaxClusterAttributes } from '../../src';
import { all, givenVpc, newFunction, newStack, only, settingsOf } from '../caches/stacks';

function imported(attributes: Partial<DaxClusterAttributes> = {}) {
  const stack = newStack();
  const vpc = givenVpc(stack);
  const securityGroup = SecurityGroup.fromSecurityGroupId(stack, 'Group', 'sg-1');
  const dax = DaxCluster.fromDaxClusterAttributes(stack, 'Dax', {
    clusterName: 'products', endpointUrl: 'daxs://products.abc123.dax-clusters.eu-west-1.amazonaws.com', vpc, securityGroups: [securityGroup], ...attributes,
  });
  return { stack, vpc, dax };
}

describe('an imported DAX cluster', () => {
  test('admits a function and is not changed', () => {
    const { stack, vpc, dax } = imported({ tables: [Table.fromTableName(newStack('Other'), 'Products', 'products')] });

    newFunction(stack, { vpc, dax });

    expect(only(stack, 'AWS::EC2::SecurityGroupIngress')).toMatchObject({ GroupId: 'sg-1', FromPort: 9111 });
    expect(settingsOf(stack).dax).toEqual({ endpoint: 'daxs://products.abc123.dax-clusters.eu-west-1.amazonaws.com' });
    expect(permissions(stack)[0].resources).toEqual([{ 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':dax:eu-west-1:123456789012:cache/products']] }]);
    expect(permissions(stack)[1].actions).toEqual(of('dynamodb', READ_WRITE));
    expect(all(stack, 'AWS::DAX::Cluster')).toEqual({});
  });

  test('without TLS has the other port, and causes a warning', () => {
    const { stack, vpc, dax } = imported({ endpointUrl: 'dax://products.abc123.dax-clusters.eu-west-1.amazonaws.com:8111', tables: [] });

    newFunction(stack, { vpc, dax });

    expect(only(stack, 'AWS::EC2::SecurityGroupIngress')).toMatchObject({ FromPort: 8111, ToPort: 8111 });
    Found.fromStack(stack).hasWarning('/Shop/Dax', Match.stringLikeRegexp('cdk-cached-function:plaintext'));
  });

  test('without tables gives its functions no permission to fall back to the table, which causes a warning', () => {
    const { stack, vpc, dax } = imported();

    newFunction(stack, { vpc, dax });

    expect(permissions(stack)).toHaveLength(1);
    Found.fromStack(stack).hasWarning('/Shop/Dax', Match.stringLikeRegexp('cdk-cached-function:noDaxTables'));
  });

  test.each([
    ['daxs://products.abc123.dax-clusters.eu-west-1.amazonaws.com:8111', /must have port 9111, which DAX uses for daxs:\/\//],
    ['dax://products.abc123.dax-clusters.eu-west-1.amazonaws.com:9111', /must have port 8111/],
    ['products.abc123.dax-clusters.eu-west-1.amazonaws.com', /endpointUrl must look like 'daxs:/],
    ['https://products', /endpointUrl must look like/],
  ])('cannot be at %s', (endpointUrl, message) => {
    expect(() => imported({ endpointUrl })).toThrow(message);
  });

  test('may have an address known only at deploy time', () => {
    const { stack, vpc, dax } = imported({ endpointUrl: Token.asString({ 'Fn::ImportValue': 'Endpoint' }), tables: [] });

    newFunction(stack, { vpc, dax });

    expect(only(stack, 'AWS::EC2::SecurityGroupIngress')).toMatchObject({ FromPort: 9111 });
  });
});
