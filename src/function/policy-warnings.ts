import { Duration } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';
import { CachePolicy } from './cache-policy';
import { CachingOptions } from './caching-options';
import { isLonger, SHARED_OPTIONS } from './check-policy';
import { RESPONSE_CACHE } from '../contract/response-settings';
import { MAX_RETENTION_DAYS, SharedSettings, TIERS } from '../contract/shared-settings';
import { warn } from '../validation/warnings';

/**
 * Warns of options that have no effect, or less than expected. These are not errors: an app may use the same options in production with a
 * shared cache and in development without one, and the handler's code may set the rest.
 *
 * @param policies by the name of the cache
 * @internal
 */
export function warnOfPolicies(fn: IConstruct, caching: CachingOptions, policies: ReadonlyMap<string, CachePolicy>, tier?: SharedSettings['kind']): void {
  const own = [...policies].map(([name, policy]) => ({ where: policyOf(name), given: policy as CachingOptions, whole: { ...caching, ...policy } }));
  // `caching` may leave out what a policy sets.
  const ofAll = own.reduce<CachePolicy>((all, { given }) => ({ ...given, ...all }), caching);
  for (const { where, given, whole } of [{ where: 'caching', given: caching, whole: ofAll }, ...own]) {
    warnOfNoSharedCache(fn, given, where, tier);
    // How long a response may be served stale, it states itself.
    if (where !== policyOf(RESPONSE_CACHE)) {
      warnOfNothingStale(fn, given, whole, where);
    }
    if (tier !== undefined && TIERS[tier].dropsOldEntries && isLonger(given.ttl, Duration.days(MAX_RETENTION_DAYS))) {
      warn(fn, 'ttlCut', `\`${where}.ttl\` (${given.ttl!.toHumanString()}) is longer than ${tier} keeps entries, which is ${MAX_RETENTION_DAYS} days. Lower it, or use a ServerlessCache.`,
        { policy: where, tier });
    }
  }
}

function policyOf(cacheName: string): string {
  return `addCachePolicy('${cacheName}')`;
}

function warnOfNoSharedCache(fn: IConstruct, given: CachingOptions, where: string, tier?: string): void {
  const without = tier === undefined ? SHARED_OPTIONS.filter((name) => given[name] !== undefined) : [];
  if (without.length > 0) {
    warn(fn, 'noSharedCache', `No effect without \`sharedCache\`: ${without.map((name) => `${where}.${name}`).join(', ')}.`, { policy: where });
  }
}

function warnOfNothingStale(fn: IConstruct, given: CachePolicy, whole: CachePolicy, where: string): void {
  const { staleIfError, staleWhileRevalidate } = whole;
  const idle = [
    ...(given.softTimeout !== undefined && staleIfError === undefined ? ['softTimeout'] : []),
    // retryAfter also limits how often a failed refresh after the response is retried.
    ...(given.retryAfter !== undefined && staleIfError === undefined && staleWhileRevalidate === undefined ? ['retryAfter'] : []),
  ];
  for (const name of idle) {
    warn(fn, 'noStaleIfError', `\`${where}.${name}\` has no effect without \`staleIfError\`. Set that too, here or in the handler's code.`, { policy: where, option: name });
  }
}
