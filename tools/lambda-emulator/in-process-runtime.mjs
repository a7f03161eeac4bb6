// The runtime of InProcessFunction: what aws-lambda-ric is to LambdaEmulator. JavaScript, since a worker thread loads it as it is.
import { existsSync } from 'node:fs';
import { basename, dirname, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parentPort } from 'node:worker_threads';

let lines = { stdout: [], stderr: [] };
const context = {
  functionName: process.env.AWS_LAMBDA_FUNCTION_NAME,
  functionVersion: process.env.AWS_LAMBDA_FUNCTION_VERSION,
  memoryLimitInMB: process.env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
  logGroupName: process.env.AWS_LAMBDA_LOG_GROUP_NAME,
  logStreamName: process.env.AWS_LAMBDA_LOG_STREAM_NAME,
};

for (const stream of ['stdout', 'stderr']) {
  process[stream].write = (chunk, encoding, callback) => {
    const text = typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString();
    lines[stream].push(...text.replace(/\n$/, '').split('\n'));
    (typeof encoding === 'function' ? encoding : callback)?.();
    return true;
  };
}

try {
  const handler = await loadHandler();
  parentPort.on('message', request => handle(handler, request));
  parentPort.postMessage({ ready: true });
} catch (error) {
  parentPort.postMessage({ error: describe(error), ...takeLines() });
}

async function loadHandler() {
  const name = process.env._HANDLER;
  const [, moduleName, exportName] = /^([^.]*)\.(.*)$/.exec(basename(name)) ?? [];
  if (!moduleName) throw named('Runtime.MalformedHandlerName', 'Bad handler');
  const base = resolve(process.env.LAMBDA_TASK_ROOT, dirname(name), moduleName);
  const file = ['', '.js', '.mjs', '.cjs'].map(extension => base + extension).find(path => existsSync(path));
  if (!file) throw named('Runtime.ImportModuleError', `Error: Cannot find module '${moduleName}'`);
  const module = await import(pathToFileURL(file).href);
  const handler = exportName.split('.').reduce((value, key) => value?.[key], module) ?? exportName.split('.').reduce((value, key) => value?.[key], module.default);
  if (typeof handler !== 'function') throw named('Runtime.HandlerNotFound', `${name} is undefined or not exported`);
  if (handler[Symbol.for('aws.lambda.runtime.handler.streaming')]) {
    throw named('Runtime.MalformedStreamingHandler', 'InProcessFunction has no response streaming');
  }
  if (handler.length >= 3) throw named('Runtime.CallbackHandlerDeprecated', 'Callback-based function handlers are not supported');
  return handler;
}

async function handle(handler, { payload, deadlineMs, ...ofRequest }) {
  try {
    const result = await handler(JSON.parse(payload), { ...context, ...ofRequest, getRemainingTimeInMillis: () => deadlineMs - Date.now() });
    parentPort.postMessage({ payload: JSON.stringify(result === undefined ? null : result), ...takeLines() });
  } catch (error) {
    parentPort.postMessage({ error: describe(error), ...takeLines() });
  }
}

function takeLines() {
  const taken = lines;
  lines = { stdout: [], stderr: [] };
  return taken;
}

function describe(error) {
  if (!(error instanceof Error)) return { errorType: typeof error, errorMessage: String(error), trace: [] };
  return { errorType: error.name, errorMessage: error.message, trace: error.stack?.split('\n') ?? [] };
}

function named(name, message) {
  return Object.assign(new Error(message), { name });
}
