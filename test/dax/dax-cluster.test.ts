import { Duration, RemovalPolicy, Token } from 'aws-cdk-lib';
import { Annotations as Found, Match, Template } from 'aws-cdk-lib/assertions';
import type { MathExpression, Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { AttributeType, Table, TableEncryption, TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import { clusterWith, of, permissions, READ_WRITE } from './dax-clusters';
import { CacheEndpoints, DaxCluster, type DaxClusterProps } from '../../src';
import { all, newStack, newVpc, only } from '../caches/stacks';

const CLUSTER = 'AWS::DAX::Cluster';

describe('a DaxCluster', () => {
  test('has three nodes, encrypted in transit and at rest, in private subnets, with a name that is valid for DAX', () => {
    const { stack } = clusterWith();

    expect(only(stack, CLUSTER)).toEqual({
      ClusterName: expect.stringMatching(/^(?!.*--)[a-z][a-z0-9-]{0,18}[a-z0-9]$/),
      ClusterEndpointEncryptionType: 'TLS',
      Description: 'The cache Shop/Dax',
      IAMRoleARN: { 'Fn::GetAtt': [expect.stringMatching('DaxRole'), 'Arn'] },
      NodeType: 'dax.t3.small',
      ReplicationFactor: 3,
      SSESpecification: { SSEEnabled: true },
      SecurityGroupIds: [{ 'Fn::GetAtt': [expect.stringMatching('DaxSecurityGroup'), 'GroupId'] }],
      SubnetGroupName: { Ref: expect.stringMatching('DaxSubnets') },
    });
    expect(only(stack, 'AWS::DAX::SubnetGroup').SubnetIds)
      .toEqual([{ Ref: expect.stringMatching('VpcPrivateSubnet1') }, { Ref: expect.stringMatching('VpcPrivateSubnet2') }]);
    expect(all(stack, 'AWS::DAX::ParameterGroup')).toEqual({});
    Template.fromStack(stack).hasResource(CLUSTER, {
      DeletionPolicy: 'Delete', DependsOn: Match.arrayWith([Match.stringLikeRegexp('DaxRoleDefaultPolicy')]),
    });
  });

  test('passes every prop to DAX', () => {
    const { stack } = clusterWith({
      nodeType: 'dax.r7i.large',
      nodes: 11,
      itemTtl: Duration.minutes(1),
      queryTtl: Duration.seconds(0),
      maintenanceWindow: 'sun:03:00-sun:04:00',
      removalPolicy: RemovalPolicy.RETAIN,
    });

    Template.fromStack(stack).hasResource(CLUSTER, {
      DeletionPolicy: 'Retain',
      Properties: Match.objectLike({
        NodeType: 'dax.r7i.large',
        ReplicationFactor: 11,
        PreferredMaintenanceWindow: 'sun:03:00-sun:04:00',
        ParameterGroupName: { Ref: Match.stringLikeRegexp('DaxParameters') },
      }),
    });
    expect(only(stack, 'AWS::DAX::ParameterGroup')).toMatchObject({ ParameterNameValues: { 'record-ttl-millis': '60000', 'query-ttl-millis': '0' } });
  });

  test('has another parameter group for other times, and another name for another node type', () => {
    const idOf = (props: Partial<DaxClusterProps>, type: string) => Object.keys(all(clusterWith(props).stack, type))[0];
    const nameOf = (nodeType: string) => only(clusterWith({ nodeType }).stack, CLUSTER).ClusterName;

    expect(idOf({ itemTtl: Duration.minutes(1) }, 'AWS::DAX::ParameterGroup')).not.toBe(idOf({ itemTtl: Duration.minutes(2) }, 'AWS::DAX::ParameterGroup'));
    expect(nameOf('dax.r5.large')).not.toBe(nameOf('dax.r5.xlarge'));
  });

  test('has its handlers\' permissions on its tables, and no others', () => {
    const { stack } = clusterWith();

    expect(permissions(stack)).toEqual([{
      actions: ['dynamodb:DescribeTable', ...of('dynamodb', READ_WRITE)],
      resources: [{ 'Fn::GetAtt': [expect.stringMatching('Products'), 'Arn'] }],
    }]);
  });

  test('reaches its tables\' indexes and keys', () => {
    const stack = newStack();
    const table = new TableV2(stack, 'Products', {
      partitionKey: { name: 'id', type: AttributeType.STRING },
      globalSecondaryIndexes: [{ indexName: 'name', partitionKey: { name: 'name', type: AttributeType.STRING } }],
    });
    const secret = new Table(stack, 'Secret', { partitionKey: { name: 'id', type: AttributeType.STRING }, encryption: TableEncryption.CUSTOMER_MANAGED });

    new DaxCluster(stack, 'Dax', { vpc: newVpc(stack), tables: [table, secret] });

    expect(permissions(stack).flatMap(({ resources }) => resources)).toContainEqual({ 'Fn::Join': ['', [expect.anything(), '/index/*']] });
    expect(permissions(stack)).toContainEqual({
      actions: expect.arrayContaining(['kms:Decrypt', 'kms:Encrypt']), resources: [{ 'Fn::GetAtt': [expect.stringMatching('SecretKey'), 'Arn'] }],
    });
  });

  test.each<[Partial<DaxClusterProps>, RegExp]>([
    [{ nodeType: 'cache.t4g.micro' }, /nodeType must be a DAX node type, but is 'cache.t4g.micro'/],
    [{ nodeType: 'dax.r5.3xlarge' }, /nodeType.*dax\.r5\.large to \.24xlarge/s],
    [{ nodes: 0 }, /nodes must be a whole number from 1 to 11, but is 0/],
    [{ nodes: 12 }, /nodes must be a whole number from 1 to 11, but is 12/],
    [{ tables: [] }, /tables must contain the tables/],
    [{ itemTtl: Duration.seconds(0) }, /itemTtl must be longer than zero/],
    [{ queryTtl: Duration.millis(0.5) }, /queryTtl must be a whole number/],
    [{ maintenanceWindow: 'sunday' }, /maintenanceWindow must look like 'sun:04:00-sun:05:00'/],
  ])('cannot be %j', (props, message) => {
    expect(() => clusterWith(props)).toThrow(message);
  });

  test('accepts values known only at deploy time', () => {
    const { stack } = clusterWith({ nodeType: Token.asString({ Ref: 'Type' }), nodes: Token.asNumber({ Ref: 'Nodes' }), itemTtl: Duration.millis(Token.asNumber({ Ref: 'Ttl' })) });

    expect(only(stack, CLUSTER)).toMatchObject({ NodeType: { Ref: 'Type' }, ReplicationFactor: { Ref: 'Nodes' } });
  });

  test('warns of a single node', () => {
    Found.fromStack(clusterWith({ nodes: 1 }).stack).hasWarning('/Shop/Dax', Match.stringLikeRegexp('cdk-cached-function:singleDaxNode'));
    Found.fromStack(clusterWith({ nodes: 2 }).stack).hasNoWarning('*', Match.anyValue());
  });
});

test('CacheEndpoints creates the endpoint for DynamoDB, which functions call when DAX fails', () => {
  const { stack, vpc, dax } = clusterWith();

  const endpoints = new CacheEndpoints(stack, 'Endpoints', { vpc, daxClusters: [dax] });

  expect(endpoints.secretsManager).toBeUndefined();
  expect(only(stack, 'AWS::EC2::VPCEndpoint')).toMatchObject({ VpcEndpointType: 'Gateway' });
});

test('a cluster\'s metrics are those that DAX writes', () => {
  const { dax } = clusterWith();
  const metrics = {
    ItemCacheHits: dax.metricItemCacheHits(),
    ItemCacheMisses: dax.metricItemCacheMisses(),
    QueryCacheHits: dax.metricQueryCacheHits(),
    QueryCacheMisses: dax.metricQueryCacheMisses(),
    ErrorRequestCount: dax.metricErrors(),
    FaultRequestCount: dax.metricFaults(),
    ThrottledRequestCount: dax.metricThrottles(),
    EvictedSize: dax.metricEvictions(),
    CPUUtilization: dax.metricCpu(),
    CacheMemoryUtilization: dax.metricMemoryUsage(),
    ClientConnections: dax.metricConnections(),
  };

  for (const [metricName, metric] of Object.entries(metrics)) {
    const isGauge = /Utilization|Connections/.test(metricName);
    expect(metric).toMatchObject({ namespace: 'AWS/DAX', metricName, statistic: isGauge ? 'Maximum' : 'Sum', dimensions: { ClusterId: dax.clusterName } });
  }
  const ofNode = dax.metric('CPUUtilization', { dimensionsMap: { NodeId: 'a' } }) as Metric;
  expect(ofNode.dimensions).toEqual({ ClusterId: dax.clusterName, NodeId: 'a' });
  const rate = dax.metricHitRate() as MathExpression;
  expect(rate.expression).toBe('100 * (FILL(itemHits, 0) + FILL(queryHits, 0) + FILL(scanHits, 0)) / '
    + '(FILL(itemHits, 0) + FILL(queryHits, 0) + FILL(scanHits, 0) + FILL(itemMisses, 0) + FILL(queryMisses, 0) + FILL(scanMisses, 0))');
  expect(rate.usingMetrics.scanMisses).toMatchObject({ metricName: 'ScanCacheMisses' });
});
