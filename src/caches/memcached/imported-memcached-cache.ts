import { Connections, ISecurityGroup, IVpc, Port } from 'aws-cdk-lib/aws-ec2';
import { Construct } from 'constructs';
import { checkRange } from '../check-elasticache';
import { DEFAULT_MEMCACHED_PORT, MemcachedAccess, MemcachedCacheBase, SERVERLESS_MEMCACHED_PORTS } from './memcached-cache-base';
import { inConstruct } from '../../validation/errors';
import { assertHas, assertHost, assertText } from '../../validation/property-types';

/**
 * Attributes for importing an existing ElastiCache for Memcached cache.
 */
export interface MemcachedCacheAttributes {
  /** The name of a serverless cache, or the id of a cluster. */
  readonly memcachedCacheName: string;

  /** The host name of its endpoint; with nodes, the configuration endpoint. */
  readonly endpointAddress: string;

  /**
   * The port of its endpoint.
   *
   * @default 11211
   */
  readonly endpointPort?: number;

  /**
   * The number of its nodes, for its metrics. Functions find the nodes by Auto Discovery.
   *
   * @default - none: it is serverless
   */
  readonly nodes?: number;

  /**
   * Whether it is encrypted in transit. A serverless cache always is.
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
}

/**
 * @internal
 */
export class ImportedMemcachedCache extends MemcachedCacheBase {
  public readonly memcachedCacheName: string;
  public readonly connections: Connections;
  protected readonly _nodes?: number;

  public constructor(scope: Construct, id: string, private readonly attributes: MemcachedCacheAttributes) {
    super(scope, id);
    inConstruct('MemcachedCache', this, () => {
      assertText('memcachedCacheName', attributes.memcachedCacheName, 'my-cache');
      assertHost('endpointAddress', attributes.endpointAddress, 'endpointPort');
      assertHas('vpc', attributes.vpc, 'vpcId', 'ElastiCache for Memcached can only be reached from inside its VPC.');
      checkRange('endpointPort', attributes.endpointPort, 1, 65_535, 'Leave it out for 11211.');
      checkRange('nodes', attributes.nodes, 1, Infinity, 'Leave it out for a serverless cache.');
    });
    this.memcachedCacheName = attributes.memcachedCacheName;
    this._nodes = attributes.nodes;
    this.connections = new Connections({ securityGroups: attributes.securityGroups, defaultPort: this.port() });
  }

  public _access(): MemcachedAccess {
    const { endpointAddress: host, endpointPort: port = DEFAULT_MEMCACHED_PORT, nodes, tls = true, vpc } = this.attributes;
    return {
      settings: { host, port, ...(nodes !== undefined && { discovery: true }), ...(tls && { tls: {} }) },
      location: { vpc, securityGroups: this.connections.securityGroups, port: this.port() },
    };
  }

  private port(): Port {
    const { nodes, endpointPort = DEFAULT_MEMCACHED_PORT } = this.attributes;
    return nodes === undefined ? SERVERLESS_MEMCACHED_PORTS : Port.tcp(endpointPort);
  }
}
