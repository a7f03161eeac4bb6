import { Stack, Token } from 'aws-cdk-lib';
import { ITable } from 'aws-cdk-lib/aws-dynamodb';
import { ISecurityGroup, IVpc, Port } from 'aws-cdk-lib/aws-ec2';
import { Construct } from 'constructs';
import { DaxClusterBase } from './dax-cluster-base';
import { Location } from '../network/network';
import { inConstruct, invalidProp } from '../validation/errors';
import { assertHas, assertText } from '../validation/property-types';
import { warn } from '../validation/warnings';

/**
 * @internal
 */
export const TLS_PORT = 9111;

const PLAIN_PORT = 8111;

/**
 * Attributes for importing an existing DAX cluster.
 */
export interface DaxClusterAttributes {
  /** The name of the cluster. */
  readonly clusterName: string;

  /**
   * The URL of its discovery endpoint, such as 'daxs://my-cluster.abc123.dax-clusters.eu-west-1.amazonaws.com', or 'dax://…' without TLS.
   */
  readonly endpointUrl: string;

  /** The VPC of the cluster. */
  readonly vpc: IVpc;

  /**
   * The cluster's security groups. The library may add rules to them that admit functions.
   *
   * @default - none: the existing groups must admit the functions already
   */
  readonly securityGroups?: ISecurityGroup[];

  /**
   * The tables that the functions use through the cluster. When DAX fails, functions use the tables directly, and get the permissions for
   * that.
   *
   * @default - unknown: functions fail when DAX fails, unless you grant them access to the tables
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
      assertHas('vpc', attributes.vpc, 'vpcId', 'A DAX cluster can only be reached from inside its VPC.');
      return parseEndpoint(endpointUrl);
    });
    this.port = port;
    if (!isEncrypted) {
      warn(this, 'plaintext',
        "`endpointUrl` has no TLS: anyone on the network path can read the items. A cluster's encryption cannot be changed later; a new DaxCluster has TLS.", { prop: 'endpointUrl' });
    }
    if (tables === undefined) {
      warn(this, 'noDaxTables',
        '`tables` is missing: unless you grant it, the functions that use this cluster have no access to DynamoDB when DAX fails. Pass the tables, including imported ones.', { prop: 'tables' });
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

/** DAX has a fixed port with TLS, and another without. */
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
    throw invalidProp('endpointUrl', url, `must have port ${expected}, which DAX uses for ${scheme}://`, 'Leave the port out.');
  }
  return { isEncrypted, port: expected };
}
