import type { Stack } from 'aws-cdk-lib';
import { Annotations, Match } from 'aws-cdk-lib/assertions';
import { TextWidget } from 'aws-cdk-lib/aws-cloudwatch';
import { graphsOf, minute, titles } from './drawn';
import { CacheDashboard, CacheDashboardLayout } from '../../../src';
import { dashboardBody, newFunction, newStack } from '../stacks';

describe('the dashboard of a fleet', () => {
  const functionsOf = (stack: Stack, count: number) => Array.from({ length: count }, (_, index) => newFunction(stack, {}, `Fn${index}`));
  const countOf = (stack: Stack) => (JSON.parse(dashboardBody(stack)) as { widgets: unknown[] }).widgets.length;
  const warningsOf = (stack: Stack) => Annotations.fromStack(stack).findWarning('*', Match.stringLikeRegexp('widgets')).map(({ entry }) => entry.data as string);

  test('has graphs of each function as long as CloudWatch\'s limit allows', () => {
    const stack = newStack();
    new CacheDashboard(stack, 'Dashboard', { functions: functionsOf(stack, 55) });

    expect(countOf(stack)).toBe(495);
    expect(warningsOf(stack)).toEqual([]);
  });

  test('and beyond it, lines in common graphs', () => {
    const stack = newStack();
    new CacheDashboard(stack, 'Dashboard', { functions: functionsOf(stack, 100) });

    expect(titles(stack)).toEqual([1, 2].flatMap((part) => [
      'Hit rate', 'Origin calls', 'Origin errors', 'Latency of the origin', 'Evictions', 'Caches that did not start',
    ].map((what) => expect.stringMatching(`^${what}.*\\(${part} of 2\\)$`) as string)));
    expect(warningsOf(stack)).toEqual([]);
  });

  test('has these for few functions too, on request', () => {
    const stack = newStack();
    new CacheDashboard(stack, 'Dashboard', { functions: functionsOf(stack, 2), layout: CacheDashboardLayout.FLEET });

    expect(graphsOf(stack, [
      ...minute(0, 'product', { hits: 3, misses: 1, originCalls: 1 }).map((line) => line.replace('shop-GetThing', 'shop-Fn0')),
      ...minute(0, 'product', { hits: 1, misses: 1, originCalls: 2 }).map((line) => line.replace('shop-GetThing', 'shop-Fn1')),
    ])).toMatchObject({
      'Hit rate by function': { 'Shop/Fn0': [75], 'Shop/Fn1': [50] },
      'Origin calls by function': { 'Shop/Fn0': [1], 'Shop/Fn1': [2] },
    });
  });

  test('causes a warning if it has more than CloudWatch allows, whichever construct added the widgets', () => {
    const stack = newStack();
    new CacheDashboard(stack, 'Dashboard', { functions: functionsOf(stack, 56), layout: CacheDashboardLayout.FUNCTION });
    expect(warningsOf(stack)).toEqual([
      'The dashboard has 504 widgets, but CloudWatch allows 500: the deployment would fail. Use CacheDashboardLayout.FLEET, or several dashboards. [ack: cdk-cached-function:tooManyWidgets]',
    ]);

    const later = newStack();
    const dashboard = new CacheDashboard(later, 'Dashboard', { functions: functionsOf(later, 55) });
    dashboard.addWidgets(...Array.from({ length: 6 }, () => new TextWidget({ markdown: 'More' })));
    expect(warningsOf(later)).toEqual([expect.stringContaining('501 widgets')]);
  });
});
