import { Duration } from 'aws-cdk-lib';
import { Dashboard, DashboardProps, IWidget } from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import { MetricsLevel } from './cache-metrics';
import { daxWidgets } from './dax-widgets';
import { functionWidgets } from './function-widgets';
import { ownerOf, sharedCacheWidgets } from './shared-cache-widgets';
import { checkCacheName } from '../check-policy';
import { CachedFunction } from '../cached-function';
import { invalidProp } from '../errors';

/**
 * Which functions are shown, and how.
 */
export interface CacheWidgetsOptions {
  /** The functions. What they share is shown once. */
  readonly functions: CachedFunction[];

  /**
   * Names of caches whose hit rate has a line of its own, besides those that have a policy: which caches there are is known to the
   * handler's code alone.
   *
   * @default - those that addCachePolicy() names
   */
  readonly caches?: string[];

  /**
   * How long each point of a line stands for: a minute or several.
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
 * A CloudWatch dashboard that shows what the caches of functions are worth, and how they are: hit rates, calls of the origin made and
 * saved, latencies, memory beside its bound, evictions, errors; and of shared caches and DAX clusters, what their service tells.
 *
 * Widgets that are given come after these.
 */
export class CacheDashboard extends Dashboard {
  /**
   * The widgets alone, for a dashboard that is there already.
   *
   * ```ts
   * import { CacheDashboard } from 'cdk-cached-function';
   *
   * new Dashboard(this, 'Dashboard', { widgets: [CacheDashboard.widgets({ functions: [fn] })] });
   * ```
   *
   * @throws if a function has no metrics
   */
  public static widgets(options: CacheWidgetsOptions): IWidget[] {
    const { functions, caches = [], period = Duration.minutes(5) } = options;
    checkFunctions(functions);
    caches.forEach((name) => checkCacheName(name, 'caches'));
    const observed = functions.map(({ _observed }) => _observed);
    const sharedCaches = observed.flatMap(({ sharedCache }) => sharedCache === undefined ? [] : [ownerOf(sharedCache)]);
    const daxClusters = observed.flatMap(({ dax }) => dax ?? []);
    return [
      ...functions.flatMap((fn) => functionWidgets(fn, { caches, period })),
      ...[...new Set(sharedCaches)].flatMap((cache) => sharedCacheWidgets(cache, { period })),
      ...[...new Set(daxClusters)].flatMap((cluster) => daxWidgets(cluster, { period })),
    ];
  }

  constructor(scope: Construct, id: string, props: CacheDashboardProps) {
    const { functions, caches, period, widgets = [], ...dashboardProps } = props;
    super(scope, id, { ...dashboardProps, widgets: [CacheDashboard.widgets({ functions, caches, period }), ...widgets] });
  }
}

function checkFunctions(functions: readonly CachedFunction[]): void {
  if (functions.length === 0) {
    throw invalidProp('functions', '[]', 'must name a function at least', 'Give it the functions that the dashboard is to show.');
  }
  const silent = functions.find(({ _observed: { level } }) => level === MetricsLevel.NONE);
  if (silent !== undefined) {
    throw invalidProp(`metrics of ${silent.node.path}`, MetricsLevel.NONE, 'must not be MetricsLevel.NONE on a dashboard',
      'Its graphs would be empty: use MetricsLevel.FUNCTION, or leave the function out.');
  }
}
