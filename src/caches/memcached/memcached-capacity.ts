import { ISecurityGroup, IVpc, Port, SubnetSelection } from 'aws-cdk-lib/aws-ec2';
import { CfnCacheCluster, CfnServerlessCache } from 'aws-cdk-lib/aws-elasticache';
import { Construct } from 'constructs';
import { checkMemcachedNodes, DEFAULT_MEMCACHED_VERSION } from './check-memcached-nodes';
import { DEFAULT_MEMCACHED_PORT, SERVERLESS_MEMCACHED_PORTS } from './memcached-cache-base';
import { checkOptionNames, NamesOf } from '../../validation/option-names';
import { identitiesOf, identityOf, physicalName } from '../physical-name';
import { DEFAULT_NODE_TYPE } from '../replication-group/check-replication-group';
import { checkUsage, serverlessSubnets, usageLimits } from '../serverless/serverless-usage';
import { subnetGroupName } from '../subnet-group';
import { MemcachedServerlessOptions, MemcachedNodesOptions } from './memcached-options';

const ENGINE = 'memcached';

/**
 * @internal
 */
export interface MemcachedNetwork {
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
 * The capacity of a MemcachedCache: serverless, or nodes.
 */
export abstract class MemcachedCapacity {
  /**
   * Serverless capacity, which scales automatically across several availability zones. Encrypted at rest. At least one gibibyte is billed.
   */
  public static serverless(options: MemcachedServerlessOptions = {}): MemcachedCapacity {
    return new ServerlessCapacity(options);
  }

  /**
   * Nodes of a chosen type, which functions find by Auto Discovery. Their memory is not encrypted: ElastiCache offers no encryption at rest
   * for Memcached nodes.
   */
  public static nodes(options: MemcachedNodesOptions = {}): MemcachedCapacity {
    return new NodesCapacity(options);
  }

  /**
   * Whether the capacity is serverless: it scales automatically, and has no nodes to choose.
   */
  public abstract readonly isServerless: boolean;

  /**
   * The ports that must be open to functions.
   *
   * @internal
   */
  public abstract readonly _port: Port;

  /**
   * @internal
   */
  public readonly _nodes?: number;

  /**
   * @throws if ElastiCache would reject it
   * @internal
   */
  public abstract _check(): void;

  /**
   * @internal
   */
  public abstract _bind(cache: Construct, network: MemcachedNetwork): MemcachedResource;
}

const SERVERLESS: NamesOf<MemcachedServerlessOptions> = {
  maxDataStorage: true, minDataStorage: true, maxEcpuPerSecond: true, minEcpuPerSecond: true, encryptionKey: true,
};

const NODES: NamesOf<MemcachedNodesOptions> = {
  nodeType: true, count: true, engineVersion: true, multiAz: true, port: true, maintenanceWindow: true, autoMinorVersionUpgrade: true,
};

class ServerlessCapacity extends MemcachedCapacity {
  public override readonly isServerless = true;
  public override readonly _port = SERVERLESS_MEMCACHED_PORTS;

  public constructor(private readonly options: MemcachedServerlessOptions) {
    super();
  }

  public override _check(): void {
    checkOptionNames('capacity', this.options, SERVERLESS);
    checkUsage(this.options);
  }

  public override _bind(cache: Construct, { vpc, vpcSubnets, securityGroups }: MemcachedNetwork): MemcachedResource {
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
    checkOptionNames('capacity', this.options, NODES);
    checkMemcachedNodes(this.options, this._nodes);
  }

  public override _bind(cache: Construct, { vpc, vpcSubnets, securityGroups }: MemcachedNetwork): MemcachedResource {
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
