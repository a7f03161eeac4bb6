/**
 * The Lambda entry: CachedFunction makes this the function's handler, and composes the runtime's parts here. INIT has four steps:
 *
 * 1. `start` reads the settings, and opens the shared tier if there is one. From then on, `cached()` in the user's code uses this runtime.
 * 2. The user's handler is loaded, as Lambda would load it.
 * 3. If a setting needs it, an extension is registered for work after the response.
 * 4. `wrap` puts each event into its own invocation scope, and writes its metrics.
 */
import { AfterResponse } from './after-response.js';
import { copyHandlerMarks, type LambdaHandler, promisifyHandler } from './handler-marks.js';
import { currentInvocation, Invocation, runInvocation, takeOutsideInvocations } from './invocation.js';
import { LineWriter } from './line-writer.js';
import { resolveImports } from './resolve-import.js';
import { readSettings } from './settings.js';
import { contextOf, loadUserHandler } from './user-handler.js';
import { WorkerBytes } from './worker-bytes.js';
import { workerCount } from './workers.js';
import { HANDLER_VARIABLE, type RuntimeSettings } from '../../src/contract/runtime-settings.js';
import type { SharedSettings } from '../../src/contract/shared-settings.js';
import { Runtime } from '../api/environment-runtime.js';
import { install } from '../api/installed.js';
import { escapePart } from '../api/key-parts.js';
import { Warnings } from '../engine/warnings.js';
import { memoryBound } from '../memory/memory-bound.js';
import { startFailureLine } from '../metrics/emf.js';
import type { TierDeps } from '../shared/open-tier.js';
import type { SharedStore } from '../shared/shared-store.js';
import { messageOf } from '../values/plain-data.js';

const { write } = new LineWriter(process.env.AWS_LAMBDA_MAX_CONCURRENCY !== undefined);
const afterResponse = new AfterResponse(process.env);
const warnings = new Warnings();
const runtime = await start();
const loaded = await loadUserHandler(process.env.LAMBDA_TASK_ROOT ?? process.cwd(), process.env[HANDLER_VARIABLE] ?? '');
const userHandler = withResponses(loaded.handler);

if (runtime !== undefined) {
  await afterResponse.prepare();
}

export const handler = runtime === undefined ? userHandler : wrap(userHandler, runtime);

/** The cache must never prevent a function from running: if it cannot start, the handler runs uncached. */
async function start(): Promise<Runtime | undefined> {
  try {
    // First, since it fails on a Node.js that is too old for the rest of the layer.
    resolveImports(import.meta.url);
    const settings = readSettings(process.env, warnings.warnOnce);
    const workers = workerCount(process.env);
    const shared = await openTier(settings, workers);
    const bytes = workers > 1 ? new WorkerBytes() : undefined;
    const started: Runtime = new Runtime({
      environment: process.env,
      runAfterResponse: (work) => afterResponse.add(work),
      expectWorkAfterResponse: (cacheName) => afterResponse.expectWork(cacheName),
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
    logFailure('the cache could not start, and this function runs uncached.', error);
    install(null);
    return undefined;
  }
}

/** Opens the shared tier with its client bundle, which is part of the layer. It connects while the user's code is loaded. */
async function openTier({ shared, namespace, maxMemoryBytes }: RuntimeSettings, workers: number): Promise<SharedStore | undefined> {
  if (shared === undefined) {
    return undefined;
  }
  try {
    const { openTier: open } = requirePart(shared.kind) as { openTier(settings: SharedSettings, deps: TierDeps): SharedStore };
    return open(shared, {
      environment: process.env,
      namespace: escapePart(namespace),
      now: () => Date.now(),
      scope: currentInvocation,
      warnOnce: warnings.warnOnce,
      maxMemoryBytes: memoryBound(maxMemoryBytes, workers, process.env, warnings.warnOnce),
    });
  } catch (error) {
    logFailure('the shared cache could not be opened, and this function caches in memory only.', error);
    return undefined;
  }
}

/** Puts the cache of whole responses in front of the user's handler, if the function has one. It is a separate part of the layer. */
function withResponses(handle: LambdaHandler): LambdaHandler {
  if (runtime?.responses === undefined) {
    return handle;
  }
  try {
    const { cacheResponses } = requirePart('responses') as typeof import('../api/responses-layer.js');
    return cacheResponses(handle, runtime.responses);
  } catch (error) {
    logFailure('responses cannot be cached, and the handler answers every request.', error);
    return handle;
  }
}

/** Not import(): on Node.js 22 it runs a lexer, written in JavaScript, over the whole file, which takes as long as loading a client. */
function requirePart(name: string): unknown {
  return process.getBuiltinModule('node:module').createRequire(import.meta.url)(`./${name}.cjs`);
}

/** Logs why a part of the cache is off, and counts it as `StartFailures`. */
function logFailure(what: string, error: unknown): void {
  const reason = messageOf(error);
  console.error(`cdk-cached-function: ${what} ${reason}`);
  write(startFailureLine(reason, { functionName: process.env.AWS_LAMBDA_FUNCTION_NAME ?? 'local', now: Date.now() }));
}

/** The function's handler: calls the user's, within the invocation's scope, and writes the metrics before it returns the response. */
function wrap(handle: LambdaHandler, started: Runtime): LambdaHandler {
  const call = promisifyHandler(handle);
  let endOpened = () => {};
  // Lambda's runtime client on Node.js 22 then answers for a handler that can never end, and requests the next event.
  process.on('beforeExit', () => endOpened());
  return copyHandlerMarks(handle, async (...args) => {
    const context = contextOf(handle, args);
    const invocation = new Invocation(context.awsRequestId, context.tenantId, undefined, () => context.getRemainingTimeInMillis());
    const release = afterResponse.freezes?.hold();
    started.invocationOpened(typeof context.getRemainingTimeInMillis === 'function' ? context.getRemainingTimeInMillis() : undefined);
    let isOpen = true;
    const end = () => {
      if (isOpen) {
        isOpen = false;
        release?.();
        started.invocationEnded();
      }
    };
    endOpened = end;
    try {
      return await runInvocation(invocation, () => started.isFenced ? beginAndCall(() => call(...args), started) : call(...args));
    } finally {
      end();
      await afterResponse.handlerEnded(context);
      // Before the response, since a frozen process may never write it.
      report(started, invocation);
    }
  });
}

/** Sends the fence before the handler runs: a handler that computes first, and then calls a cache, does not wait for it. */
async function beginAndCall<T>(call: () => T, started: Runtime): Promise<Awaited<T>> {
  started.invocationBegan();
  // By then all microtasks have run, in which clients write to their sockets.
  await new Promise<void>((resolve) => {
    process.nextTick(resolve);
  });
  return await call();
}

function report(started: Runtime, invocation: Invocation): void {
  try {
    for (const counted of [takeOutsideInvocations(), invocation]) {
      started.metricLines(counted).forEach(write);
    }
  } catch (error) {
    // A metrics error must never cost the response.
    console.warn('cdk-cached-function: the metrics of an invocation are lost.', error);
  }
}
