import { join } from 'node:path';
import { App, Duration, Stack } from 'aws-cdk-lib';
import { Runtime } from 'aws-cdk-lib/aws-lambda';
import { NAMESPACE } from './redis-topologies';
import type { Subject } from './subject';
import type { RunningTopology, Topology } from './topology';
import { CachedFunction, type CachedFunctionProps } from '../../src';
import { type RuntimeSettings, SETTINGS_VARIABLE } from '../../src/contract/runtime-settings';
import type { FunctionDefinition } from '../../tools/lambda-emulator';
import { functionsFromAssembly } from '../../tools/lambda-emulator/cloud-assembly';

export type NodeVersion = 22 | 24;

// CloudFormation's own validation costs a second a synth.
process.env.CDK_VALIDATION = 'false';

/** The policy of the function under test: every call reads the shared tier, and nothing expires. */
const CACHING = { namespace: NAMESPACE, ttl: Duration.hours(1), memoryTtl: Duration.millis(1) };

/** The function as CloudFormation would make it, but for the address of its tier, which is known when that runs. */
export function functionOf(topology: Topology): FunctionDefinition {
  const stack = new Stack(new App(), 'Faults');
  return synthesize(stack, topology.subject, { caching: CACHING, ...topology.props(stack) });
}

/** The same without a tier: every read calls the origin. */
export function functionWithoutTier(subject: Subject): FunctionDefinition {
  return synthesize(new Stack(new App(), 'Faults'), subject, { caching: { ...CACHING, memoryTtl: undefined, ttl: Duration.millis(1) } });
}

export function connected(definition: FunctionDefinition, { settings, variables }: Pick<RunningTopology, 'settings' | 'variables'>): FunctionDefinition {
  const { [SETTINGS_VARIABLE]: given, ...environment } = definition.environment;
  const runtimeSettings: RuntimeSettings = { ...JSON.parse(given) as RuntimeSettings, ...settings };
  return { ...definition, environment: { ...environment, ...variables, [SETTINGS_VARIABLE]: JSON.stringify(runtimeSettings) } };
}

/** The same function on another version of Node.js. */
export function on(node: NodeVersion, definition: FunctionDefinition): FunctionDefinition {
  return { ...definition, runtime: `nodejs${node}.x` };
}

function synthesize(stack: Stack, { handler }: Subject, props: Partial<CachedFunctionProps>): FunctionDefinition {
  // eslint-disable-next-line no-new
  new CachedFunction(stack, 'ReadThings', {
    entry: join(__dirname, 'handlers', `${handler}.ts`),
    runtime: Runtime.NODEJS_24_X,
    timeout: Duration.seconds(10),
    memorySize: 512,
    ...props,
  });
  return functionsFromAssembly((stack.node.root as App).synth().directory)[0];
}
