import { join } from 'node:path';
import { type FunctionDefinition, ManagedInstances, type ManagedInstancesOptions } from '../../tools/lambda-emulator';
import { temporaryDirectory } from '../equipment/node-process';

/** The layer as it is shipped, around a handler's source, on Lambda's runtime client with worker threads. */

const LAYER = join(__dirname, '..', '..', 'assets', 'layer');

export const WORKERS = 8;

const running: ManagedInstances[] = [];

afterEach(async () => {
  await Promise.all(running.splice(0).map((managed) => managed.stop()));
});

export interface Managed {
  /** What the construct would write; a namespace and no policies are there already. */
  readonly settings?: object;
  readonly environment?: Record<string, string>;
  readonly definition?: Partial<FunctionDefinition>;
  readonly options?: ManagedInstancesOptions;
}

/** Starts a function, and waits until every worker has loaded it. */
export async function startOnInstances(source: string, { settings, environment, definition, options }: Managed = {}): Promise<ManagedInstances> {
  const managed = await ManagedInstances.start({
    functionName: 'managed',
    handler: '/opt/cdk-cached-function/handler.handler',
    codeDirectory: temporaryDirectory({ 'index.mjs': source }),
    layerDirectories: [LAYER],
    environment: {
      CDK_CACHED_FUNCTION_HANDLER: 'index.handler',
      CDK_CACHED_FUNCTION_SETTINGS: JSON.stringify({ namespace: 'test', caching: {}, caches: {}, ...settings }),
      ...environment,
    },
    runtime: 'nodejs24.x',
    memorySizeMb: 2_048,
    timeoutMs: 30_000,
    ...definition,
  }, { workers: WORKERS, ...options });
  running.push(managed);
  await managed.ready();
  return managed;
}
