import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Code, Runtime } from 'aws-cdk-lib/aws-lambda';
import { CachedFunction, type CachedFunctionProps } from '../../src';

// CloudFormation's own validation costs a second a synth, and has a test of its own where it matters.
process.env.CDK_VALIDATION = 'false';

export function newStack(id = 'Shop'): Stack {
  return new Stack(new App({ context: { 'aws:cdk:bundling-stacks': [] } }), id, { env: { account: '123456789012', region: 'eu-west-1' } });
}

export function newFunction(stack: Stack, props: CachedFunctionProps = {}, id = 'GetThing'): CachedFunction {
  return new CachedFunction(stack, id, {
    code: Code.fromInline('exports.handler = async () => {};'), runtime: Runtime.NODEJS_24_X, handler: 'index.handler', functionName: `shop-${id}`, ...props,
  });
}

/** A dashboard's body as CloudWatch gets it; the functions must have names of their own. */
export function dashboardBody(stack: Stack): string {
  const [resource] = Object.values(Template.fromStack(stack).findResources('AWS::CloudWatch::Dashboard'));
  const body = (resource.Properties as { DashboardBody: string | { 'Fn::Join': [string, unknown[]] } }).DashboardBody;
  return typeof body === 'string' ? body : body['Fn::Join'][1].map((part) => typeof part === 'string' ? part : nameOf(stack, part)).join('');
}

/** The physical name of what a Ref names. */
function nameOf(stack: Stack, value: unknown): string {
  const { Ref: id } = value as { Ref: string };
  const resource = (Template.fromStack(stack).toJSON() as { Resources: Record<string, { Properties: { FunctionName?: string } }> }).Resources[id];
  return resource?.Properties.FunctionName ?? id;
}
