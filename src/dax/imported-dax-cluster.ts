import { Stack, Token } from 'aws-cdk-lib';
import { ITable } from 'aws-cdk-lib/aws-dynamodb';
import { ISecurityGroup, IVpc, Port } from 'aws-cdk-lib/aws-ec2';
import { Construct } from 'constructs';
import { DaxClusterBase } from './dax-cluster-base';
import { inConstruct, invalidProp } from '../errors';
import { Location } from '../network';
import { assertHas, assertText } from '../property-types';
import { warn } from '../warnings';

/**
 * @internal
 */
export const TLS_PORT = 9111;

const PLAIN_PORT = 8111;

/**
 * What must be known of a DAX cluster that was made elsewhere.
 */
export interface DaxClusterAttributes {
  /** The name of the cluster. */
  readonly clusterName: string;

  /**
   * The URL of its discovery endpoint, as DAX shows it: 'daxs://my-cluster.abc123.dax-clusters.eu-west-1.amazonaws.com', or 'dax://…' without
   * TLS.
   */
  readonly endpointUrl: string;

  /** The VPC of the cluster. */
  readonly vpc: IVpc;

  /**
   * Security groups of the cluster that may be changed to let functions in.
   *
   * @default - none: it must let them in already
   */
  readonly securityGroups?: ISecurityGroup[];

  /**
   * The tables that the functions use through the cluster. When DAX fails they use them directly, and are permitted to.
   *
   * @default - unknown: functions need permissions from elsewhere, or fail with DAX
   */
  readonly tables?: ITable[];
}

/**
 * @internal
 */
export class ImportedDaxCluster extends DaxClusterBase {
  public readonly clusterName: string;
  public readonly clusterArn: string;
  public readonly endpointUrl: string;
  private readonly port: number;

  public constructor(scope: Construct, id: string, private readonly attributes: DaxClusterAttributes) {
    super(scope, id);
    const { clusterName, endpointUrl, tables } = attributes;
    this.clusterName = clusterName;
    this.endpointUrl = endpointUrl;
    this.clusterArn = Stack.of(this).formatArn({ service: 'dax', resource: 'cache', resourceName: clusterName });
    const { isEncrypted, port } = inConstruct('DaxCluster', this, () => {
      assertText('clusterName', clusterName, 'my-cluster');
      assertHas('vpc', attributes.vpc, 'vpcId', 'A DAX cluster is reached only from inside its VPC.');
      return parseEndpoint(endpointUrl);
    });
    this.port = port;
    if (!isEncrypted) {
      warn(this, 'plaintext',
        '`endpointUrl` is without TLS: items can be read on their way. The encryption of a cluster cannot be changed; a DaxCluster has it.', { prop: 'endpointUrl' });
    }
    if (tables === undefined) {
      warn(this, 'noDaxTables',
        '`tables` is not given: the functions that use this cluster are not permitted to ask DynamoDB when DAX fails, unless you permit it. Give the tables, imported ones too.', { prop: 'tables' });
    }
  }

  protected _location(): Location {
    const { vpc, securityGroups = [] } = this.attributes;
    return { vpc, securityGroups, port: Port.tcp(this.port) };
  }

  protected _tables(): readonly ITable[] {
    return this.attributes.tables ?? [];
  }
}

/** DAX has one port for each way, and does not let them be chosen. */
function parseEndpoint(url: string): { readonly isEncrypted: boolean; readonly port: number } {
  if (Token.isUnresolved(url)) {
    return { isEncrypted: true, port: TLS_PORT };
  }
  assertText('endpointUrl', url, 'daxs://my-cluster.abc123.dax-clusters.eu-west-1.amazonaws.com');
  const [, scheme, , port] = /^(daxs?):\/\/([A-Za-z0-9.-]+)(?::(\d+))?\/?$/.exec(url) ?? [];
  if (scheme === undefined) {
    throw invalidProp('endpointUrl', url, "must look like 'daxs://my-cluster.abc123.dax-clusters.eu-west-1.amazonaws.com'",
      'It is the ClusterDiscoveryEndpoint.URL of `aws dax describe-clusters`.');
  }
  const isEncrypted = scheme === 'daxs';
  const expected = isEncrypted ? TLS_PORT : PLAIN_PORT;
  if (port !== undefined && Number(port) !== expected) {
    throw invalidProp('endpointUrl', url, `must have port ${expected}, which DAX has for ${scheme}://`, 'Leave the port out.');
  }
  return { isEncrypted, port: expected };
}
