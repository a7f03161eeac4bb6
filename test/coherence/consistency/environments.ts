import { join } from 'node:path';
import { NAMESPACE, type RunningTier } from './tiers';
import { HANDLER_VARIABLE, SETTINGS_VARIABLE } from '../../../src/contract/runtime-settings';
import { LAYER_HANDLER } from '../../../src/function/runtime-code';
import { type FunctionDefinition, LambdaEmulator, ManagedInstances } from '../../../tools/lambda-emulator';
import type { FaultyProxy } from '../../equipment/faulty-proxy';

const LAYER = join(__dirname, '..', '..', '..', 'assets', 'layer');
const IN_FUNCTION = join(__dirname, 'in-function');

/** An event that is not answered by then is a fault. */
const TIMEOUT_MS = 60_000;

export type Peer = 'node-redis' | 'bentocache';

export interface FunctionUnderTest {
  readonly tier: RunningTier;
  readonly proxy: FaultyProxy;
  readonly originPort: number;
  /** 0: for each invocation. Undefined: memory is not coherent. */
  readonly boundMs: number | undefined;
  /** Another library instead of ours. */
  readonly peer?: Peer;
}

/** What a handler gets: in-function/steps.mjs. */
export interface Event {
  readonly steps: readonly (readonly [way: string, what: number | readonly number[] | undefined, isLeft: boolean])[];
  readonly seed: number;
  readonly worksFirst: boolean;
  readonly names: readonly number[];
}

/** What a handler read. */
export interface Answer {
  readonly reads: readonly (readonly [key: number, version: number])[];
}

/** One execution environment. */
export interface TestedEnvironment {
  /** Undefined: the event was not answered in time. */
  invoke(event: Event): Promise<Answer | undefined>;
  /** For a moment it runs without an event, as far as it is one that freezes. */
  thaw(pause: () => Promise<void>): Promise<void>;
  stop(): Promise<void>;
}

/** One that Lambda freezes between events. */
export async function startFrozen(tested: FunctionUnderTest, clockSeconds: number): Promise<TestedEnvironment> {
  const options = { maxEnvironments: 1, fakeMonotonicClock: clockSeconds > 0, enforceMemory: false };
  const emulator = await LambdaEmulator.start(definitionOf(tested), options);
  await emulator.invoke({ steps: [], seed: 0, worksFirst: false, names: [] });
  const [environment] = emulator.environments;
  if (clockSeconds > 0) {
    environment.advanceClocks(clockSeconds, { monotonic: false });
  }
  return {
    invoke: (event) => answerOf(emulator, event),
    thaw: async (pause) => {
      environment.thaw();
      await pause();
      environment.freeze();
    },
    stop: () => emulator.stop(),
  };
}

/** One that serves many requests at once, and is never frozen. */
export async function startConcurrent(tested: FunctionUnderTest): Promise<TestedEnvironment> {
  const managed = await ManagedInstances.start(definitionOf(tested), { workers: 1, enforceMemory: false });
  await managed.ready();
  return {
    invoke: (event) => answerOf(managed, event),
    thaw: (pause) => pause(),
    stop: () => managed.stop(),
  };
}

async function answerOf(lambda: LambdaEmulator | ManagedInstances, event: Event): Promise<Answer | undefined> {
  const { payload, functionError } = await lambda.invoke(event);
  if (functionError === undefined) {
    return payload as Answer;
  }
  if (functionError.errorType === 'Sandbox.Timedout') {
    return undefined;
  }
  throw new Error(`${functionError.errorType}: ${functionError.errorMessage}\n${functionError.stackTrace?.join('\n')}`);
}

function definitionOf({ tier, proxy, originPort, boundMs, peer }: FunctionUnderTest): FunctionDefinition {
  const settings = {
    namespace: NAMESPACE, metrics: 'none', caching: boundMs === undefined ? {} : { coherenceMs: boundMs }, caches: {}, shared: tier.settings(proxy),
  };
  return {
    functionName: 'products',
    ...(peer === undefined ? { handler: LAYER_HANDLER, layerDirectories: [LAYER] } : { handler: 'peer.handler', layerDirectories: [] }),
    codeDirectory: IN_FUNCTION,
    environment: {
      ...tier.environment?.(proxy),
      ORIGIN_PORT: String(originPort),
      ...(peer === undefined
        ? { [HANDLER_VARIABLE]: 'products.handler', [SETTINGS_VARIABLE]: JSON.stringify(settings) }
        : { PEER: peer, PEER_PORT: String(proxy.port) }),
    },
    runtime: 'nodejs24.x',
    memorySizeMb: 512,
    timeoutMs: TIMEOUT_MS,
  };
}
