import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { Connections, IConnectable, ISecurityGroup, IVpc, Port, SubnetSelection } from 'aws-cdk-lib/aws-ec2';
import { CfnReplicationGroup } from 'aws-cdk-lib/aws-elasticache';
import { IKey } from 'aws-cdk-lib/aws-kms';
import { ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import { CacheAuth } from './cache-auth';
import { CacheDurability } from './cache-durability';
import { CacheEngine } from './cache-engine';
import { CacheNetworkType } from './cache-network-type';
import { cachePassword } from './cache-password';
import { cacheSecurityGroup } from './cache-security-group';
import { AddUserOptions, CacheUser, ICacheUser } from './cache-user';
import { CacheUsers } from './cache-users';
import { snapshotDays } from './check';
import { checkReplicationGroup, DEFAULT_NODE_TYPE, DEFAULT_VERSIONS, hasIam } from './check-replication-group';
import { ImportedReplicationGroupCache, ReplicationGroupCacheAttributes } from './imported-replication-group-cache';
import { incarnationOf } from './incarnation';
import { parameterGroupName } from './parameter-group';
import { RedisAccess } from './redis-access';
import { DEFAULT_PORT, IReplicationGroupCache, ReplicationGroupCacheBase, Shape } from './replication-group-cache-base';
import { CacheNeeds } from './shared-cache';
import { subnetGroupName } from './subnet-group';
import { inConstruct, invalidProp } from '../errors';

/**
 * Properties of a ReplicationGroupCache.
 */
export interface ReplicationGroupCacheProps {
  /**
   * The VPC of the cache, where the functions that use it must be too.
   */
  readonly vpc: IVpc;

  /**
   * Where in the VPC.
   *
   * @default - private subnets, else isolated ones
   */
  readonly vpcSubnets?: SubnetSelection;

  /**
   * The security groups of the cache.
   *
   * @default - one of its own, which lets in nobody but the functions that use the cache
   */
  readonly securityGroups?: ISecurityGroup[];

  /**
   * The addresses of the cache. A change replaces it.
   *
   * @default - ElastiCache's: IPv4
   */
  readonly networkType?: CacheNetworkType;

  /**
   * Whether entries survive the failure of a shard's nodes; Valkey 9 and later, with `clusterMode`.
   *
   * @default - they do not
   */
  readonly durability?: CacheDurability;

  /**
   * What runs the cache.
   *
   * @default CacheEngine.VALKEY
   */
  readonly engine?: CacheEngine;

  /**
   * The version of the engine, as '8.0'. From Valkey 7.2 and Redis OSS 7.0 on, functions authenticate by IAM; with older ones, by a
   * password that Secrets Manager makes.
   *
   * @default - '8.0' of Valkey, '7.1' of Redis OSS
   */
  readonly engineVersion?: string;

  /**
   * The type of the nodes, which are billed by the hour.
   *
   * @default 'cache.t4g.micro': half a gibibyte each
   */
  readonly nodeType?: string;

  /**
   * Whether entries are spread over shards, which can be added while the cache runs. Without it there is one.
   *
   * @default false
   */
  readonly clusterMode?: boolean;

  /**
   * The number of shards, 1 to 500; only with `clusterMode`.
   *
   * @default 1
   */
  readonly shards?: number;

  /**
   * The replicas of each shard, 0 to 5. The runtime reads and writes at the primary, since what a replica says may have been
   * invalidated: replicas are there to take its place.
   *
   * @default 1
   */
  readonly replicas?: number;

  /**
   * Whether the nodes of a shard are in several availability zones.
   *
   * @default - true if there are replicas
   */
  readonly multiAz?: boolean;

  /**
   * The port of every node.
   *
   * @default 6379
   */
  readonly port?: number;

  /**
   * Parameters of the engine that differ from ElastiCache's, in a parameter group of the cache's own.
   *
   * @default - ElastiCache's parameter group for the engine and its version
   */
  readonly parameters?: { [name: string]: string };

  /**
   * When maintenance may happen, as 'sun:04:00-sun:05:00' in UTC.
   *
   * @default - ElastiCache chooses
   */
  readonly maintenanceWindow?: string;

  /**
   * How long daily snapshots are kept, up to 35 days. A cache holds nothing that is not elsewhere; a snapshot only spares the origin
   * the loads after a loss.
   *
   * @default - none are made
   */
  readonly snapshotRetention?: Duration;

  /**
   * When the daily snapshot is made, as '03:00-04:00' in UTC.
   *
   * @default - ElastiCache chooses
   */
  readonly snapshotWindow?: string;

  /**
   * Whether minor versions of the engine come by themselves, in the maintenance window.
   *
   * @default true
   */
  readonly autoMinorVersionUpgrade?: boolean;

  /**
   * The key that encrypts what is stored.
   *
   * @default - one that AWS owns
   */
  readonly encryptionKey?: IKey;

  /**
   * What becomes of the cache when it is taken out of the stack.
   *
   * @default RemovalPolicy.DESTROY: nothing in a cache is the only copy
   */
  readonly removalPolicy?: RemovalPolicy;
}

/**
 * A cache of ElastiCache with nodes of a chosen type: a primary and its replicas, or in cluster mode several of those.
 *
 * Always encrypted, in transit and at rest.
 */
export class ReplicationGroupCache extends ReplicationGroupCacheBase implements IConnectable {
  /**
   * A replication group that was made elsewhere. It is not changed, except for the security groups that are given.
   */
  public static fromReplicationGroupCacheAttributes(
    scope: Construct, id: string, attributes: ReplicationGroupCacheAttributes,
  ): IReplicationGroupCache {
    return new ImportedReplicationGroupCache(scope, id, attributes);
  }

  /**
   * @internal
   */
  public readonly _needs: CacheNeeds;

  /** The id of the replication group. */
  public readonly replicationGroupId: string;

  /** The host name of the primary endpoint, or in cluster mode of the configuration endpoint. */
  public readonly endpointAddress: string;

  /** Who reaches the cache. */
  public readonly connections: Connections;

  /** The password that functions read. Undefined where they authenticate by IAM. */
  public readonly secret?: ISecret;

  /**
   * @internal
   */
  protected readonly _shape: Shape;

  private readonly vpc: IVpc;
  private readonly port: number;
  private readonly users?: CacheUsers;

  constructor(scope: Construct, id: string, props: ReplicationGroupCacheProps) {
    super(scope, id);
    inConstruct('ReplicationGroupCache', this, () => {
      checkReplicationGroup(this, props);
    });
    const { vpc, vpcSubnets, engine = CacheEngine.VALKEY, clusterMode = false, shards = 1, replicas = 1, port = DEFAULT_PORT } = props;
    const engineVersion = props.engineVersion ?? DEFAULT_VERSIONS[engine];
    const securityGroups = props.securityGroups ?? [cacheSecurityGroup(this, vpc)];
    this.vpc = vpc;
    this.port = port;
    this._shape = { clusterMode, shards, replicas };
    this.connections = new Connections({ securityGroups, defaultPort: Port.tcp(port) });
    if (hasIam(engine, engineVersion)) {
      this.users = new CacheUsers(this, 'Users', engine);
    } else {
      this.secret = cachePassword(this);
    }
    this._needs = { secretsManager: this.secret !== undefined };

    const resource = new CfnReplicationGroup(this, 'Resource', {
      replicationGroupDescription: `The cache ${this.node.path}`.slice(0, 255),
      engine,
      engineVersion,
      cacheNodeType: props.nodeType ?? DEFAULT_NODE_TYPE,
      port,
      ...(clusterMode ? { numNodeGroups: shards, replicasPerNodeGroup: replicas } : { numCacheClusters: replicas + 1 }),
      automaticFailoverEnabled: clusterMode || replicas > 0,
      multiAzEnabled: props.multiAz ?? replicas > 0,
      cacheParameterGroupName: parameterGroupName(this, { engine, engineVersion, clusterMode, parameters: props.parameters }),
      cacheSubnetGroupName: subnetGroupName(this, vpc, vpcSubnets),
      securityGroupIds: securityGroups.map(({ securityGroupId }) => securityGroupId),
      transitEncryptionEnabled: true,
      atRestEncryptionEnabled: true,
      kmsKeyId: props.encryptionKey?.keyArn,
      userGroupIds: this.users && [this.users.groupId],
      // A reference that CloudFormation resolves: the password is in no template.
      authToken: this.secret?.secretValueFromJson('password').unsafeUnwrap(),
      preferredMaintenanceWindow: props.maintenanceWindow,
      snapshotRetentionLimit: snapshotDays(props.snapshotRetention),
      snapshotWindow: props.snapshotWindow,
      autoMinorVersionUpgrade: props.autoMinorVersionUpgrade ?? true,
    });
    if (clusterMode) {
      // Else a change of their number would replace the cache.
      resource.cfnOptions.updatePolicy = { useOnlineResharding: true };
    }
    for (const [name, value] of Object.entries({ NetworkType: props.networkType, Durability: props.durability })) {
      if (value !== undefined) {
        // Newer than the oldest aws-cdk-lib that we work with, or than its types of it.
        resource.addPropertyOverride(name, value);
      }
    }
    resource.applyRemovalPolicy(props.removalPolicy ?? RemovalPolicy.DESTROY);
    this.replicationGroupId = resource.ref;
    this.endpointAddress = clusterMode ? resource.attrConfigurationEndPointAddress : resource.attrPrimaryEndPointAddress;
  }

  /**
   * A user whose functions reach the entries of one namespace and no others. Give functions what this returns in the place of the
   * cache.
   *
   * @throws Error if the namespace has characters that ElastiCache's access strings cannot hold, or if the engine is too old for IAM
   */
  public addUser(id: string, options: AddUserOptions): ICacheUser {
    const userId = inConstruct('ReplicationGroupCache', this, () => {
      if (this.users === undefined) {
        throw invalidProp('engineVersion', 'too old for IAM authentication', 'must be Valkey 7.2 or Redis OSS 7.0 or later for addUser()', 'Leave it out.');
      }
      return this.users.add(id, options.namespace);
    });
    return new CacheUser(this, id, userId, options.namespace, this._access(userId));
  }

  /**
   * @internal
   */
  public _access(userId?: string): RedisAccess {
    const { clusterMode } = this._shape;
    return {
      settings: { host: this.endpointAddress, port: this.port, ...(clusterMode && { cluster: true }), tls: {}, incarnation: incarnationOf(this) },
      auth: this.users === undefined ? CacheAuth.secret(this.secret!) : CacheAuth.iam({ userId: userId ?? this.users.everywhere }),
      location: { vpc: this.vpc, securityGroups: this.connections.securityGroups, port: Port.tcp(this.port) },
      elastiCache: this._identity(),
    };
  }
}
