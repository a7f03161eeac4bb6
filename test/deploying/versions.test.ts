import { Duration, Size } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { newFunction, newStack } from './stacks';
import { CachedFunction, CachedFunctionProps, MetricsLevel } from '../../src';

describe('versions', () => {
  function versionId(change: (fn: CachedFunction) => void, props: Partial<CachedFunctionProps> = {}): string {
    const stack = newStack();
    const fn = newFunction(stack, props);
    void fn.currentVersion;
    change(fn);
    return Object.keys(Template.fromStack(stack).findResources('AWS::Lambda::Version'))[0];
  }
  const unchanged = versionId(() => {});

  test.each<[string, (fn: CachedFunction) => void, Partial<CachedFunctionProps>]>([
    ["a cache's policy is added", (fn) => fn.addCachePolicy('thing', { ttl: Duration.hours(1) }), {}],
    ['the metrics level is another', () => {}, { metrics: MetricsLevel.NONE }],
    ['the ttl is another', () => {}, { caching: { ttl: Duration.minutes(7) } }],
    ['the memory of the cache is another', () => {}, { caching: { maxMemory: Size.mebibytes(7) } }],
    ['the namespace is another', () => {}, { caching: { namespace: 'shop' } }],
    ["the user's handler is another", () => {}, { handler: 'other' }],
  ])('are new when %s', (_, change, props) => {
    expect(versionId(change, props)).not.toBe(unchanged);
  });

  test('stay when nothing changes', () => {
    expect(versionId(() => {})).toBe(unchanged);
    expect(versionId((fn) => void fn.metricHitRate())).toBe(unchanged);
  });

  test('can have an alias, with provisioned concurrency and its scaling', () => {
    const stack = newStack();
    const alias = newFunction(stack).addAlias('live', { provisionedConcurrentExecutions: 2 });
    alias.addAutoScaling({ maxCapacity: 5 }).scaleOnUtilization({ utilizationTarget: 0.5 });

    Template.fromStack(stack).hasResourceProperties('AWS::Lambda::Alias', { Name: 'live', ProvisionedConcurrencyConfig: { ProvisionedConcurrentExecutions: 2 } });
    Template.fromStack(stack).resourceCountIs('AWS::ApplicationAutoScaling::ScalableTarget', 1);
  });
});
