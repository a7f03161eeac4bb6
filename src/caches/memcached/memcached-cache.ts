import { RemovalPolicy } from 'aws-cdk-lib';
import { Connections, IConnectable, ISecurityGroup, IVpc, SubnetSelection } from 'aws-cdk-lib/aws-ec2';
import { Construct } from 'constructs';
import { ImportedMemcachedCache, MemcachedCacheAttributes } from './imported-memcached-cache';
import { checkRemovalPolicy } from '../check-elasticache';
import { incarnationOf } from '../incarnation';
import { IMemcachedCache, MemcachedAccess, MemcachedCacheBase } from './memcached-cache-base';
import { MemcachedCapacity } from './memcached-capacity';
import { cacheSecurityGroup } from '../../network/cache-security-group';
import { inConstruct } from '../../validation/errors';
import { assertHas } from '../../validation/property-types';

/**
 * Properties of a MemcachedCache.
 */
export interface MemcachedCacheProps {
  /**
   * The VPC of the cache. The functions that use the cache must be in it too.
   */
  readonly vpc: IVpc;

  /**
   * The subnets of the cache. A serverless cache uses one subnet per availability zone, in at most three zones.
   *
   * @default - private subnets, or isolated ones if there are none
   */
  readonly vpcSubnets?: SubnetSelection;

  /**
   * The security groups of the cache. They are its only protection, since Memcached has no authentication.
   *
   * @default - a new one, which admits only the functions that use the cache
   */
  readonly securityGroups?: ISecurityGroup[];

  /**
   * The capacity of the cache: serverless, or nodes of a chosen type.
   *
   * @default MemcachedCapacity.serverless()
   */
  readonly capacity?: MemcachedCapacity;

  /**
   * The removal policy that applies when the cache is removed from the stack.
   *
   * @default RemovalPolicy.DESTROY - a cache never holds the only copy of anything
   */
  readonly removalPolicy?: RemovalPolicy;
}

/**
 * An ElastiCache for Memcached cache, for teams that already run Memcached. If you are free to choose, prefer a ServerlessCache: it
 * starts at a fraction of the price and loses fewer entries.
 *
 * Always encrypted in transit. ElastiCache for Memcached has no users and no passwords: every client that reaches its port can read and
 * change every entry. Its security group therefore admits only the functions that use the cache.
 *
 * Memcached may evict any item at any time. If it evicts the invalidation index, all earlier entries are loaded again; invalidated
 * entries do not come back. An entry is kept for 30 days at most.
 */
export class MemcachedCache extends MemcachedCacheBase implements IConnectable {
  /**
   * Imports an existing ElastiCache for Memcached cache. Only the given security groups are changed.
   */
  public static fromMemcachedCacheAttributes(scope: Construct, id: string, attributes: MemcachedCacheAttributes): IMemcachedCache {
    return new ImportedMemcachedCache(scope, id, attributes);
  }

  /** The name of a serverless cache, or the id of a cluster. */
  public readonly memcachedCacheName: string;

  /** The host name of the cache's endpoint; with nodes, the configuration endpoint. */
  public readonly endpointAddress: string;

  /** The port of the cache's endpoint, as text, since it may be known only when deploying. */
  public readonly endpointPort: string;

  /** The cache's network connections: which clients may connect. */
  public readonly connections: Connections;

  /**
   * @internal
   */
  protected readonly _nodes?: number;

  private readonly access: MemcachedAccess;

  constructor(scope: Construct, id: string, props: MemcachedCacheProps) {
    super(scope, id);
    inConstruct('MemcachedCache', this, () => {
      assertHas('vpc', props?.vpc, 'vpcId', 'ElastiCache for Memcached can only be reached from inside its VPC.');
      props.capacity?._check();
      checkRemovalPolicy(props.removalPolicy);
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
    // Security groups may have been added since then.
    return { ...this.access, location: { ...this.access.location, securityGroups: this.connections.securityGroups } };
  }
}
