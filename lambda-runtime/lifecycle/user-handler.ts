// Not `import`: as an ES module, node:fs takes milliseconds to load (docs/decisions.md).
const { existsSync, realpathSync } = process.getBuiltinModule('node:fs');
const { createRequire } = process.getBuiltinModule('node:module');
const { basename, resolve } = process.getBuiltinModule('node:path');

/** The user's function as Lambda calls it: `(event, context)`, or `(event, responseStream, context)` where it streams. */
export type LambdaHandler = (...args: unknown[]) => unknown;

export interface LambdaContext {
  readonly awsRequestId: string;
  readonly tenantId?: string;
  getRemainingTimeInMillis(): number;
}

/**
 * Loads a handler the way Lambda's own runtime client does: the same look-up order, the same errors.
 *
 * @param handler for example `index.handler` or `dist/api.handlers.get`
 */
export async function loadUserHandler(taskRoot: string, handler: string): Promise<LambdaHandler> {
  const { directory, module, exported } = parse(handler);
  const found = findExport(await loadModule(taskRoot, directory, module), exported.split('.'));
  if (found === undefined || found === null || found === false || found === 0 || found === '') {
    throw runtimeError('HandlerNotFound', `${handler} is undefined or not exported`);
  }
  if (typeof found !== 'function') {
    throw runtimeError('HandlerNotFound', `${handler} is not a function`);
  }
  return found as LambdaHandler;
}

// How `awslambda.streamifyResponse` marks a handler.
const STREAMING = Symbol.for('aws.lambda.runtime.handler.streaming');
const HIGH_WATER_MARK = Symbol.for('aws.lambda.runtime.handler.streaming.highWaterMark');

type Marked = LambdaHandler & { [STREAMING]?: unknown; [HIGH_WATER_MARK]?: unknown };

/** The context among the arguments that Lambda calls the handler with. */
export function contextOf(handler: LambdaHandler, args: readonly unknown[]): LambdaContext {
  return args[(handler as Marked)[STREAMING] ? 2 : 1] as LambdaContext;
}

/**
 * The handler as one that returns a promise. Node.js 22's managed runtime still takes callback handlers, whose answer is not
 * what they return.
 */
export function promised(handler: LambdaHandler): LambdaHandler {
  if (handler.length < 3 || (handler as Marked)[STREAMING] !== undefined) {
    return handler;
  }
  return (event, context) => new Promise((fulfil, reject) => {
    const returned = handler(event, context, (error: unknown, result: unknown) => error ? reject(error as Error) : fulfil(result));
    // Any that has `then`: the user's code may have promises of its own.
    if (typeof (returned as PromiseLike<unknown> | undefined)?.then === 'function') {
      (returned as PromiseLike<unknown>).then(fulfil, reject);
    }
  });
}

/** Makes a wrapper look to the runtime client like the handler it wraps: it judges handlers by these. */
export function disguise(handler: LambdaHandler, wrapper: LambdaHandler): LambdaHandler {
  for (const mark of [STREAMING, HIGH_WATER_MARK] as const) {
    if (mark in handler) {
      (wrapper as Marked)[mark] = (handler as Marked)[mark];
    }
  }
  // Three parameters make a callback handler, which Node.js 24's runtime client refuses.
  return Object.defineProperty(wrapper, 'length', { value: handler.length });
}

function parse(handler: string): { directory: string; module: string; exported: string } {
  if (handler.includes('..')) {
    throw runtimeError('MalformedHandlerName', `'${handler}' is not a valid handler name. Use absolute paths when specifying root directories in handler names.`);
  }
  const name = basename(handler);
  const dot = name.indexOf('.');
  if (dot < 0) {
    throw runtimeError('MalformedHandlerName', 'Bad handler');
  }
  return { directory: handler.slice(0, handler.indexOf(name)), module: name.slice(0, dot), exported: name.slice(dot + 1) };
}

async function loadModule(taskRoot: string, directory: string, module: string): Promise<object> {
  const path = resolve(taskRoot, directory, module);
  for (const extension of ['', '.js', '.mjs', '.cjs']) {
    if (existsSync(path + extension)) {
      return await import(path + extension) as object;
    }
  }
  // Not there: Node's own look-up, whose MODULE_NOT_FOUND the runtime client reports as Runtime.ImportModuleError. Asked for by
  // the client's own file, as it would, since the message names who asked.
  const client = process.argv[1] ?? '';
  const require = createRequire(existsSync(client) ? realpathSync(client) : `${resolve(taskRoot)}/`);
  return require(require.resolve(module, { paths: [taskRoot, resolve(taskRoot, directory)] })) as object;
}

function findExport(module: unknown, names: readonly string[]): unknown {
  const find = (root: unknown) => names.reduce<unknown>(
    (nested, name) => typeof nested === 'object' && nested !== null ? (nested as Record<string, unknown>)[name] : undefined,
    root,
  );
  return find(module) || (typeof module === 'object' && module !== null && 'default' in module ? find(module.default) : undefined);
}

/** An error whose name the runtime client reports as its type. */
function runtimeError(type: string, message: string): Error {
  return Object.assign(new Error(message), { name: `Runtime.${type}` });
}
