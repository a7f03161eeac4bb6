/**
 * The Lambda entry: CachedFunction makes this the function's handler. It sets the runtime up, loads the user's handler,
 * and wraps it, so that every event is handled inside an invocation of its own and leaves its metrics behind.
 */
import { install } from './installed.js';
import { HANDLER_VARIABLE, type RuntimeSettings, type SharedSettings } from '../src/runtime-settings.js';
import { messageOf } from './engine/kind.js';
import type { SharedStore } from './engine/shared.js';
import { AfterResponse } from './lifecycle/after-response.js';
import { currentInvocation, Invocation, runInvocation, takeBetweenInvocations } from './lifecycle/invocation.js';
import { resolveImports } from './lifecycle/resolve-import.js';
import { contextOf, disguise, type LambdaHandler, loadUserHandler, promised } from './lifecycle/user-handler.js';
import { WorkerBytes } from './lifecycle/worker-bytes.js';
import { workerCount } from './lifecycle/workers.js';
import { memoryBound } from './memory-bound.js';
import { startFailureLine } from './observability/emf.js';
import { escapePart, Runtime } from './runtime.js';
import { readSettings } from './settings.js';
import type { Surroundings } from './tiers/open-tier.js';
import { Warnings } from './warnings.js';

const afterResponse = new AfterResponse(process.env);
const warnings = new Warnings();
const runtime = await start();
const userHandler = await loadUserHandler(process.env.LAMBDA_TASK_ROOT ?? process.cwd(), process.env[HANDLER_VARIABLE] ?? '');

if (runtime !== undefined) {
  await afterResponse.prepare();
}

export const handler = runtime === undefined ? userHandler : wrap(userHandler, runtime);

/** The cache must never be the reason that a function does not run: if it cannot start, the handler runs uncached. */
async function start(): Promise<Runtime | undefined> {
  try {
    // First: it fails where nothing else of the layer can be relied on.
    resolveImports(import.meta.url);
    const settings = readSettings(process.env, warnings.once);
    const workers = workerCount(process.env);
    const shared = await openTier(settings, workers);
    const bytes = workers > 1 ? new WorkerBytes() : undefined;
    const started: Runtime = new Runtime({
      environment: process.env,
      later: (work) => afterResponse.add(work),
      needsLater: (cacheName) => afterResponse.need(cacheName),
      freezes: afterResponse.freezes,
      report: (invocation) => report(started, invocation),
      shared,
      warnings,
      workers,
      totalBytes: bytes && ((own) => bytes.total(own)),
    }, settings);
    afterResponse.limit(settings.maxBackgroundMs);
    install(started);
    return started;
  } catch (error) {
    tellFailure('the cache could not start, and this function runs uncached.', error);
    install(null);
    return undefined;
  }
}

/** The client of the function's shared tier is a part of the layer. It connects while the user's code is loaded. */
async function openTier({ shared, namespace, maxMemoryBytes }: RuntimeSettings, workers: number): Promise<SharedStore | undefined> {
  if (shared === undefined) {
    return undefined;
  }
  try {
    const file = `./${shared.kind}.cjs`;
    // By its default: Node.js finds the names of what CommonJS exports in the text of a file, and minifying leaves none there.
    const { default: part } = await import(file) as { default: { openTier(settings: SharedSettings, surroundings: Surroundings): SharedStore } };
    return part.openTier(shared, {
      environment: process.env,
      namespace: escapePart(namespace),
      now: () => Date.now(),
      scope: currentInvocation,
      warnOnce: warnings.once,
      maxMemoryBytes: memoryBound(maxMemoryBytes, workers, process.env, warnings.once),
    });
  } catch (error) {
    tellFailure('the shared cache could not be opened, and this function caches in memory only.', error);
    return undefined;
  }
}

function tellFailure(what: string, error: unknown): void {
  const reason = messageOf(error);
  console.error(`cdk-cached-function: ${what} ${reason}`);
  write(startFailureLine(reason, { functionName: process.env.AWS_LAMBDA_FUNCTION_NAME ?? 'local', now: Date.now() }));
}

function wrap(handle: LambdaHandler, started: Runtime): LambdaHandler {
  const call = promised(handle);
  return disguise(handle, async (...args) => {
    const context = contextOf(handle, args);
    const invocation = new Invocation(context.awsRequestId, context.tenantId, undefined, () => context.getRemainingTimeInMillis());
    const release = afterResponse.freezes?.hold();
    try {
      return await runInvocation(invocation, () => call(...args));
    } finally {
      release?.();
      started.invocationEnded();
      await afterResponse.handlerEnded(context);
      // Before the response: what a frozen process still holds is lost with it.
      report(started, invocation);
    }
  });
}

function report(started: Runtime, invocation: Invocation): void {
  try {
    for (const counted of [takeBetweenInvocations(), invocation]) {
      started.metricLines(counted).forEach(write);
    }
  } catch (error) {
    // Metrics are never worth an answer.
    console.warn('cdk-cached-function: the metrics of an invocation are lost.', error);
  }
}

/** Not console.log: Lambda's JSON log format wraps what that prints, and CloudWatch would find no metrics in it. */
function write(line: string): void {
  process.stdout.write(line);
}
