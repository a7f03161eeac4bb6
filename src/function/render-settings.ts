import { Stack } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';
import { CachePolicy } from './cache-policy';
import { CachingOptions, EvictionPolicy } from './caching-options';
import { milliseconds, renderPolicy, renderSharedTimeouts } from './check-policy';
import { SharedCacheBinding } from '../caches/shared-cache';
import type { ResponseSettings } from '../contract/response-settings';
import { DaxSettings, RuntimeSettings } from '../contract/runtime-settings';
import { MetricsLevel } from '../monitoring/metrics/cache-metric-options';

/**
 * The sources of the settings that the runtime reads in the function's environment.
 *
 * @internal
 */
export interface SettingsSource {
  readonly caching: CachingOptions;
  /** By the name of the cache. */
  readonly policies: ReadonlyMap<string, CachePolicy>;
  readonly metrics?: MetricsLevel;
  readonly shared?: SharedCacheBinding;
  readonly dax?: DaxSettings;
  readonly responses?: ResponseSettings;
}

/**
 * @internal
 */
export function renderSettings(fn: IConstruct, { caching, policies, metrics, shared, dax, responses }: SettingsSource): RuntimeSettings {
  const { maxMemory, maxEntries, eviction, maxBackgroundTime, namespace } = caching;
  return {
    namespace: namespace ?? shared?.namespace ?? defaultNamespace(fn),
    ...(maxMemory !== undefined && { maxMemoryBytes: maxMemory.toBytes() }),
    ...(maxEntries !== undefined && { maxEntries }),
    ...(eviction !== undefined && eviction !== EvictionPolicy.ADAPTIVE && { eviction }),
    ...(maxBackgroundTime !== undefined && { maxBackgroundMs: milliseconds(maxBackgroundTime, 'caching.maxBackgroundTime') }),
    ...(metrics !== undefined && metrics !== MetricsLevel.CACHE && { metrics }),
    caching: renderPolicy(caching, 'caching'),
    caches: Object.fromEntries([...policies].map(([name, policy]) => [name, renderPolicy(policy, whereOf(name))])),
    ...(shared !== undefined && { shared: { ...shared.settings, ...renderSharedTimeouts(caching) } }),
    ...(dax !== undefined && { dax }),
    ...(responses !== undefined && { responses }),
  };
}

/**
 * Where a policy is set, for messages.
 *
 * @internal
 */
export function whereOf(cacheName: string): string {
  return `addCachePolicy('${cacheName}')`;
}

/**
 * Differs between accounts, regions, stacks and functions, so dev and prod do not share entries by accident if they share a tier.
 *
 * @internal
 */
export function defaultNamespace(fn: IConstruct): string {
  const stack = Stack.of(fn);
  const pathInStack = fn.node.path.slice(stack.node.path.length + 1);
  return [stack.account, stack.region, stack.stackName, pathInStack].join('/');
}
