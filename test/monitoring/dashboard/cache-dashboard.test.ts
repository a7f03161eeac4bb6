import { type App, Duration, Size, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Dashboard } from 'aws-cdk-lib/aws-cloudwatch';
import { AttributeType, Table } from 'aws-cdk-lib/aws-dynamodb';
import { Vpc } from 'aws-cdk-lib/aws-ec2';
import { CfnFunction } from 'aws-cdk-lib/aws-lambda';
import { graphsOf, MINUTE, minute, NOON, titles } from './drawn';
import { countsLine } from '../../../lambda-runtime/metrics/emf.js';
import {
  CacheAuth, CacheDashboard, CacheEngine, DaxCluster, DynamoDbCache, type ISharedCache, MemcachedCache, MetricsLevel,
  RedisCompatibleCache,
  ReplicationGroupCache, ServerlessCache,
} from '../../../src';
import { drawDashboard, type Graph, isGraph, MetricStore } from '../../equipment/cloudwatch';
import { dashboardBody, newFunction, newStack } from '../stacks';

const OF_A_FUNCTION = [
  '## Shop/GetThing', 'Hit rate', 'Calls', 'Origin calls', 'Origin calls by cache', 'Latency of the origin', 'Memory of an environment', 'Evictions', 'Errors',
];

describe('the dashboard of a function', () => {
  test('shows what its runtime writes', () => {
    const stack = newStack();
    const fn = newFunction(stack);
    new CacheDashboard(stack, 'Dashboard', { functions: [fn], caches: ['price'] });
    // Added later, and shown all the same.
    fn.addCachePolicy('product', { ttl: Duration.hours(1) });

    const graphs = graphsOf(stack, [
      ...minute(0, 'product', { hits: 90, staleHits: 5, coalescedHits: 15, misses: 10, originCalls: 12, originErrors: 1, originDurations: [10, 20, 30] }, 5_000),
      ...minute(0, 'price', { misses: 100, bypasses: 7, originCalls: 107, evictions: 3, uncacheable: 2 }, 7_000),
      ...minute(2, 'product', { hits: 4 }),
    ], 3);

    expect(graphs).toEqual({
      'Hit rate': { 'all caches': [45, undefined, 100], 'product': [90, undefined, 100], 'price': [0, undefined, undefined] },
      'Calls': {
        'fresh hits': [70, undefined, 4],
        'stale hits': [5, undefined, undefined],
        'coalesced hits': [15, undefined, undefined],
        'misses': [110, undefined, 0],
        'past the cache': [7, undefined, undefined],
      },
      'Origin calls': { made: [119, undefined, undefined], saved: [88, undefined, 4] },
      'Origin calls by cache': { product: [12, undefined, undefined], price: [107, undefined, undefined] },
      'Latency of the origin': { p50: [20, undefined, undefined], p90: [30, undefined, undefined], p99: [30, undefined, undefined] },
      'Memory of an environment': { 'fullest environment': [7_000, undefined, 1_000], 'average': [6_000, undefined, 1_000] },
      'Evictions': {
        'dropped to make room': [3, undefined, undefined], 'could not be cached': [2, undefined, undefined], 'refreshes not begun': [undefined, undefined, undefined],
      },
      'Errors': {
        'of the origin': [1, undefined, undefined], 'cache did not start': [undefined, undefined, undefined], 'mismatches (shadow mode)': [undefined, undefined, undefined],
      },
    });
  });

  test.each([
    ['a quarter of the memory', {}, 128 * 1024 * 1024 / 4],
    ["the construct's setting", { memorySize: 512, caching: { maxMemory: Size.mebibytes(64) } }, 64 * 1024 * 1024],
  ])('shows the memory with its bound: %s', (_, props, bound) => {
    const stack = newStack();
    new CacheDashboard(stack, 'Dashboard', { functions: [newFunction(stack, props)] });

    const memory = memoryOf(stack);
    expect(memory.bounds).toEqual([expect.objectContaining({ value: bound, label: 'bound' })]);
  });

  test('follows a memory size that is changed later, and shows no bound that is known only at deploy time', () => {
    const stack = newStack();
    const fn = newFunction(stack, { memorySize: 512 });
    new CacheDashboard(stack, 'Dashboard', { functions: [fn] });
    (fn.node.defaultChild as CfnFunction).memorySize = 1_024;

    expect(memoryOf(stack).bounds[0].value).toBe(256 * 1024 * 1024);
  });

  test('names no caches if the function has no metrics for them', () => {
    const stack = newStack();
    const fn = newFunction(stack, { metrics: MetricsLevel.FUNCTION });
    fn.addCachePolicy('product', {});
    new CacheDashboard(stack, 'Dashboard', { functions: [fn] });

    expect(titles(stack)).toEqual(OF_A_FUNCTION.filter((title) => title !== 'Origin calls by cache'));
    expect(dashboardBody(stack)).not.toContain('CacheName');
  });
});

