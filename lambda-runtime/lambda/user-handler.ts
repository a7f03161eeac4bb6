import { isStreaming, type LambdaHandler } from './handler-marks.js';
import { loadCommonJs } from './load-common-js.js';

// Not `import`: as an ES module, node:fs takes milliseconds to load (docs/decisions.md).
const { existsSync, realpathSync } = process.getBuiltinModule('node:fs');
const { createRequire } = process.getBuiltinModule('node:module');
const { basename, resolve } = process.getBuiltinModule('node:path');

export interface LambdaContext {
  readonly awsRequestId: string;
  readonly tenantId?: string;
  getRemainingTimeInMillis(): number;
}

/**
 * Loads a handler as Lambda's own runtime client does: with the same lookup order and the same errors.
 *
 * @returns the handler in an object: a function with a `then` of its own must not be awaited either
 * @param handler for example `index.handler` or `dist/api.handlers.get`
 */
export async function loadUserHandler(taskRoot: string, handler: string): Promise<{ readonly handler: LambdaHandler }> {
  const { directory, module, exported } = parse(handler);
  const { found } = await loadExport(taskRoot, directory, module, exported.split('.'));
  if (!found) {
    throw runtimeError('HandlerNotFound', `${handler} is undefined or not exported`);
  }
  if (typeof found !== 'function') {
    throw runtimeError('HandlerNotFound', `${handler} is not a function`);
  }
  return { handler: found as LambdaHandler };
}

/** The context among the arguments with which Lambda calls the handler. */
export function contextOf(handler: LambdaHandler, args: readonly unknown[]): LambdaContext {
  return args[isStreaming(handler) ? 2 : 1] as LambdaContext;
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

/** In an object, since a promise is no handler and must not be awaited. */
async function loadExport(taskRoot: string, directory: string, module: string, names: readonly string[]): Promise<{ readonly found: unknown }> {
  const path = resolve(taskRoot, directory, module);
  for (const extension of ['', '.js', '.mjs', '.cjs']) {
    const file = path + extension;
    if (existsSync(file)) {
      // Where `module.exports` has it under its own name, import() would find the same; else it decides, without running the file again.
      const found = findExport({ default: withoutThen(loadCommonJs(file)) }, names);
      if (found) {
        return { found };
      }
      const imported: unknown = await import(file);
      if (imported) {
        return { found: findExport(imported, names) };
      }
    }
  }
  // Not found: falls back to Node's own lookup, whose MODULE_NOT_FOUND the runtime client reports as Runtime.ImportModuleError. It runs
  // from the client's own file, since the message names the importing file.
  const client = process.argv[1] ?? '';
  const require = createRequire(existsSync(client) ? realpathSync(client) : `${resolve(taskRoot)}/`);
  return { found: findExport(require(require.resolve(module, { paths: [taskRoot, resolve(taskRoot, directory)] })), names) };
}

/** A module that exports `then` is what that function makes of it, when import() is awaited. */
function withoutThen(exported: unknown): unknown {
  return typeof (exported as { then?: unknown } | undefined)?.then === 'function' ? undefined : exported;
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
