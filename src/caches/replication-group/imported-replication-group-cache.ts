import { Connections, ISecurityGroup, IVpc, Port } from 'aws-cdk-lib/aws-ec2';
import { Construct } from 'constructs';
import { inConstruct } from '../../validation/errors';
import { assertHas, assertHost, assertText } from '../../validation/property-types';
import { assertAuth, CacheAuth } from '../cache-auth';
import { checkRange } from '../check-elasticache';
import { RedisAccess } from '../redis-access';
import { DEFAULT_PORT, ReplicationGroupCacheBase, Shape } from './replication-group-cache-base';
import { CacheNeeds } from '../shared-cache';

/**
 * Attributes for importing an existing replication group.
 */
export interface ReplicationGroupCacheAttributes {
  /** The id of the replication group. */
  readonly replicationGroupId: string;

  /** The host name of the primary endpoint; in cluster mode, of the configuration endpoint. */
  readonly endpointAddress: string;

  /**
   * The port of the endpoint.
   *
   * @default 6379
   */
  readonly endpointPort?: number;

  /**
   * Whether it is in cluster mode.
   *
   * @default false
   */
  readonly clusterMode?: boolean;

  /**
   * The number of shards.
   *
   * @default 1
   */
  readonly shards?: number;

  /**
   * The replicas of each shard.
   *
   * @default 1
   */
  readonly replicas?: number;

  /**
   * Whether connections use TLS.
   *
   * @default true
   */
  readonly tls?: boolean;

  /** The VPC of the cache. */
  readonly vpc: IVpc;

  /**
   * The cache's security groups. The library may add rules to them that admit functions.
   *
   * @default - none: the existing groups must admit the functions already
   */
  readonly securityGroups?: ISecurityGroup[];

  /** How functions authenticate to the cache. */
  readonly auth: CacheAuth;
}

/**
 * @internal
 */
export class ImportedReplicationGroupCache extends ReplicationGroupCacheBase {
  public readonly _needs: CacheNeeds;
  public readonly replicationGroupId: string;
  public readonly connections: Connections;
  protected readonly _shape: Shape;

  public constructor(scope: Construct, id: string, private readonly attributes: ReplicationGroupCacheAttributes) {
    super(scope, id);
    inConstruct('ReplicationGroupCache', this, () => {
      assertText('replicationGroupId', attributes.replicationGroupId, 'my-cache');
      assertHost('endpointAddress', attributes.endpointAddress, 'endpointPort');
      assertHas('vpc', attributes.vpc, 'vpcId', 'A replication group can only be reached from inside its VPC.');
      assertAuth(attributes.auth);
      checkRange('endpointPort', attributes.endpointPort, 1, 65_535, 'Leave it out for 6379.');
      checkRange('shards', attributes.shards, 1, 500, 'Leave it out for 1.');
      checkRange('replicas', attributes.replicas, 0, 5, 'Leave it out for 1.');
    });
    const { replicationGroupId, clusterMode = false, shards = 1, replicas = 1, auth } = attributes;
    this.replicationGroupId = replicationGroupId;
    this.connections = new Connections({ securityGroups: attributes.securityGroups, defaultPort: Port.tcp(attributes.endpointPort ?? DEFAULT_PORT) });
    this._shape = { clusterMode, shards, replicas };
    this._needs = { secretsManager: auth._secret !== undefined };
  }

  public _access(): RedisAccess {
    const { endpointAddress: host, endpointPort: port = DEFAULT_PORT, tls = true, vpc, auth } = this.attributes;
    const { securityGroups } = this.connections;
    return {
      settings: { host, port, ...(this._shape.clusterMode && { cluster: true }), ...(tls && { tls: {} }) },
      auth,
      location: { vpc, securityGroups, port: Port.tcp(port) },
      elastiCache: this._identity(),
    };
  }
}