describe('shared caches', () => {
  test('add the functions\' tiers, failures, and the service\'s metrics of the cache: once for all functions', () => {
    const stack = newStack();
    const vpc = new Vpc(stack, 'Vpc');
    const cache = new ReplicationGroupCache(stack, 'Cache', { vpc, engine: CacheEngine.VALKEY });
    const functions = [
      newFunction(stack, { vpc, sharedCache: cache }),
      newFunction(stack, { vpc, sharedCache: cache.addUser('Reader', { namespace: 'other' }) }, 'Other'),
    ];
    new CacheDashboard(stack, 'Dashboard', { functions });

    const ofTiers = ['Hit rate by tier', 'Latency of the shared cache', 'Shared cache: errors, timeouts, breaker'];
    expect(titles(stack)).toEqual([
      ...OF_A_FUNCTION, ...ofTiers, '## Shop/Other', ...OF_A_FUNCTION.slice(1), ...ofTiers,
      '## Shop/Cache', 'CPU of the busiest node', 'Memory of the fullest node', 'Bytes of entries', 'Evictions of the shared cache', 'Connections',
    ]);
  });

  test('split the hit rate by tier', () => {
    const stack = newStack();
    new CacheDashboard(stack, 'Dashboard', { functions: [newFunction(stack, { sharedCache: someServer(stack) })] });

    const graphs = graphsOf(stack, [
      ...minute(0, 'product', { hits: 90, sharedHits: 30, misses: 10, sharedErrors: 1, sharedTimeouts: 2, sharedSkips: 3, breakerOpen: 1, sharedLatencies: [1, 2] }),
      ...minute(1, 'product', { hits: 50, misses: 50 }),
    ], 2);

    expect(graphs['Hit rate by tier']).toEqual({ 'this environment': [60, 50], 'shared cache': [30, 0] });
    expect(graphs['Latency of the shared cache']).toMatchObject({ p99: [2, undefined] });
    expect(graphs['Shared cache: errors, timeouts, breaker']).toMatchObject({
      'errors': [1, undefined], 'timeouts': [2, undefined], 'calls not made': [3, undefined], 'breaker open': [1, undefined],
    });
  });

  test('of a serverless kind show their processing units and throttled commands', () => {
    const stack = newStack();
    const vpc = new Vpc(stack, 'Vpc');
    new CacheDashboard(stack, 'Dashboard', { functions: [newFunction(stack, { vpc, sharedCache: new ServerlessCache(stack, 'Cache', { vpc }) })] });

    expect(titles(stack).slice(-6)).toEqual([
      '## Shop/Cache', 'Processing units', 'Bytes of entries', 'Evictions of the shared cache', 'Connections', 'Throttled requests',
    ]);
  });

  test.each<[string, (stack: ReturnType<typeof newStack>, vpc: Vpc) => ISharedCache, string[]]>([
    ['in a DynamoDB table show its latency, consumption and throttled requests', (stack) => new DynamoDbCache(stack, 'Cache'),
      ['Latency within DynamoDB', 'Consumed capacity', 'Throttled requests']],
    ['of Memcached show what they hold and drop', (stack, vpc) => new MemcachedCache(stack, 'Cache', { vpc }),
      ['Bytes of entries', 'Evictions of the shared cache', 'Connections']],
  ])('%s', (_, cache, expected) => {
    const stack = newStack();
    const vpc = new Vpc(stack, 'Vpc');
    new CacheDashboard(stack, 'Dashboard', { functions: [newFunction(stack, { vpc, sharedCache: cache(stack, vpc) })] });

    const all = titles(stack);
    expect(all.slice(all.indexOf('## Shop/Cache') + 1)).toEqual(expected);
  });

  test('without metrics of an AWS service have no widgets of their own', () => {
    const stack = newStack();
    new CacheDashboard(stack, 'Dashboard', { functions: [newFunction(stack, { sharedCache: someServer(stack) })] });

    expect(titles(stack)).not.toContain('## Shop/Server');
  });
});

