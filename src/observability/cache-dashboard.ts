import { Duration, Stack } from 'aws-cdk-lib';
import { CfnDashboard, Dashboard, DashboardProps, IWidget } from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import { MetricsLevel } from './cache-metrics';
import { daxWidgets } from './dax-widgets';
import { fleetWidgets } from './fleet-widgets';
import { functionWidgets } from './function-widgets';
import { ownerOf, sharedCacheWidgets } from './shared-cache-widgets';
import { CachedFunction } from '../cached-function';
import { checkCacheName } from '../check-policy';
import { inConstruct, invalidProp, pathIn } from '../errors';
import { warn } from '../warnings';

/**
 * How the functions of a dashboard are shown.
 */
export enum CacheDashboardLayout {
  /** Each with graphs of its own: some ten widgets for a function. */
  FUNCTION = 'function',
  /** As lines in graphs of all functions: six widgets for each 50. */
  FLEET = 'fleet',
}

/**
 * Which functions are shown, and how.
 */
export interface CacheWidgetsOptions {
  /** The functions. What they share is shown once. */
  readonly functions: CachedFunction[];

  /**
   * How they are shown.
   *
   * @default - CacheDashboardLayout.FUNCTION; CacheDashboardLayout.FLEET where the widgets would be more than the 500 that CloudWatch takes
   */
  readonly layout?: CacheDashboardLayout;

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

/** Widgets may have been added since. */
function warnOfTooMany(dashboard: Dashboard): void {
  const body: unknown = Stack.of(dashboard).resolve((dashboard.node.defaultChild as CfnDashboard).dashboardBody);
  const count = (JSON.parse(knownText(body)) as { widgets: unknown[] }).widgets.length;
  if (count > MAX_WIDGETS) {
    warn(dashboard, 'tooManyWidgets', `The dashboard has ${count} widgets, and CloudWatch takes ${MAX_WIDGETS}: the deployment would fail. Use CacheDashboardLayout.FLEET, or several dashboards.`,
      { widgets: String(count) });
  }
}

/** JSON with something in the place of what is known only when deploying. */
function knownText(body: unknown): string {
  return typeof body === 'string' ? body : (body as { 'Fn::Join': [string, unknown[]] })['Fn::Join'][1].map((part) => typeof part === 'string' ? part : '0').join('');
}

function drawWidgets({ functions, caches = [], period = Duration.minutes(5), layout }: CacheWidgetsOptions): IWidget[] {
  checkFunctions(functions);
  if (layout !== undefined && !Object.values(CacheDashboardLayout).includes(layout)) {
    throw invalidProp('layout', layout, `must be one of ${Object.values(CacheDashboardLayout).join(', ')}`, 'Use CacheDashboardLayout.FLEET for many functions.');
  }
  caches.forEach((name) => { checkCacheName(name, 'caches'); });
  const observed = functions.map(({ _observed }) => _observed);
  const sharedCaches = observed.flatMap(({ sharedCache }) => sharedCache === undefined ? [] : [ownerOf(sharedCache)]);
  const daxClusters = observed.flatMap(({ dax }) => dax ?? []);
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
