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

interface Resources {
  readonly [id: string]: { readonly Type: string; readonly Properties: { readonly FunctionName?: string; readonly DashboardBody?: string | { readonly 'Fn::Join': [string, unknown[]] } } };
}

/** A dashboard's body as CloudWatch gets it; the functions must have names of their own. */
export function dashboardBody(stack: Stack): string {
  // For a hundred functions, that check takes thirty times as long as the synthesis.
  const { Resources: resources } = Template.fromStack(stack, { skipCyclicalDependenciesCheck: true }).toJSON() as { Resources: Resources };
  const body = Object.values(resources).find(({ Type }) => Type === 'AWS::CloudWatch::Dashboard')!.Properties.DashboardBody!;
  return typeof body === 'string' ? body : body['Fn::Join'][1].map((part) => typeof part === 'string' ? part : nameOf(resources, part)).join('');
}

/** The physical name of what a Ref names. */
function nameOf(resources: Resources, value: unknown): string {
  const { Ref: id } = value as { Ref: string };
  return resources[id]?.Properties.FunctionName ?? id;
}
