import { Duration } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';
import { CachePolicy, CachingOptions } from './cache-policy';
import { isLonger, SHARED_OPTIONS } from './check-policy';
import { LONGEST_KEEP_DAYS, SharedSettings } from './runtime-settings';
import { warn } from './warnings';

/** The tiers that keep no entry for longer than LONGEST_KEEP_DAYS. */
const FORGETFUL: readonly SharedSettings['kind'][] = ['dynamodb', 'memcached'];

/**
 * Warns of options that are of no effect, or of less than they say. Not errors: the same options may serve a function in production with a
 * shared cache and one in development without, and the handler's code may say the rest.
 *
 * @param policies by the name of the cache
 * @internal
 */
export function warnOfPolicies(fn: IConstruct, caching: CachingOptions, policies: ReadonlyMap<string, CachePolicy>, tier?: SharedSettings['kind']): void {
  const own = [...policies].map(([name, policy]) => ({ where: `addCachePolicy('${name}')`, said: policy as CachingOptions, whole: { ...caching, ...policy } }));
  // Where a policy says the rest, `caching` may leave it out.
  const ofAll = own.reduce<CachePolicy>((all, { said }) => ({ ...said, ...all }), caching);
  for (const { where, said, whole } of [{ where: 'caching', said: caching, whole: ofAll }, ...own]) {
    warnOfNoSharedCache(fn, said, where, tier);
    warnOfNothingStale(fn, said, whole, where);
    if (tier !== undefined && FORGETFUL.includes(tier) && isLonger(said.ttl, Duration.days(LONGEST_KEEP_DAYS))) {
      warn(fn, 'ttlCut', `\`${where}.ttl\` (${said.ttl!.toHumanString()}) is longer than ${tier} keeps an entry: it is gone from there after ${LONGEST_KEEP_DAYS} days. Lower it, or use a ServerlessCache.`,
        { policy: where, tier });
    }
  }
}

function warnOfNoSharedCache(fn: IConstruct, said: CachingOptions, where: string, tier?: string): void {
  const without = tier === undefined ? SHARED_OPTIONS.filter((name) => said[name] !== undefined) : [];
  if (without.length > 0) {
    warn(fn, 'noSharedCache', `${without.map((name) => `${where}.${name}`).join(', ')} without \`sharedCache\`: of no effect.`, { policy: where });
  }
}

function warnOfNothingStale(fn: IConstruct, said: CachePolicy, whole: CachePolicy, where: string): void {
  const { staleIfError, staleWhileRevalidate } = whole;
  const idle = [
    ...(said.softTimeout !== undefined && staleIfError === undefined ? ['softTimeout'] : []),
    // A refresh after the response that fails is not tried again for so long, either.
    ...(said.retryAfter !== undefined && staleIfError === undefined && staleWhileRevalidate === undefined ? ['retryAfter'] : []),
  ];
  for (const name of idle) {
    warn(fn, 'noStaleIfError', `\`${where}.${name}\` without \`staleIfError\`: of no effect, unless the handler's code sets that. Set it, too.`, { policy: where, option: name });
  }
}
