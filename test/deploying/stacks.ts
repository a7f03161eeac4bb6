import { join } from 'node:path';
import { App, type IAspect, Stack, type Stage } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { Runtime } from 'aws-cdk-lib/aws-lambda';
import type { IConstruct } from 'constructs';
import { CachedFunction, type CachedFunctionProps } from '../../src';

/** A stack with a function in it, for everything that people do to functions. */

// CloudFormation's own validation costs a second a synth, and has a test of its own where it matters.
process.env.CDK_VALIDATION = 'false';

export const LAYER_HANDLER = '/opt/cdk-cached-function/handler.handler';

const entry = join(__dirname, 'handlers', 'plain.ts');
const env = { account: '123456789012', region: 'eu-west-1' };

/** What is synthesized in it is not bundled. */
export function newApp(): App {
  return new App({ context: { 'aws:cdk:bundling-stacks': [] } });
}

export function newStack(name = 'Shop', scope: App | Stage = newApp()): Stack {
  return new Stack(scope, name, { env });
}

export function newFunction(scope: Stack, props: Partial<CachedFunctionProps> = {}, id = 'GetThing'): CachedFunction {
  return new CachedFunction(scope, id, { entry, runtime: Runtime.NODEJS_24_X, ...props });
}

interface FunctionProperties {
  readonly Handler: string;
  readonly Environment: { readonly Variables: Record<string, string> };
  readonly [name: string]: unknown;
}

export function propertiesOf(stack: Stack): FunctionProperties {
  const functions = Object.values(Template.fromStack(stack).findResources('AWS::Lambda::Function', { Properties: { Handler: Match.anyValue(), Environment: Match.anyValue() } }));
  return functions[0].Properties as FunctionProperties;
}

/** Whether the function is one of ours, whole. */
export function expectCached(stack: Stack, properties: object = {}): void {
  Template.fromStack(stack).hasResourceProperties('AWS::Lambda::Function', {
    Handler: LAYER_HANDLER,
    Environment: { Variables: { CDK_CACHED_FUNCTION_HANDLER: 'index.handler', CDK_CACHED_FUNCTION_SETTINGS: Match.anyValue() } },
    ...properties,
  });
}

export function aspect(visit: (node: IConstruct) => void): IAspect {
  return { visit };
}
