import { Duration, Stack } from 'aws-cdk-lib';
import { CfnDashboard, Dashboard, DashboardProps, IWidget } from 'aws-cdk-lib/aws-cloudwatch';
import { IFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { daxWidgets } from './dax-widgets';
import { fleetWidgets } from './fleet-widgets';
import { functionWidgets } from './function-widgets';
import { ownerOf, sharedCacheWidgets } from './shared-cache-widgets';
import { checkCacheName } from '../../function/check-policy';
import { FunctionCaching } from '../../function/function-caching';
import { inConstruct, invalidProp, pathIn } from '../../validation/errors';
import { warn } from '../../validation/warnings';
import { MetricsLevel } from '../metrics/cache-metric-options';

/**
 * The layout of a dashboard.
 */
export enum CacheDashboardLayout {
  /** Each function has its own graphs: about ten widgets per function. */
  FUNCTION = 'function',
  /** Each function is a line in graphs of all functions: six widgets for each 50. */
  FLEET = 'fleet',
}

/**
 * Options of a dashboard's widgets: the functions, and how they are shown.
 */
export interface CacheWidgetsOptions {
  /** CachedFunctions, and functions with the Caching mixin. A cache that several functions share is shown once. */
  readonly functions: IFunction[];

  /**
   * The layout of the functions' widgets.
   *
   * @default - CacheDashboardLayout.FUNCTION, or CacheDashboardLayout.FLEET if there would be more than the 500 widgets that CloudWatch allows
   */
  readonly layout?: CacheDashboardLayout;

  /**
   * Names of caches whose hit rate gets a line, besides those that have a policy. The construct needs the names, because caches are defined
   * only in the handler's code.
   *
   * @default - those that addCachePolicy() names
   */
  readonly caches?: string[];

  /**
   * The period of each point: one or more whole minutes.
   *
   * @default Duration.minutes(5)
   */
  readonly period?: Duration;
}

/**
 * Properties of a CacheDashboard.
 */
export interface CacheDashboardProps extends DashboardProps, CacheWidgetsOptions {}

/**
 * A CloudWatch dashboard of functions' caches, with the metrics of their shared caches and DAX clusters.
 *
 * It shows hit rates, origin calls made and saved, latencies, memory and its limit, evictions and errors. Widgets that you pass come after
 * these.
 */
export class CacheDashboard extends Dashboard {
  /**
   * Returns the widgets alone, for an existing dashboard.
   *
   * ```ts
   * import { CacheDashboard } from 'cdk-cached-function';
   *
   * new Dashboard(this, 'Dashboard', { widgets: [CacheDashboard.widgets({ functions: [fn] })] });
   * ```
   *
   * @throws Error if a function has no metrics
   */
  public static widgets(options: CacheWidgetsOptions): IWidget[] {
    return inConstruct('CacheDashboard', '', () => drawWidgets(options));
  }

  constructor(scope: Construct, id: string, props: CacheDashboardProps) {
    const { functions, caches, period, layout, widgets = [], ...dashboardProps } = props;
    super(scope, id, { ...dashboardProps, widgets: [inConstruct('CacheDashboard', pathIn(scope, id), () => drawWidgets({ functions, caches, period, layout })), ...widgets] });
    this.node.addValidation({
      validate: () => {
        warnOfTooMany(this);
        return [];
      },
    });
  }
}

/** CloudWatch's quota for a dashboard. */
const MAX_WIDGETS = 500;

/** Runs when synthesizing, since widgets may be added after the dashboard is created. */
function warnOfTooMany(dashboard: Dashboard): void {
  const body: unknown = Stack.of(dashboard).resolve((dashboard.node.defaultChild as CfnDashboard).dashboardBody);
  const count = (JSON.parse(knownText(body)) as { widgets: unknown[] }).widgets.length;
  if (count > MAX_WIDGETS) {
    warn(dashboard, 'tooManyWidgets', `The dashboard has ${count} widgets, but CloudWatch allows ${MAX_WIDGETS}: the deployment would fail. Use CacheDashboardLayout.FLEET, or several dashboards.`,
      { widgets: String(count) });
  }
}

/** The body as JSON, with placeholders for values that are known only when deploying. */
function knownText(body: unknown): string {
  return typeof body === 'string' ? body : (body as { 'Fn::Join': [string, unknown[]] })['Fn::Join'][1].map((part) => typeof part === 'string' ? part : '0').join('');
}

function drawWidgets({ functions: given, caches = [], period = Duration.minutes(5), layout }: CacheWidgetsOptions): IWidget[] {
  const functions = cachedFunctions(given);
  if (layout !== undefined && !Object.values(CacheDashboardLayout).includes(layout)) {
    throw invalidProp('layout', layout, `must be one of ${Object.values(CacheDashboardLayout).join(', ')}`, 'Use CacheDashboardLayout.FLEET for many functions.');
  }
  caches.forEach((name) => { checkCacheName(name, 'caches'); });
  const monitored = functions.map(({ _monitoring }) => _monitoring);
  const sharedCaches = monitored.flatMap(({ sharedCache }) => sharedCache === undefined ? [] : [ownerOf(sharedCache)]);
  const daxClusters = monitored.flatMap(({ dax }) => dax ?? []);
  const services = [
    ...[...new Set(sharedCaches)].flatMap((cache) => sharedCacheWidgets(cache, { period })),
    ...[...new Set(daxClusters)].flatMap((cluster) => daxWidgets(cluster, { period })),
  ];
  if (layout !== CacheDashboardLayout.FLEET) {
    const detailed = [...functions.flatMap((fn) => functionWidgets(fn, { caches, period })), ...services];
    if (layout === CacheDashboardLayout.FUNCTION || detailed.length <= MAX_WIDGETS) {
      return detailed;
    }
  }
  return [...fleetWidgets(functions, period), ...services];
}

function cachedFunctions(given: readonly IFunction[]): FunctionCaching[] {
  if (given.length === 0) {
    throw invalidProp('functions', '[]', 'must contain at least one function', 'Pass the functions that the dashboard shows.');
  }
  const functions = given.map((fn) => FunctionCaching.of(fn));
  const unmonitored = functions.find(({ _monitoring: { level } }) => level === MetricsLevel.NONE);
  if (unmonitored !== undefined) {
    throw invalidProp(`metrics of ${unmonitored._monitoring.fn.node.path}`, MetricsLevel.NONE, 'must not be MetricsLevel.NONE on a dashboard',
      'Its graphs would be empty: use MetricsLevel.FUNCTION, or leave the function out.');
  }
  return functions;
}
