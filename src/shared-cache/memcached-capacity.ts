import { ISecurityGroup, IVpc, Port, SubnetSelection } from 'aws-cdk-lib/aws-ec2';
import { CfnCacheCluster, CfnServerlessCache } from 'aws-cdk-lib/aws-elasticache';
import { IKey } from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import { checkMemcachedNodes, DEFAULT_MEMCACHED_VERSION } from './check-memcached-nodes';
import { DEFAULT_NODE_TYPE } from './check-replication-group';
import { DEFAULT_MEMCACHED_PORT, SERVERLESS_MEMCACHED_PORTS } from './memcached-cache-base';
import { identitiesOf, identityOf, physicalName } from './physical-name';
import { checkUsage, serverlessSubnets, ServerlessUsage, usageLimits } from './serverless-usage';
import { subnetGroupName } from './subnet-group';

const ENGINE = 'memcached';

/**
 * A Memcached that ElastiCache scales.
 */
export interface MemcachedServerlessOptions extends ServerlessUsage {
  /**
   * The key that encrypts what is stored.
   *
   * @default - one that AWS owns
   */
  readonly encryptionKey?: IKey;
}

/**
 * A Memcached with nodes of a chosen type.
 */
export interface MemcachedNodesOptions {
  /**
   * The type of the nodes, which are billed by the hour.
   *
   * @default 'cache.t4g.micro': half a gibibyte each
   */
  readonly nodeType?: string;

  /**
   * The number of nodes, 1 to 60. Each has a part of the entries, and none has another's: when one fails, its part is loaded from the
   * origin again. When the number changes, all entries are.
   *
   * @default 2
   */
  readonly count?: number;

  /**
   * The version of the engine, 1.6.12 or later: before it there is no encryption in transit (ElastiCache, In-transit encryption).
   *
   * @default '1.6.22'
   */
  readonly engineVersion?: string;

  /**
   * Whether the nodes are in several availability zones.
   *
   * @default - true if there are several nodes
   */
  readonly multiAz?: boolean;

  /**
   * The port of every node.
   *
   * @default 11211
   */
  readonly port?: number;

  /**
   * When maintenance may happen, as 'sun:04:00-sun:05:00' in UTC.
   *
   * @default - ElastiCache chooses
   */
  readonly maintenanceWindow?: string;

  /**
   * Whether minor versions of the engine come by themselves, in the maintenance window.
   *
   * @default true
   */
  readonly autoMinorVersionUpgrade?: boolean;
}

/**
 * @internal
 */
export interface MemcachedPlace {
  readonly vpc: IVpc;
  readonly vpcSubnets?: SubnetSelection;
  readonly securityGroups: readonly ISecurityGroup[];
}

/**
 * @internal
 */
export interface MemcachedResource {
  readonly resource: CfnServerlessCache | CfnCacheCluster;
  readonly endpointAddress: string;
  /** Text where only CloudFormation knows it. */
  readonly endpointPort: string | number;
}

/**
 * What a Memcached runs on.
 */
export abstract class MemcachedCapacity {
  /**
   * No nodes to choose: it grows and shrinks by itself, over several availability zones. Encrypted at rest. At least a gibibyte is billed.
   */
  public static serverless(options: MemcachedServerlessOptions = {}): MemcachedCapacity {
    return new ServerlessCapacity(options);
  }

  /**
   * Nodes of a chosen type, which functions find by Auto Discovery. What is in their memory is not encrypted: ElastiCache has no
   * encryption at rest for them.
   */
  public static nodes(options: MemcachedNodesOptions = {}): MemcachedCapacity {
    return new NodesCapacity(options);
  }

  /**
   * Whether it grows and shrinks by itself, and has no nodes to choose.
   */
  public abstract readonly isServerless: boolean;

  /**
   * What must be open to functions.
   *
   * @internal
   */
  public abstract readonly _port: Port;

  /**
   * @internal
   */
  public readonly _nodes?: number;

  /**
   * @throws if ElastiCache would refuse it
   * @internal
   */
  public abstract _check(): void;

  /**
   * @internal
   */
  public abstract _bind(cache: Construct, place: MemcachedPlace): MemcachedResource;
}

class ServerlessCapacity extends MemcachedCapacity {
  public override readonly isServerless = true;
  public override readonly _port = SERVERLESS_MEMCACHED_PORTS;

  public constructor(private readonly options: MemcachedServerlessOptions) {
    super();
  }

  public override _check(): void {
    checkUsage(this.options);
  }

  public override _bind(cache: Construct, { vpc, vpcSubnets, securityGroups }: MemcachedPlace): MemcachedResource {
    const { encryptionKey } = this.options;
    const subnets = serverlessSubnets(vpc, vpcSubnets);
    const resource = new CfnServerlessCache(cache, 'Resource', {
      engine: ENGINE,
      serverlessCacheName: physicalName(cache, [...identitiesOf(subnets), encryptionKey && identityOf(encryptionKey, encryptionKey.keyArn)]),
      subnetIds: subnets.map(({ subnetId }) => subnetId),
      securityGroupIds: securityGroups.map(({ securityGroupId }) => securityGroupId),
      kmsKeyId: encryptionKey?.keyArn,
      cacheUsageLimits: usageLimits(this.options),
    });
    return { resource, endpointAddress: resource.attrEndpointAddress, endpointPort: resource.attrEndpointPort };
  }
}

class NodesCapacity extends MemcachedCapacity {
  public override readonly isServerless = false;
  public override readonly _port: Port;
  public override readonly _nodes: number;

  public constructor(private readonly options: MemcachedNodesOptions) {
    super();
    const { count = 2, port = DEFAULT_MEMCACHED_PORT } = options;
    this._port = Port.tcp(port);
    this._nodes = count;
  }

  public override _check(): void {
    checkMemcachedNodes(this.options, this._nodes);
  }

  public override _bind(cache: Construct, { vpc, vpcSubnets, securityGroups }: MemcachedPlace): MemcachedResource {
    const {
      nodeType = DEFAULT_NODE_TYPE, engineVersion = DEFAULT_MEMCACHED_VERSION, port = DEFAULT_MEMCACHED_PORT,
      multiAz = this._nodes > 1, maintenanceWindow, autoMinorVersionUpgrade = true,
    } = this.options;
    const resource = new CfnCacheCluster(cache, 'Resource', {
      engine: ENGINE,
      engineVersion,
      cacheNodeType: nodeType,
      numCacheNodes: this._nodes,
      azMode: multiAz ? 'cross-az' : 'single-az',
      port,
      cacheSubnetGroupName: subnetGroupName(cache, vpc, vpcSubnets),
      vpcSecurityGroupIds: securityGroups.map(({ securityGroupId }) => securityGroupId),
      transitEncryptionEnabled: true,
      preferredMaintenanceWindow: maintenanceWindow,
      autoMinorVersionUpgrade,
    });
    return { resource, endpointAddress: resource.attrConfigurationEndpointAddress, endpointPort: port };
  }
}
