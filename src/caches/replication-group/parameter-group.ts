import { CfnParameterGroup } from 'aws-cdk-lib/aws-elasticache';
import { Construct } from 'constructs';
import { CacheEngine } from '../cache-engine';

interface ParametersOptions {
  readonly engine: CacheEngine;
  readonly engineVersion: string;
  readonly clusterMode: boolean;
  readonly parameters?: { readonly [name: string]: string };
}

/**
 * The parameter group of a replication group: ElastiCache's own, unless there are parameters to set.
 *
 * @internal
 */
export function parameterGroupName(cache: Construct, { engine, engineVersion, clusterMode, parameters }: ParametersOptions): string {
  const family = familyOf(engine, engineVersion);
  if (parameters === undefined) {
    return `default.${family}${clusterMode ? '.cluster.on' : ''}`;
  }
  return new CfnParameterGroup(cache, 'Parameters', {
    description: `How the cache ${cache.node.path} differs`.slice(0, 255),
    cacheParameterGroupFamily: family,
    properties: { ...(clusterMode && { 'cluster-enabled': 'yes' }), ...parameters },
  }).ref;
}

/** ElastiCache has one family per major version; that of Redis OSS 6 has a suffix. */
function familyOf(engine: CacheEngine, version: string): string {
  const [major] = version.split('.');
  return `${engine}${major}${engine === CacheEngine.REDIS_OSS && major === '6' ? '.x' : ''}`;
}
