import { RemovalPolicy } from 'aws-cdk-lib';
import { Connections, IConnectable, IVpc, Port } from 'aws-cdk-lib/aws-ec2';
import { CfnReplicationGroup } from 'aws-cdk-lib/aws-elasticache';
import { ISecret, Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import { cacheSecurityGroup } from '../../network/cache-security-group';
import { inConstruct, invalidUse } from '../../validation/errors';
import { CacheAuth } from '../cache-auth';
import { CacheEngine } from '../cache-engine';
import { CacheNetworkType } from '../cache-network-type';
import { AddUserOptions, CacheUser, ICacheUser } from '../cache-user';
import { CacheUsers } from '../cache-users';
import { snapshotDays } from '../check-elasticache';
import { checkSubnetsAtSynth } from '../check-subnets';
import { checkReplicationGroup, DEFAULT_NODE_TYPE, DEFAULT_VERSIONS, hasIam } from './check-replication-group';
import { ImportedReplicationGroupCache, ReplicationGroupCacheAttributes } from './imported-replication-group-cache';
import { incarnationOf } from '../incarnation';
import { parameterGroupName } from './parameter-group';
import { RedisAccess } from '../redis-access';
import { DEFAULT_PORT, IReplicationGroupCache, ReplicationGroupCacheBase, Shape } from './replication-group-cache-base';
import { CacheNeeds } from '../shared-cache';
import { subnetGroupName } from '../subnet-group';
import { ReplicationGroupCacheProps } from './replication-group-cache-props';

/** ElastiCache allows 16 to 128 characters. */
const PASSWORD_LENGTH = 64;

/**
 * An ElastiCache cache on nodes of a chosen type: a primary and its replicas, or several of these in cluster mode.
 *
 * Always encrypted, in transit and at rest.
 */
export class ReplicationGroupCache extends ReplicationGroupCacheBase implements IConnectable {
  /**
   * Imports an existing replication group. Only the given security groups are changed.
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

  /** The host name of the primary endpoint; in cluster mode, of the configuration endpoint. */
  public readonly endpointAddress: string;

  /** The cache's network connections: which clients may connect. */
  public readonly connections: Connections;

  /** The secret with the password that functions read; undefined if they authenticate with IAM. */
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
    checkSubnetsAtSynth('ReplicationGroupCache', this, vpc.selectSubnets(vpcSubnets).subnets, props.networkType);
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
    this._needs = { secretsManager: this.secret !== undefined, ipv6: props.networkType === CacheNetworkType.IPV6 };

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
      // Otherwise a change of their number would replace the cache.
      resource.cfnOptions.updatePolicy = { useOnlineResharding: true };
    }
    for (const [name, value] of Object.entries({ NetworkType: props.networkType, Durability: props.durability })) {
      if (value !== undefined) {
        // Not in the types of the oldest aws-cdk-lib that we support.
        resource.addPropertyOverride(name, value);
      }
    }
    resource.applyRemovalPolicy(props.removalPolicy ?? RemovalPolicy.DESTROY);
    this.replicationGroupId = resource.ref;
    this.endpointAddress = clusterMode ? resource.attrConfigurationEndPointAddress : resource.attrPrimaryEndPointAddress;
  }

  /**
   * Adds a user whose functions can reach the entries of one namespace and no others. Pass the result to functions instead of the cache.
   *
   * @throws Error if the namespace has characters that ElastiCache's access strings cannot hold, or if the engine is too old for IAM
   */
  public addUser(id: string, options: AddUserOptions): ICacheUser {
    const userId = inConstruct('ReplicationGroupCache', this, () => {
      if (this.users === undefined) {
        throw invalidUse('engineVersion is too old for IAM authentication, which addUser() requires. Use Valkey 7.2 or Redis OSS 7.0, or later, or leave it out.');
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
      auth: this.users === undefined ? CacheAuth.secret(this.secret!) : CacheAuth.iam({ userId: userId ?? this.users.defaultUserId }),
      location: { vpc: this.vpc, securityGroups: this.connections.securityGroups, port: Port.tcp(this.port) },
      elastiCache: this._identity(),
    };
  }
}

/**
 * A generated password, for an engine that is too old for IAM authentication.
 */
function cachePassword(cache: Construct): Secret {
  return new Secret(cache, 'Password', {
    description: `The password of the cache ${cache.node.path}`,
    generateSecretString: { secretStringTemplate: '{}', generateStringKey: 'password', passwordLength: PASSWORD_LENGTH, excludePunctuation: true },
  });
}
