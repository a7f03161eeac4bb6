import { createHash } from 'node:crypto';
import { CfnResource, Lazy, Token } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';
import { finalProperties } from '../function/final-properties';

/**
 * The properties of ElastiCache's resources that replace the cache when they change (CloudFormation's resource reference).
 */
const REPLACING = [
  'AtRestEncryptionEnabled', 'CacheSubnetGroupName', 'ClusterName', 'DataTieringEnabled', 'Engine', 'GlobalReplicationGroupId', 'KmsKeyId', 'NetworkType',
  'Port', 'PreferredAvailabilityZone', 'PreferredCacheClusterAZs', 'ReplicationGroupId', 'ServerlessCacheName', 'SnapshotArns', 'SnapshotName', 'SubnetIds',
  'TransitEncryptionEnabled',
];

const HASH_LENGTH = 12;

/**
 * A text that changes whenever the resource of a cache is replaced. The reference to its address does not: a function's template would
 * stay the same, and CloudFormation would leave the function with the address of a cache that no longer exists.
 *
 * @internal
 */
export function incarnationOf(cache: IConstruct): string {
  return Lazy.string({
    // Rendered late: an escape hatch may change a property that forces a replacement.
    produce: () => {
      const resource = cache.node.defaultChild as CfnResource;
      const properties = finalProperties(resource);
      const address = [resource.node.addr, ...REPLACING.map((name) => properties[name] ?? '')];
      return createHash('sha256').update(JSON.stringify(address)).digest('hex').slice(0, HASH_LENGTH);
    },
  });
}

/**
 * A resource's name in its template if it is known, else a reference to it.
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
