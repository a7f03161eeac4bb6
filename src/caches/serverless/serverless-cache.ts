import { RemovalPolicy } from 'aws-cdk-lib';
import { Connections, IConnectable, IVpc } from 'aws-cdk-lib/aws-ec2';
import { CfnServerlessCache } from 'aws-cdk-lib/aws-elasticache';
import { Construct } from 'constructs';
import { cacheSecurityGroup } from '../../network/cache-security-group';
import { CacheAuth } from '../cache-auth';
import { CacheEngine } from '../cache-engine';
import { CacheNetworkType } from '../cache-network-type';
import { AddUserOptions, CacheUser, ICacheUser } from '../cache-user';
import { CacheUsers } from '../cache-users';
import { snapshotDays } from '../check-elasticache';
import { checkSubnetsAtSynth } from '../check-subnets';
import { checkServerlessCache, MIN_MAJOR_PUBLIC } from './check-serverless-cache';
import { ImportedServerlessCache, ServerlessCacheAttributes } from './imported-serverless-cache';
import { inConstruct } from '../../validation/errors';
import { knownName } from '../incarnation';
import { identitiesOf, identityOf, physicalName } from '../physical-name';
import { RedisAccess } from '../redis-access';
import { IServerlessCache, SERVERLESS_PORTS, ServerlessCacheBase } from './serverless-cache-base';
import { ServerlessCacheProps } from './serverless-cache-props';
import { serverlessSubnets, usageLimits } from './serverless-usage';
import { CacheNeeds } from '../shared-cache';

/**
 * A serverless ElastiCache cache, which scales automatically across several availability zones.
 *
 * Always encrypted, in transit and at rest. Functions authenticate with IAM, as a user that may run the runtime's commands and nothing else.
 */
export class ServerlessCache extends ServerlessCacheBase implements IConnectable {
  /**
   * Imports an existing serverless cache. Only the given security groups are changed.
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

  /** The port of the cache's endpoint, as text, since it is known only when deploying. */
  public readonly endpointPort: string;

  /** The cache's network connections; there are no security groups if it has a public endpoint. */
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
    checkSubnetsAtSynth('ServerlessCache', this, subnets, props.networkType);
    const securityGroups = props.securityGroups ?? (vpc === undefined ? [] : [cacheSecurityGroup(this, vpc)]);
    this.vpc = vpc;
    this._needs = { internet: vpc === undefined, ipv6: props.networkType === CacheNetworkType.IPV6 };
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
    // Both are newer than the oldest aws-cdk-lib that we support.
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
   * Adds a user whose functions can reach the entries of one namespace and no others. Pass the result to functions instead of the cache.
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
  public _access(userId: string = this.users.defaultUserId): RedisAccess {
    const { vpc, serverlessCacheArn: arn } = this;
    // Not a reference: a function's template must change when a cache with another name replaces this one.
    const name = knownName(this, 'ServerlessCacheName');
    return {
      settings: { host: this.endpointAddress, port: this.endpointPort, cluster: true, tls: {} },
      auth: CacheAuth.iam({ userId }),
      location: vpc && { vpc, securityGroups: this.connections.securityGroups, port: SERVERLESS_PORTS },
      elastiCache: { arn, name, serverless: true },
    };
  }
}
