import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { Connections, IConnectable, ISecurityGroup, IVpc, SubnetSelection } from 'aws-cdk-lib/aws-ec2';
import { CfnServerlessCache } from 'aws-cdk-lib/aws-elasticache';
import { IKey } from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import { CacheAuth } from './cache-auth';
import { CacheEngine } from './cache-engine';
import { CacheNetworkType } from './cache-network-type';
import { cacheSecurityGroup } from './cache-security-group';
import { AddUserOptions, CacheUser, ICacheUser } from './cache-user';
import { CacheUsers } from './cache-users';
import { snapshotDays } from './check';
import { checkServerlessCache, MIN_MAJOR_PUBLIC } from './check-serverless-cache';
import { ImportedServerlessCache, ServerlessCacheAttributes } from './imported-serverless-cache';
import { knownName } from './incarnation';
import { identitiesOf, identityOf, physicalName } from './physical-name';
import { RedisAccess } from './redis-access';
import { IServerlessCache, SERVERLESS_PORTS, ServerlessCacheBase } from './serverless-cache-base';
import { serverlessSubnets, ServerlessUsage, usageLimits } from './serverless-usage';
import { CacheNeeds } from './shared-cache';
import { inConstruct } from '../errors';

/**
 * Properties of a ServerlessCache.
 */
export interface ServerlessCacheProps extends ServerlessUsage {
  /**
   * What runs the cache.
   *
   * @default CacheEngine.VALKEY
   */
  readonly engine?: CacheEngine;

  /**
   * The major version of the engine: '7', '8' or '9' of Valkey, '7' of Redis OSS.
   *
   * @default - the newest, or '9' with `publicEndpoint`
   */
  readonly majorEngineVersion?: string;

  /**
   * The VPC of the cache, where the functions that use it must be too.
   *
   * @default - none; only with `publicEndpoint`
   */
  readonly vpc?: IVpc;

  /**
   * Where in the VPC; of each availability zone, one subnet is taken, and of three zones at most.
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
   * Whether the cache is reached over the internet, by functions in no VPC. Encrypted, and with IAM authentication as any other; Valkey
   * 9 and later (ElastiCache, Public endpoints).
   *
   * @default false
   */
  readonly publicEndpoint?: boolean;

  /**
   * How long daily snapshots are kept, up to 35 days. A cache holds nothing that is not elsewhere; a snapshot only spares the origin
   * the loads after a loss.
   *
   * @default - none are made
   */
  readonly snapshotRetention?: Duration;

  /**
   * When the daily snapshot is made, as 'HH:MM' in UTC.
   *
   * @default - ElastiCache chooses
   */
  readonly dailySnapshotTime?: string;

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
 * A cache of ElastiCache without nodes to choose: it grows and shrinks by itself, over several availability zones.
 *
 * Always encrypted, in transit and at rest. Functions authenticate by IAM, as a user who may call the runtime's commands and nothing else.
 */
export class ServerlessCache extends ServerlessCacheBase implements IConnectable {
  /**
   * A serverless cache that was made elsewhere. It is not changed, except for the security groups that are given.
   */
  public static fromServerlessCacheAttributes(scope: Construct, id: string, attributes: ServerlessCacheAttributes): IServerlessCache {
    return new ImportedServerlessCache(scope, id, attributes);
  }

  /**
   * @internal
   */
  public readonly _needs: CacheNeeds;

  /** The name of the cache. */
  public readonly serverlessCacheName: string;

  /** The ARN of the cache. */
  public readonly serverlessCacheArn: string;

  /** The host name of the cache's endpoint. */
  public readonly endpointAddress: string;

  /** The port of the cache's endpoint: as text, since CloudFormation alone knows it. */
  public readonly endpointPort: string;

  /** Who reaches the cache; without security groups if it has a public endpoint. */
  public readonly connections: Connections;

  private readonly vpc?: IVpc;
  private readonly users: CacheUsers;

  constructor(scope: Construct, id: string, props: ServerlessCacheProps = {}) {
    super(scope, id);
    inConstruct('ServerlessCache', this, () => {
      checkServerlessCache(props);
    });
    const { engine = CacheEngine.VALKEY, vpc, vpcSubnets, encryptionKey, publicEndpoint, removalPolicy = RemovalPolicy.DESTROY } = props;
    const subnets = vpc === undefined ? [] : serverlessSubnets(vpc, vpcSubnets);
    const securityGroups = props.securityGroups ?? (vpc === undefined ? [] : [cacheSecurityGroup(this, vpc)]);
    this.vpc = vpc;
    this._needs = { internet: vpc === undefined };
    this.connections = new Connections({ securityGroups, defaultPort: SERVERLESS_PORTS });
    this.users = new CacheUsers(this, 'Users', engine);

    const resource = new CfnServerlessCache(this, 'Resource', {
      engine,
      majorEngineVersion: props.majorEngineVersion ?? (publicEndpoint ? String(MIN_MAJOR_PUBLIC) : undefined),
      serverlessCacheName: physicalName(this, [
        ...identitiesOf(subnets), encryptionKey && identityOf(encryptionKey, encryptionKey.keyArn), publicEndpoint ? 'public' : undefined,
        ...(props.networkType === undefined ? [] : [props.networkType]),
      ]),
      userGroupId: this.users.groupId,
      subnetIds: vpc && subnets.map(({ subnetId }) => subnetId),
      securityGroupIds: vpc && securityGroups.map(({ securityGroupId }) => securityGroupId),
      kmsKeyId: encryptionKey?.keyArn,
      cacheUsageLimits: usageLimits(props),
      snapshotRetentionLimit: snapshotDays(props.snapshotRetention),
      dailySnapshotTime: props.dailySnapshotTime,
    });
    // Both are newer than the oldest aws-cdk-lib that we work with.
    if (publicEndpoint) {
      resource.addPropertyOverride('ConnectionType', 'public');
    }
    if (props.networkType !== undefined) {
      resource.addPropertyOverride('NetworkType', props.networkType);
    }
    resource.applyRemovalPolicy(removalPolicy);
    this.serverlessCacheName = resource.ref;
    this.serverlessCacheArn = resource.attrArn;
    this.endpointAddress = resource.attrEndpointAddress;
    this.endpointPort = resource.attrEndpointPort;
  }

  /**
   * A user whose functions reach the entries of one namespace and no others. Give functions what this returns in the place of the
   * cache.
   *
   * @throws Error if the namespace has characters that ElastiCache's access strings cannot hold
   */
  public addUser(id: string, options: AddUserOptions): ICacheUser {
    const userId = inConstruct('ServerlessCache', this, () => this.users.add(id, options.namespace));
    return new CacheUser(this, id, userId, options.namespace, this._access(userId));
  }

  /**
   * @internal
   */
  public _access(userId: string = this.users.everywhere): RedisAccess {
    const { vpc, serverlessCacheArn: arn } = this;
    // Not a reference: a function's template must differ when the cache is replaced by one of another name.
    const name = knownName(this, 'ServerlessCacheName');
    return {
      settings: { host: this.endpointAddress, port: this.endpointPort, cluster: true, tls: {} },
      auth: CacheAuth.iam({ userId }),
      location: vpc && { vpc, securityGroups: this.connections.securityGroups, port: SERVERLESS_PORTS },
      elastiCache: { arn, name, serverless: true },
    };
  }
}
