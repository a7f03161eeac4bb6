import { RemovalPolicy, Stack } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import { AttributeType, CfnTable, Table, TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import { Key } from 'aws-cdk-lib/aws-kms';
import { all, newApp, newFunction, newStack, newVpc, only, settingsOf, statements } from './stacks';
import { CacheEndpoints, DynamoDbCache, type DynamoDbCacheProps } from '../../src';

const WHOLE_NAMESPACE = '123456789012/eu-west-1/Shop/GetThing:*';

function leadingKeysOf(stack: Stack): unknown {
  const [{ Condition: condition }] = statements(stack) as unknown as { Condition: Record<string, Record<string, unknown>> }[];
  return condition['ForAllValues:StringLike']['dynamodb:LeadingKeys'];
}

describe('a new table', () => {
  test('is billed on demand, deletes expired items, and is deleted with the stack', () => {
    const stack = newStack();

    new DynamoDbCache(stack, 'Cache');

    const [table] = Object.values(Template.fromStack(stack).findResources('AWS::DynamoDB::Table'));
    expect(table).toMatchObject({
      DeletionPolicy: 'Delete',
      Properties: {
        BillingMode: 'PAY_PER_REQUEST',
        KeySchema: [{ AttributeName: 'key', KeyType: 'HASH' }],
        AttributeDefinitions: [{ AttributeName: 'key', AttributeType: 'S' }],
        TimeToLiveSpecification: { AttributeName: 'expires', Enabled: true },
      },
    });
    expect(JSON.stringify(table)).not.toContain('PointInTimeRecovery');
  });

  test('is encrypted and bounded, and has the given removal policy', () => {
    const stack = newStack();
    const encryptionKey = new Key(stack, 'Key');

    new DynamoDbCache(stack, 'Cache', { encryptionKey, maxReadRequestUnits: 100, maxWriteRequestUnits: 10, removalPolicy: RemovalPolicy.RETAIN });

    Template.fromStack(stack).hasResource('AWS::DynamoDB::Table', {
      DeletionPolicy: 'Retain',
      Properties: Match.objectLike({
        SSESpecification: { SSEEnabled: true, SSEType: 'KMS' },
        OnDemandThroughput: { MaxReadRequestUnits: 100, MaxWriteRequestUnits: 10 },
      }),
    });
  });

  test('is passed to functions, which need no VPC', () => {
    const stack = newStack();

    newFunction(stack, { sharedCache: new DynamoDbCache(stack, 'Cache') });

    expect(settingsOf(stack).shared).toEqual({ kind: 'dynamodb', table: expect.stringContaining('Ref'), partitionKey: 'key', timeToLive: 'expires' });
    expect(only(stack, 'AWS::Lambda::Function')).not.toHaveProperty('VpcConfig');
  });

  test('has an endpoint in a VPC without a NAT gateway', () => {
    const stack = newStack();

    const endpoints = new CacheEndpoints(stack, 'Endpoints', { vpc: newVpc(stack), caches: [new DynamoDbCache(stack, 'Cache')] });

    expect(endpoints.dynamoDb).toBeDefined();
    expect(only(stack, 'AWS::EC2::VPCEndpoint')).toMatchObject({ VpcEndpointType: 'Gateway' });
  });
});

describe('a function has permission to', () => {
  test('access the items of its namespace as the runtime does, and no more', () => {
    const stack = newStack();

    newFunction(stack, { sharedCache: new DynamoDbCache(stack, 'Cache') });

    expect(statements(stack)).toEqual([{
      Effect: 'Allow',
      Action: ['dynamodb:BatchGetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem'],
      Resource: { 'Fn::GetAtt': [expect.stringMatching(/^CacheTable/), 'Arn'] },
      Condition: { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': [WHOLE_NAMESPACE] } },
    }]);
  });

  test('use its namespace, whatever characters that has', () => {
    const stack = newStack();

    newFunction(stack, { sharedCache: new DynamoDbCache(stack, 'Cache'), caching: { namespace: 'a:b@100%*?$' } });

    // What the runtime makes of it, in IAM's spelling.
    expect(leadingKeysOf(stack)).toEqual(['a%3Ab%40100%25${*}${?}${$}:*']);
  });

  test('use a namespace of which a part is known only at deploy time', () => {
    const stack = new Stack(newApp(), 'Shop');

    newFunction(stack, { sharedCache: new DynamoDbCache(stack, 'Cache') });

    expect(leadingKeysOf(stack)).toEqual([{ 'Fn::Join': ['', [{ Ref: 'AWS::AccountId' }, '/', { Ref: 'AWS::Region' }, '/Shop/GetThing:*']] }]);
  });

  test("use the table's key", () => {
    const stack = newStack();

    newFunction(stack, { sharedCache: new DynamoDbCache(stack, 'Cache', { encryptionKey: new Key(stack, 'Key') }) });

    expect(statements(stack).map(({ Resource }) => Resource)).toContainEqual({ 'Fn::GetAtt': [expect.stringMatching(/^Key/), 'Arn'] });
  });
});

describe('an existing table', () => {
  test('is used with its own attribute names', () => {
    const stack = newStack();
    const table = new Table(stack, 'Table', {
      partitionKey: { name: 'PK', type: AttributeType.STRING }, sortKey: { name: 'SK', type: AttributeType.STRING }, timeToLiveAttribute: 'ttl',
    });

    newFunction(stack, { sharedCache: new DynamoDbCache(stack, 'Cache', { table, partitionKey: 'PK', sortKey: 'SK', timeToLiveAttribute: 'ttl' }) });

    expect(settingsOf(stack).shared).toMatchObject({ partitionKey: 'PK', sortKey: 'SK', timeToLive: 'ttl' });
    expect(Object.keys(all(stack, 'AWS::DynamoDB::Table'))).toHaveLength(1);
  });

  test('may be imported, with nothing known about it', () => {
    const stack = newStack();

    newFunction(stack, { sharedCache: new DynamoDbCache(stack, 'Cache', { table: Table.fromTableName(stack, 'Table', 'things'), partitionKey: 'id' }) });

    expect(settingsOf(stack).shared).toEqual({ kind: 'dynamodb', table: 'things', partitionKey: 'id', timeToLive: 'expires' });
  });

  test('without a time to live causes a warning', () => {
    const stack = newStack();
    const partitionKey = { name: 'key', type: AttributeType.STRING };
    new DynamoDbCache(stack, 'Growing', { table: new TableV2(stack, 'Keeps', { partitionKey }) });
    new DynamoDbCache(stack, 'Bounded', { table: new TableV2(stack, 'Deletes', { partitionKey, timeToLiveAttribute: 'expires' }) });

    Annotations.fromStack(stack).hasWarning('/Shop/Growing', Match.stringLikeRegexp('does not delete expired items'));
    Annotations.fromStack(stack).hasNoWarning('/Shop/Bounded', Match.anyValue());
  });
});

describe('is an error at synth:', () => {
  test.each<[string, DynamoDbCacheProps, string]>([
    ['names of a table that is not given', { partitionKey: 'id' }, "partitionKey must only be set together with `table`, but is 'id'"],
    ['no reads at all', { maxReadRequestUnits: 0 }, 'maxReadRequestUnits must be a whole number'],
    ['part of a write', { maxWriteRequestUnits: 0.5 }, 'maxWriteRequestUnits must be a whole number'],
  ])('%s', (_, props, message) => {
    expect(() => new DynamoDbCache(newStack(), 'Cache', props)).toThrow(message);
  });

  test.each<[string, Omit<DynamoDbCacheProps, 'table'>, string]>([
    ['another partition key', { partitionKey: 'id' }, "partitionKey must be 'key', as in Shop/Table, but is 'id'"],
    ['a sort key that it has not', { sortKey: 'SK' }, "sortKey must be left out, since Shop/Table has none, but is 'SK'"],
    ['another attribute for the time to live', { timeToLiveAttribute: 'ttl' }, "timeToLiveAttribute must be 'expires', as in Shop/Table, but is 'ttl'"],
    ['an attribute that entries have', { timeToLiveAttribute: 'entry' }, 'timeToLiveAttribute must be a unique, non-empty name'],
    ['a prop that applies only to a new table', { removalPolicy: RemovalPolicy.RETAIN }, 'removalPolicy must not be set together with `table`'],
  ])('%s than the given table', (_, props, message) => {
    const stack = newStack();
    const table = new TableV2(stack, 'Table', { partitionKey: { name: 'key', type: AttributeType.STRING }, timeToLiveAttribute: 'expires' });
    expect(() => new DynamoDbCache(stack, 'Cache', { ...props, table })).toThrow(message);
  });

  test('a sort key of which nothing is known, or a key that is not a string', () => {
    const stack = newStack();
    const sorted = new Table(stack, 'Sorted', { partitionKey: { name: 'key', type: AttributeType.STRING }, sortKey: { name: 'SK', type: AttributeType.STRING } });
    const numbered = new CfnTable(stack, 'Numbered', {
      keySchema: [{ attributeName: 'key', keyType: 'HASH' }], attributeDefinitions: [{ attributeName: 'key', attributeType: 'N' }],
    });
    const wrapped = Table.fromTableName(stack, 'Wrapped', numbered.ref);
    wrapped.node.defaultChild = numbered;

    expect(() => new DynamoDbCache(stack, 'One', { table: sorted })).toThrow("sortKey must be 'SK', as in Shop/Sorted, but is undefined");
    expect(() => new DynamoDbCache(stack, 'Two', { table: wrapped })).toThrow('partitionKey \'key\' must be a string, but has type N in Shop/Wrapped');
  });

  test('a table in another region', () => {
    const app = newApp();
    const stack = newStack('Shop', app);
    const elsewhere = new Stack(app, 'Elsewhere', { env: { account: '123456789012', region: 'us-east-1' }, crossRegionReferences: true });
    const cache = new DynamoDbCache(elsewhere, 'Cache');

    expect(() => newFunction(stack, { sharedCache: cache })).toThrow('CachedFunction Shop/GetThing: the function is in region eu-west-1 and cannot use Elsewhere/Cache, whose table is in us-east-1');
  });
});

test('its metrics have the dimensions of DynamoDB', () => {
  const stack = newStack();
  const cache = new DynamoDbCache(stack, 'Cache', { table: Table.fromTableName(stack, 'Table', 'things') });

  const throttles = cache.metricThrottles().toMetricConfig().mathExpression!;
  expect(throttles.expression).toBe('SUM([reads, writes])');
  expect(Object.values(throttles.usingMetrics).map((metric) => metric.toMetricConfig().metricStat)).toMatchObject([
    { namespace: 'AWS/DynamoDB', metricName: 'ReadThrottleEvents', dimensions: [{ name: 'TableName', value: 'things' }], statistic: 'Sum' },
    { namespace: 'AWS/DynamoDB', metricName: 'WriteThrottleEvents', dimensions: [{ name: 'TableName', value: 'things' }], statistic: 'Sum' },
  ]);
  expect(cache.metricConsumedReadCapacity()).toMatchObject({ metricName: 'ConsumedReadCapacityUnits', statistic: 'Sum' });
  expect(cache.metricConsumedWriteCapacity()).toMatchObject({ metricName: 'ConsumedWriteCapacityUnits', statistic: 'Sum' });
  expect(cache.metricReadLatency()).toMatchObject({
    metricName: 'SuccessfulRequestLatency', dimensions: { TableName: 'things', Operation: 'BatchGetItem' }, statistic: 'Average',
  });
});