describe('DAX', () => {
  const OF_DAX = ['Requests to DAX', 'DAX: errors, timeouts'];
  const OF_CLUSTER = ['Hit rate of DAX', 'CPU of the busiest DAX node', 'Memory of the fullest DAX node', 'Evictions of DAX', 'Failed requests to DAX', 'Connections to DAX'];

  test('adds each function\'s requests and the cluster\'s own metrics: once for all functions', () => {
    const stack = newStack();
    const vpc = new Vpc(stack, 'Vpc');
    const table = new Table(stack, 'Products', { partitionKey: { name: 'id', type: AttributeType.STRING } });
    const dax = new DaxCluster(stack, 'Dax', { vpc, tables: [table] });
    new CacheDashboard(stack, 'Dashboard', { functions: [newFunction(stack, { vpc, dax }), newFunction(stack, { vpc, dax }, 'Other'), newFunction(stack, {}, 'Third')] });

    expect(titles(stack)).toEqual([
      ...OF_A_FUNCTION, ...OF_DAX, '## Shop/Other', ...OF_A_FUNCTION.slice(1), ...OF_DAX, '## Shop/Third', ...OF_A_FUNCTION.slice(1), '## Shop/Dax', ...OF_CLUSTER,
    ]);
    expect(dashboardBody(stack)).toContain('"AWS/DAX","CPUUtilization","ClusterId"');
  });

  test('shows which requests it answered and which DynamoDB did, and why', () => {
    const stack = newStack();
    const vpc = new Vpc(stack, 'Vpc');
    const dax = DaxCluster.fromDaxClusterAttributes(stack, 'Dax', { clusterName: 'products', endpointUrl: 'daxs://products.abc123.dax-clusters.eu-west-1.amazonaws.com', vpc });
    new CacheDashboard(stack, 'Dashboard', { functions: [newFunction(stack, { vpc, dax })] });

    const graphs = graphsOf(stack, [
      countsLine({ daxCalls: 40, daxFallbacks: 7, daxErrors: 1, daxTimeouts: 2, daxRetries: 3, daxSkips: 4, daxUnknownWrites: 5 }, { functionName: 'shop-GetThing', now: NOON }),
    ]);

    expect(graphs).toMatchObject({
      'Requests to DAX': { 'answered by DAX': [40], 'made to DynamoDB instead': [7] },
      'DAX: errors, timeouts': { 'errors': [1], 'timeouts': [2], 'retries': [3], 'requests not made': [4], 'writes without an answer': [5] },
    });
  });
});

describe('widgets', () => {
  test('can be added to an existing dashboard, among other widgets', () => {
    const stack = newStack();
    const dashboard = new Dashboard(stack, 'Mine');

    dashboard.addWidgets(...CacheDashboard.widgets({ functions: [newFunction(stack)], period: Duration.minutes(1) }));

    expect(titles(stack)).toEqual(OF_A_FUNCTION);
    expect(dashboardBody(stack)).toContain("'Sum', 60)");
  });

  test('name the region of the metrics if the dashboard is in another', () => {
    const stack = newStack();
    const fn = newFunction(stack);
    const elsewhere = new Stack(stack.node.root as App, 'Dashboards', { env: { account: stack.account, region: 'us-east-1' } });
    new CacheDashboard(elsewhere, 'Dashboard', { functions: [fn] });
    new CacheDashboard(stack, 'Dashboard', { functions: [fn] });

    const [there, here] = [elsewhere, stack]
      .map((each) => JSON.parse(dashboardBody(each)) as { widgets: { properties: { metrics?: unknown[][] } }[] });
    const sourcesOf = ({ widgets }: typeof there) => widgets.flatMap(({ properties }) => properties.metrics ?? [])
      .map((line) => line[line.length - 1] as { region?: string; expression?: string })
      .filter(({ expression = 'SEARCH' }) => expression.startsWith('SEARCH'));
    expect(sourcesOf(there).length).toBeGreaterThan(10);
    expect(new Set(sourcesOf(there).map(({ region }) => region))).toEqual(new Set(['eu-west-1']));
    expect(new Set(sourcesOf(here).map(({ region }) => region))).toEqual(new Set([undefined]));
  });

  test('are four in a row, and do not overlap', () => {
    const stack = newStack();
    new CacheDashboard(stack, 'Dashboard', { functions: [newFunction(stack), newFunction(stack, {}, 'Other')], dashboardName: 'caches' });

    const places = drawDashboard(dashboardBody(stack), new MetricStore(), { startMs: 0, periodMs: MINUTE, count: 1 });
    expect(places.slice(0, 6).map(({ x, y }) => [x, y])).toEqual([[0, 0], [0, 1], [6, 1], [12, 1], [18, 1], [0, 7]]);
    expect(new Set(places.map(({ x, y }) => `${x},${y}`)).size).toBe(places.length);
    Template.fromStack(stack).hasResourceProperties('AWS::CloudWatch::Dashboard', { DashboardName: 'caches' });
  });
});

describe('errors at synth', () => {
  test('no functions, functions without metrics, invalid names', () => {
    const stack = newStack();
    const fn = newFunction(stack);

    expect(() => CacheDashboard.widgets({ functions: [] })).toThrow(/functions must contain at least one function/);
    expect(() => CacheDashboard.widgets({ functions: [fn, newFunction(stack, { metrics: MetricsLevel.NONE }, 'Silent')] })).toThrow(/metrics of Shop\/Silent.*NONE.*FUNCTION/);
    expect(() => CacheDashboard.widgets({ functions: [fn], caches: ['my cache'] })).toThrow(/caches must be 1 to 64 letters.*'my cache'/);
  });
});

function memoryOf(stack: ReturnType<typeof newStack>): Graph {
  return drawDashboard(dashboardBody(stack), new MetricStore(), { startMs: 0, periodMs: MINUTE, count: 1 })
    .filter(isGraph).find(({ title }) => title === 'Memory of an environment')!;
}

function someServer(stack: ReturnType<typeof newStack>): RedisCompatibleCache {
  return new RedisCompatibleCache(stack, 'Server', { host: 'cache.example.com', auth: CacheAuth.none() });
}
