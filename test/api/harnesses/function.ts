import { join } from 'node:path';
import { App, Duration, Stack } from 'aws-cdk-lib';
import { Code, Runtime, TenancyConfig } from 'aws-cdk-lib/aws-lambda';
import { CachedFunction, type CachedFunctionProps } from '../../../src';
import type { FunctionDefinition } from '../../../tools/lambda-emulator';
import { functionsFromAssembly } from '../../../tools/lambda-emulator/cloud-assembly';
import { givenDax, throughDax } from '../../dax/dax-function';
import type { Topology } from '../../fleet/backend';
import { sharingProps } from '../../fleet/sharing-function';
import type { EnvironmentStart } from '../harness';
import type { Scenario } from '../scenario';


/** Long beyond every scenario, so that a clock that was moved does not end an invocation; the tests have timeouts of their own. */
const NO_TIMEOUT_MS = 20 * 86_400_000;

/** However busy the machine is. */
const PATIENCE = Duration.seconds(10);

/** Where DAX is, and what leads to the DynamoDB behind it. */
export interface Dax {
  readonly endpoint: string;
  readonly environment: Readonly<Record<string, string>>;
}

/** Synthesizing takes longer than running most scenarios, and differs for few of them. */
const synthesized = new Map<string, FunctionDefinition>();

/** A scenario's code in a CachedFunction, as CloudFormation would make it. */
export function functionOf(
  scenario: Scenario, { codeDirectory, variables }: EnvironmentStart, runtime: Runtime, tier?: Topology, dax?: Dax,
): FunctionDefinition {
  const isolatesTenants = scenario.steps.some((step) => 'tenant' in step);
  const name = JSON.stringify([runtime.name, isolatesTenants, tier?.settings, dax?.endpoint, scenario.props && scenario.name]);
  const definition = synthesized.get(name) ?? synthesize(scenario, isolatesTenants, runtime, tier, dax);
  synthesized.set(name, definition);
  const { NODE_OPTIONS = '', ...environment } = { ...definition.environment, ...tier?.environment as Record<string, string>, ...dax?.environment };
  const located = {
    ...definition,
    codeDirectory,
    timeoutMs: NO_TIMEOUT_MS,
    environment: { ...environment, ...variables, NODE_OPTIONS: `${NODE_OPTIONS} ${variables.NODE_OPTIONS ?? ''}`.trim() },
  };
  return dax === undefined ? located : throughDax(located, { endpoint: dax.endpoint });
}

function synthesize({ props = {} }: Scenario, isolatesTenants: boolean, runtime: Runtime, tier?: Topology, dax?: Dax): FunctionDefinition {
  const stack = new Stack(new App(), 'Shop', dax && { env: { account: '123456789012', region: 'eu-west-1' } });
  const { caching, ...sharing }: Partial<CachedFunctionProps> = tier === undefined ? {} : sharingProps(stack, tier.settings);
  // eslint-disable-next-line no-new
  new CachedFunction(stack, 'GetThing', {
    // What a scenario runs takes its place.
    code: Code.fromAsset(join(__dirname, '..', 'in-function')),
    handler: 'index.handler',
    runtime,
    memorySize: 512,
    timeout: Duration.minutes(15),
    ...(isolatesTenants && { tenancyConfig: TenancyConfig.PER_TENANT }),
    ...sharing,
    ...(dax && { ...givenDax(stack), daxOptions: { connectTimeout: PATIENCE, readTimeout: PATIENCE, writeTimeout: PATIENCE, budget: PATIENCE } }),
    ...props,
    // The ttl of its functions would win over that of the code.
    caching: { ...caching, ttl: undefined, ...props.caching },
  });
  return functionsFromAssembly((stack.node.root as App).synth().directory)[0];
}
