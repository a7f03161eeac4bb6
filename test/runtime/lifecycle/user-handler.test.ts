import { contextOf, disguise } from '../../../lambda-runtime/lifecycle/user-handler.js';
import { runModule, temporaryDirectory } from '../node-process.js';

/** What users deploy. */
const TASK_ROOT = temporaryDirectory({
  'index.js': 'exports.handler = async () => "CommonJS"; exports.nested = { deep: { get: async () => "nested" } }; exports.settings = { timeout: 5 };',
  'module.mjs': 'export const handler = async () => "ES module"; export default { inDefault: async () => "in the default export" };',
  'common.cjs': 'module.exports = { ["han" + "dler"]: async () => "of module.exports" };',
  'both.js': 'exports.handler = async () => "the .js";',
  'both.mjs': 'export const handler = async () => "the .mjs";',
  'awaits.mjs': 'await new Promise((resolve) => setTimeout(resolve, 5)); export const handler = async () => "after a top-level await";',
  'throws.js': 'throw new RangeError("INIT failed");',
  'syntax.js': 'exports.handler = async () => {{;',
  'requires.js': 'require("not-installed");',
  'lib/api.js': 'exports.handler = async () => "in a directory";',
  'node_modules/shared/index.js': 'exports.handler = async () => "in node_modules";',
});

type Loaded = { readonly answer: unknown } | { readonly error: string; readonly message: string; readonly code?: string };

/** Loads the handlers in a process of its own, as jest's modules are not Node's. */
function loadAll(handlers: readonly string[]): Record<string, Loaded> {
  return runModule(`
    import { loadUserHandler } from './lambda-runtime/lifecycle/user-handler.js';
    const results = {};
    for (const name of ${JSON.stringify(handlers)}) {
      results[name] = await loadUserHandler(${JSON.stringify(TASK_ROOT)}, name).then(
        async (handler) => ({ answer: await handler({}, {}) }),
        (error) => ({ error: error.name, message: error.message, code: error.code }),
      );
    }
    console.log(JSON.stringify(results));
  `);
}

const FOUND = {
  'index.handler': 'CommonJS',
  'index.nested.deep.get': 'nested',
  'module.handler': 'ES module',
  'module.inDefault': 'in the default export',
  'common.handler': 'of module.exports',
  'both.handler': 'the .js',
  'awaits.handler': 'after a top-level await',
  'lib/api.handler': 'in a directory',
  'shared.handler': 'in node_modules',
};

// As in `aws-lambda-ric`: index.mjs there, UserFunctionLoader and resolveHandler.
const NOT_FOUND: Record<string, { readonly error: string; readonly message: string }> = {
  'index.missing': { error: 'Runtime.HandlerNotFound', message: 'index.missing is undefined or not exported' },
  'index.nested.missing.get': { error: 'Runtime.HandlerNotFound', message: 'index.nested.missing.get is undefined or not exported' },
  'index.settings': { error: 'Runtime.HandlerNotFound', message: 'index.settings is not a function' },
  'index': { error: 'Runtime.MalformedHandlerName', message: 'Bad handler' },
  '': { error: 'Runtime.MalformedHandlerName', message: 'Bad handler' },
  '../index.handler': { error: 'Runtime.MalformedHandlerName', message: expect.stringContaining("'../index.handler' is not a valid handler name") as string },
  'throws.handler': { error: 'RangeError', message: 'INIT failed' },
  'syntax.handler': { error: 'SyntaxError', message: expect.any(String) as string },
};

describe('the user\'s handler', () => {
  const loaded = loadAll([...Object.keys(FOUND), ...Object.keys(NOT_FOUND), 'nowhere.handler', 'requires.handler']);

  test.each(Object.entries(FOUND))('is found at %s, where Lambda\'s own runtime client finds it', (name, answer) => {
    expect(loaded[name]).toEqual({ answer });
  });

  test.each(Object.entries(NOT_FOUND))('at %j is the error that Lambda\'s own runtime client reports', (name, error) => {
    expect(loaded[name]).toMatchObject(error);
  });

  test.each([['nowhere.handler'], ['requires.handler']])('at %s has the code that makes it a Runtime.ImportModuleError', (name) => {
    expect(loaded[name]).toMatchObject({ code: 'MODULE_NOT_FOUND' });
  });
});

describe('a wrapper in disguise', () => {
  const streaming = Symbol.for('aws.lambda.runtime.handler.streaming');
  const highWaterMark = Symbol.for('aws.lambda.runtime.handler.streaming.highWaterMark');

  test.each([[() => 1], [(_event: unknown) => 1], [(_event: unknown, _context: unknown) => 1], [(_a: unknown, _b: unknown, _c: unknown) => 1]])(
    'has as many parameters as the handler: by three, runtime clients tell a callback handler', (handler) => {
      expect(disguise(handler as never, (...args) => args)).toHaveLength(handler.length);
    });

  test('streams if the handler streams, and finds the context behind the stream', () => {
    const handler = Object.assign(async () => 1, { [streaming]: 'response', [highWaterMark]: 65_536 });
    const wrapper = disguise(handler, async () => 2) as never as Record<symbol, unknown>;
    expect(wrapper[streaming]).toBe('response');
    expect(wrapper[highWaterMark]).toBe(65_536);
    const context = { awsRequestId: 'request' };
    expect(contextOf(handler, [{}, {}, context])).toBe(context);
  });

  test('does not stream if the handler does not', () => {
    const handler = async () => 1;
    expect(Object.getOwnPropertySymbols(disguise(handler, async () => 2))).toEqual([]);
    const context = { awsRequestId: 'request' };
    expect(contextOf(handler, [{}, context])).toBe(context);
  });
});
