import { createHash } from 'node:crypto';
import { CfnResource, Lazy, Token } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';
import { finalProperties } from '../final-properties';

/**
 * The properties of ElastiCache's resources whose change replaces the cache (CloudFormation's resource reference).
 */
const REPLACING = [
  'AtRestEncryptionEnabled', 'CacheSubnetGroupName', 'ClusterName', 'DataTieringEnabled', 'Engine', 'GlobalReplicationGroupId', 'KmsKeyId', 'NetworkType',
  'Port', 'PreferredAvailabilityZone', 'PreferredCacheClusterAZs', 'ReplicationGroupId', 'ServerlessCacheName', 'SnapshotArns', 'SnapshotName', 'SubnetIds',
  'TransitEncryptionEnabled',
];

const HASH_LENGTH = 12;

/**
 * Another text whenever the resource of a cache is replaced by a new one. The reference to its address does not say so: in the template of
 * a function it is the same before and after, and CloudFormation would leave the function with the address of a cache that is gone.
 *
 * @internal
 */
export function incarnationOf(cache: IConstruct): string {
  return Lazy.string({
    // An escape hatch may change what forces a replacement.
    produce: () => {
      const resource = cache.node.defaultChild as CfnResource;
      const properties = finalProperties(resource);
      const address = [resource.node.addr, ...REPLACING.map((name) => properties[name] ?? '')];
      return createHash('sha256').update(JSON.stringify(address)).digest('hex').slice(0, HASH_LENGTH);
    },
  });
}

/**
 * The name that a resource has in its template, where that is known; else a reference to it.
 *
 * @internal
 */
export function knownName(cache: IConstruct, property: string): string {
  const resource = cache.node.defaultChild as CfnResource;
  return Lazy.string({
    produce: () => {
      const name = finalProperties(resource)[property];
      return typeof name === 'string' && !Token.isUnresolved(name) ? name : resource.ref;
    },
  });
}
