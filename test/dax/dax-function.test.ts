import { Duration } from 'aws-cdk-lib';
import { Annotations as Found, Match } from 'aws-cdk-lib/assertions';
import { AttributeType, Table, TableEncryption } from 'aws-cdk-lib/aws-dynamodb';
import { CfnFunction } from 'aws-cdk-lib/aws-lambda';
import { clusterWith, of, permissions, READ, READ_WRITE } from './dax-clusters';
import { DaxAccess, DaxCluster, ServerlessCache } from '../../src';
import { all, newFunction, newStack, newVpc, only, settingsOf } from '../caches/stacks';

describe('a function with a DAX cluster', () => {
  test('is admitted on the port for TLS only, and gets the cluster\'s address', () => {
    const { stack, vpc, dax } = clusterWith();

    newFunction(stack, { vpc, dax });

    expect(only(stack, 'AWS::EC2::SecurityGroupIngress')).toMatchObject({
      IpProtocol: 'tcp',
      FromPort: 9111,
      ToPort: 9111,
      GroupId: { 'Fn::GetAtt': [expect.stringMatching('DaxSecurityGroup'), 'GroupId'] },
      SourceSecurityGroupId: { 'Fn::GetAtt': [expect.stringMatching('GetThingSecurityGroup'), 'GroupId'] },
    });
    expect(settingsOf(stack).dax).toEqual({ endpoint: expect.stringMatching('ClusterDiscoveryEndpointURL'), incarnation: expect.any(String) as string });
  });

  test('may do what DAX does, and the same with the tables when DAX fails', () => {
    const { stack, vpc, dax } = clusterWith();

    newFunction(stack, { vpc, dax });

    expect(permissions(stack).slice(1)).toEqual([
      { actions: of('dax', READ_WRITE), resources: [{ 'Fn::GetAtt': [expect.stringMatching('Dax'), 'Arn'] }] },
      { actions: of('dynamodb', READ_WRITE), resources: [{ 'Fn::GetAtt': [expect.stringMatching('Products'), 'Arn'] }] },
    ]);
  });

  test('can be limited to reading', () => {
    const stack = newStack();
    const vpc = newVpc(stack);
    const table = new Table(stack, 'Products', { partitionKey: { name: 'id', type: AttributeType.STRING }, encryption: TableEncryption.CUSTOMER_MANAGED });
    const dax = new DaxCluster(stack, 'Dax', { vpc, tables: [table] });

    newFunction(stack, { vpc, dax, daxOptions: { access: DaxAccess.READ } });

    expect(permissions(stack).slice(-3)).toEqual([
      { actions: of('dax', READ), resources: [expect.anything()] },
      { actions: of('dynamodb', READ), resources: [{ 'Fn::GetAtt': [expect.stringMatching('Products'), 'Arn'] }] },
      { actions: ['kms:Decrypt'], resources: [expect.anything()] },
    ]);
  });

  test('gets its timeouts', () => {
    const { stack, vpc, dax } = clusterWith();

    newFunction(stack, {
      vpc,
      dax,
      daxOptions: {
        connectTimeout: Duration.millis(200), readTimeout: Duration.seconds(1), writeTimeout: Duration.seconds(3), budget: Duration.seconds(2),
      },
    });

    expect(settingsOf(stack).dax).toMatchObject({ connectTimeoutMs: 200, readTimeoutMs: 1_000, writeTimeoutMs: 3_000, budgetMs: 2_000 });
  });

  test('has a layer with the client bundle for DAX, and with its shared cache\'s if it has one', () => {
    const { stack, vpc, dax } = clusterWith();

    newFunction(stack, { vpc, dax }, 'One');
    newFunction(stack, { vpc, dax, sharedCache: new ServerlessCache(stack, 'Cache', { vpc }) }, 'Both');

    expect(Object.keys(all(stack, 'AWS::Lambda::LayerVersion')))
      .toEqual([expect.stringMatching(/^CdkCachedFunctionRuntimeDax[0-9A-F]{8}$/), expect.stringMatching(/^CdkCachedFunctionRuntimeRedisDax[0-9A-F]{8}$/)]);
  });

  test.each([
    ['in no VPC', () => undefined, /the function is in no VPC and cannot reach Shop\/Dax/],
    ['in another VPC', (stack: ReturnType<typeof newStack>) => newVpc(stack, 'Other'), /the function is in a different VPC \(Shop\/Other\) from Shop\/Dax/],
  ])('cannot be %s', (_, vpcOf, message) => {
    const { stack, dax } = clusterWith();

    expect(() => newFunction(stack, { vpc: vpcOf(stack), dax })).toThrow(message);
  });

  test('cannot have timeouts of zero, and options without a cluster cause a warning', () => {
    const { stack, vpc, dax } = clusterWith();

    expect(() => newFunction(stack, { vpc, dax, daxOptions: { readTimeout: Duration.seconds(0) } })).toThrow(/daxOptions.readTimeout must be longer than zero/);

    const other = newStack();
    newFunction(other, { daxOptions: { access: DaxAccess.READ } });
    Found.fromStack(other).hasWarning('/Shop/GetThing', Match.stringLikeRegexp('cdk-cached-function:noDax'));
  });

  test('has metrics of its use of DAX', () => {
    const { stack, vpc, dax } = clusterWith();
    const fn = newFunction(stack, { vpc, dax });

    expect([fn.metricDaxFallbacks(), fn.metricDaxErrors(), fn.metricDaxTimeouts()]).toEqual(['DaxFallbacks', 'DaxErrors', 'DaxTimeouts'].map((metricName) =>
      expect.objectContaining({ namespace: 'CachedFunction', metricName, statistic: 'Sum', dimensions: { FunctionName: fn.functionName } })));
    expect(stack.node.findChild('GetThing').node.defaultChild).toBeInstanceOf(CfnFunction);
  });
});
