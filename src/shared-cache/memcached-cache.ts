import { RemovalPolicy } from 'aws-cdk-lib';
import { Connections, IConnectable, ISecurityGroup, IVpc, SubnetSelection } from 'aws-cdk-lib/aws-ec2';
import { Construct } from 'constructs';
import { cacheSecurityGroup } from './cache-security-group';
import { ImportedMemcachedCache, MemcachedCacheAttributes } from './imported-memcached-cache';
import { incarnationOf } from './incarnation';
import { IMemcachedCache, MemcachedAccess, MemcachedCacheBase } from './memcached-cache-base';
import { MemcachedCapacity } from './memcached-capacity';
import { inConstruct } from '../errors';
import { assertHas } from '../property-types';

/**
 * Properties of a MemcachedCache.
 */
export interface MemcachedCacheProps {
  /**
   * The VPC of the cache, where the functions that use it must be too.
   */
  readonly vpc: IVpc;

  /**
   * Where in the VPC; of a serverless cache, one subnet of each availability zone is taken, and of three zones at most.
   *
   * @default - private subnets, else isolated ones
   */
  readonly vpcSubnets?: SubnetSelection;

  /**
   * The security groups of the cache. They are all that guards it.
   *
   * @default - one of its own, which lets in nobody but the functions that use the cache
   */
  readonly securityGroups?: ISecurityGroup[];

  /**
   * What the cache runs on.
   *
   * @default MemcachedCapacity.serverless()
   */
  readonly capacity?: MemcachedCapacity;

  /**
   * What becomes of the cache when it is taken out of the stack.
   *
   * @default RemovalPolicy.DESTROY: nothing in a cache is the only copy
   */
  readonly removalPolicy?: RemovalPolicy;
}

/**
 * A cache of ElastiCache whose engine is Memcached: for whoever has it already, or needs nothing else of it. Where the choice is free, a
 * ServerlessCache begins at a fraction of the price, and forgets less.
 *
 * Always encrypted in transit. ElastiCache's Memcached has no users and no passwords: whatever reaches its port can read and change every
 * entry. The network is the only guard, so it lets in nobody but the functions that use the cache.
 *
 * Memcached may forget anything at any time. If it forgets what was invalidated, the entries from before are loaded again; those that were
 * invalidated do not come back. An entry is kept for 30 days at most.
 */
export class MemcachedCache extends MemcachedCacheBase implements IConnectable {
  /**
   * A Memcached of ElastiCache that was made elsewhere. It is not changed, except for the security groups that are given.
   */
  public static fromMemcachedCacheAttributes(scope: Construct, id: string, attributes: MemcachedCacheAttributes): IMemcachedCache {
    return new ImportedMemcachedCache(scope, id, attributes);
  }

  /** The name of a serverless cache, or the id of a cluster. */
  public readonly memcachedCacheName: string;

  /** The host name of the cache's endpoint: with nodes, of the configuration endpoint. */
  public readonly endpointAddress: string;

  /** The port of the cache's endpoint: as text, since CloudFormation alone may know it. */
  public readonly endpointPort: string;

  /** Who reaches the cache. */
  public readonly connections: Connections;

  /**
   * @internal
   */
  protected readonly _nodes?: number;

  private readonly access: MemcachedAccess;

  constructor(scope: Construct, id: string, props: MemcachedCacheProps) {
    super(scope, id);
    inConstruct('MemcachedCache', this, () => {
      assertHas('vpc', props?.vpc, 'vpcId', 'A Memcached of ElastiCache is reached only from inside its VPC.');
      props.capacity?._check();
    });
    const { vpc, vpcSubnets, capacity = MemcachedCapacity.serverless() } = props;
    const securityGroups = props.securityGroups ?? [cacheSecurityGroup(this, vpc)];
    const { resource, endpointAddress, endpointPort } = capacity._bind(this, { vpc, vpcSubnets, securityGroups });
    resource.applyRemovalPolicy(props.removalPolicy ?? RemovalPolicy.DESTROY);
    this._nodes = capacity._nodes;
    this.memcachedCacheName = resource.ref;
    this.endpointAddress = endpointAddress;
    this.endpointPort = String(endpointPort);
    this.connections = new Connections({ securityGroups, defaultPort: capacity._port });
    this.access = {
      settings: {
        host: endpointAddress,
        port: endpointPort,
        ...(!capacity.isServerless && { discovery: true }),
        tls: {},
        incarnation: incarnationOf(this),
      },
      location: { vpc, securityGroups, port: capacity._port },
    };
  }

  /**
   * @internal
   */
  public _access(): MemcachedAccess {
    // Security groups may have been added since.
    return { ...this.access, location: { ...this.access.location, securityGroups: this.connections.securityGroups } };
  }
}
