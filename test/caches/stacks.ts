import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { type IVpc, Vpc, type VpcProps } from 'aws-cdk-lib/aws-ec2';
import { Code, Runtime } from 'aws-cdk-lib/aws-lambda';
import { CachedFunction, type CachedFunctionProps } from '../../src';

// CloudFormation's own validation costs a second a synth, and has a test of its own where it matters.
process.env.CDK_VALIDATION = 'false';

const ENV = { account: '123456789012', region: 'eu-west-1' };

export function newApp(): App {
  return new App({ context: { 'aws:cdk:bundling-stacks': [] } });
}

export function newStack(id = 'Shop', app = newApp()): Stack {
  return new Stack(app, id, { env: ENV });
}

export function newVpc(stack: Stack, id = 'Vpc', props: VpcProps = {}): Vpc {
  return new Vpc(stack, id, { maxAzs: 2, natGateways: 1, ...props });
}

/** One that is there already, as `fromLookup` finds it. */
export function givenVpc(stack: Stack, vpcId = 'vpc-1', id = 'Given'): IVpc {
  return Vpc.fromVpcAttributes(stack, id, {
    vpcId, availabilityZones: ['eu-west-1a', 'eu-west-1b'], isolatedSubnetIds: [`${vpcId}-subnet-1`, `${vpcId}-subnet-2`],
  });
}

export function newFunction(stack: Stack, props: CachedFunctionProps, id = 'GetThing'): CachedFunction {
  return new CachedFunction(stack, id, { code: Code.fromInline('exports.handler = async () => {};'), runtime: Runtime.NODEJS_24_X, handler: 'index.handler', ...props });
}

/** The properties of all resources of a type, by their logical ids. */
export function all(stack: Stack, type: string): Record<string, Record<string, unknown>> {
  return Object.fromEntries(Object.entries(Template.fromStack(stack).findResources(type))
    .map(([id, resource]) => [id, resource.Properties as Record<string, unknown>]));
}

/** The properties of the only resource of a type. */
export function only(stack: Stack, type: string): Record<string, unknown> {
  const found = Object.values(all(stack, type));
  expect(found).toHaveLength(1);
  return found[0];
}

/** The settings of a stack's only function, with deploy-time values as text. */
export function settingsOf(stack: Stack, filler = (value: unknown) => JSON.stringify(value).replaceAll('"', "'")): Record<string, unknown> {
  const { Variables } = only(stack, 'AWS::Lambda::Function').Environment as { Variables: Record<string, unknown> };
  const text = Variables.CDK_CACHED_FUNCTION_SETTINGS as string | { 'Fn::Join': [string, unknown[]] };
  return JSON.parse(typeof text === 'string' ? text : text['Fn::Join'][1].map((part) => typeof part === 'string' ? part : filler(part)).join('')) as Record<string, unknown>;
}

/** The statements of all policies in the stack. */
export function statements(stack: Stack): { Action: unknown; Resource: unknown }[] {
  return Object.values(all(stack, 'AWS::IAM::Policy'))
    .flatMap(({ PolicyDocument }) => (PolicyDocument as { Statement: { Action: unknown; Resource: unknown }[] }).Statement);
}
