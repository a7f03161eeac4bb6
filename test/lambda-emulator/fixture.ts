import {
  type EmulatedFunction, type EmulatorOptions, type FunctionDefinition, InProcessFunction, LambdaEmulator, type LambdaRuntime,
  ManagedInstances, type ManagedInstancesOptions, missingParts,
} from '../../tools/lambda-emulator';
import { temporaryDirectory } from '../equipment/node-process';

export const RUNTIMES: LambdaRuntime[] = ['nodejs24.x'];

/** What the life cycle of environments is tested on. */
export const LIFE_CYCLE_RUNTIMES: LambdaRuntime[] = ['nodejs22.x', ...RUNTIMES];

/** `describe` for what needs Lambda's runtime client; missing-parts.test.ts shows why it is skipped. */
export const describeReal = missingParts().length === 0 ? describe : describe.skip;

/** For the source of a function: `sleep(ms)`. */
export const SLEEP = 'const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));';

/** Takes as long as the event specifies. */
export const SLOW = `
  ${SLEEP}
  export const handler = async ({ ms = 100 }) => { await sleep(ms); return process.pid; };
`;

/** The source of a module, or of several by their paths. */
type SourceCode = string | Record<string, string>;

const running: EmulatedFunction[] = [];

afterEach(async () => {
  await Promise.all(running.splice(0).map((emulated) => emulated.stop()));
});

export function functionOf(code: SourceCode, more: Partial<FunctionDefinition> = {}): FunctionDefinition {
  return {
    functionName: 'tested',
    handler: 'index.handler',
    codeDirectory: temporaryDirectory(typeof code === 'string' ? { 'index.mjs': code } : code),
    layerDirectories: [],
    environment: {},
    runtime: 'nodejs24.x',
    memorySizeMb: 256,
    timeoutMs: 10_000,
    ...more,
  };
}

/** Starts a function on the emulator; what is started here, the end of the test stops. */
export async function start(code: SourceCode, more: Partial<FunctionDefinition> = {}, options: EmulatorOptions = {}): Promise<LambdaEmulator> {
  const emulator = await LambdaEmulator.start(functionOf(code, more), options);
  running.push(emulator);
  return emulator;
}

/** The same on Managed Instances. */
export async function startManaged(
  code: SourceCode, more: Partial<FunctionDefinition> = {}, options: ManagedInstancesOptions = {},
): Promise<ManagedInstances> {
  const managed = await ManagedInstances.start(functionOf(code, { memorySizeMb: 2_048, ...more }), options);
  running.push(managed);
  return managed;
}

export async function startInProcess(definition: FunctionDefinition): Promise<InProcessFunction> {
  const inProcess = await InProcessFunction.start(definition);
  running.push(inProcess);
  return inProcess;
}
