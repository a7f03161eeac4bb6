import { join } from 'node:path';
import { App, Duration, Stack } from 'aws-cdk-lib';
import { Table } from 'aws-cdk-lib/aws-dynamodb';
import { type IVpc, Vpc } from 'aws-cdk-lib/aws-ec2';
import type { Construct } from 'constructs';
import { TABLE } from './table';
import { CachedFunction, type CachedFunctionProps, DaxCluster, type IDaxCluster } from '../../src';
import { type DaxSettings, type RuntimeSettings, SETTINGS_VARIABLE } from '../../src/contract/runtime-settings';
import type { FunctionDefinition } from '../../tools/lambda-emulator';
import { functionsFromAssembly } from '../../tools/lambda-emulator/cloud-assembly';

export const NODE_MODULES = join(__dirname, '..', '..', 'node_modules');

/** An event with an id, a read of the table, an answer. */
export const GET_PRODUCT = join(__dirname, 'handlers', 'get-product.ts');

/** Where DAX and DynamoDB are. */
export interface DaxBackend {
  readonly endpoint: string;
  readonly environment: Readonly<Record<string, string>>;
}

/** A cluster that is there already, and its VPC. */
export function givenDax(scope: Construct): { readonly vpc: IVpc; readonly dax: IDaxCluster } {
  const vpc = Vpc.fromVpcAttributes(scope, 'Vpc', { vpcId: 'vpc-1', availabilityZones: ['a'], privateSubnetIds: ['subnet-1'] });
  const dax = DaxCluster.fromDaxClusterAttributes(scope, 'Dax', {
    clusterName: 'products', endpointUrl: 'dax://products.abc123.dax-clusters.eu-west-1.amazonaws.com', vpc, tables: [Table.fromTableName(scope, 'Products', TABLE)],
  });
  return { vpc, dax };
}

/** The function as it is synthesized, but for the address of the cluster: DAX's ports are fixed, and those of tests are not. */
export function daxFunction({ endpoint, environment }: DaxBackend, props: Partial<CachedFunctionProps> = {}): FunctionDefinition {
  const stack = new Stack(new App(), 'Shop', { env: { account: '123456789012', region: 'eu-west-1' } });
  // eslint-disable-next-line no-new
  new CachedFunction(stack, 'GetProduct', {
    ...(props.code === undefined && { entry: GET_PRODUCT }),
    ...givenDax(stack),
    timeout: Duration.seconds(20),
    memorySize: 256,
    caching: { ttl: Duration.hours(1) },
    daxOptions: { connectTimeout: Duration.seconds(5), readTimeout: Duration.seconds(5), budget: Duration.seconds(20) },
    ...props,
  });
  const [definition] = functionsFromAssembly((stack.node.root as App).synth().directory);
  return withSdk(throughDax({ ...definition, environment: { ...definition.environment, ...environment } }, { endpoint }));
}

/** The function finds its cluster there, whatever the address of that was to be. */
export function throughDax(definition: FunctionDefinition, dax: DaxSettings): FunctionDefinition {
  const { [SETTINGS_VARIABLE]: given, ...environment } = definition.environment;
  const settings = JSON.parse(given) as RuntimeSettings;
  return { ...definition, environment: { ...environment, [SETTINGS_VARIABLE]: JSON.stringify({ ...settings, dax: { ...settings.dax, ...dax } }) } };
}

/** Where Lambda's runtime has the AWS SDK, for CommonJS. */
export function withSdk(definition: FunctionDefinition): FunctionDefinition {
  return { ...definition, environment: { ...definition.environment, NODE_PATH: NODE_MODULES } };
}
