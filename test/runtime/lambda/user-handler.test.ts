import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { copyHandlerMarks } from '../../../lambda-runtime/lambda/handler-marks.js';
import { contextOf } from '../../../lambda-runtime/lambda/user-handler.js';
import { findNode } from '../../../tools/lambda-emulator/node-binaries.js';
import { type NodeOptions, runModule, temporaryDirectory } from '../../equipment/node-process.js';

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
  'getter.js': 'Object.defineProperty(exports, "handler", { enumerable: true, get: () => async () => "by a getter" });',
  'parent.js': 'exports.handler = async () => String(module.parent);',
  'function.js': 'globalThis.runs = (globalThis.runs ?? 0) + 1; module.exports = () => {}; module.exports.handler = async () => `run ${globalThis.runs} time`;',
  'compiled.js': 'module.exports = { __esModule: true, default: { handler: async () => "in the default export" } };',
  'untyped.js': 'import "node:path"; export const handler = async () => "an ES module by its syntax";',
  'waits.js': 'await null; export default { handler: async () => "in the default export of one that awaits" };',
  'modules/package.json': '{ "type": "module" }',
  'modules/api.js': 'export const handler = async () => import.meta.filename.slice(-6);',
  'needs-module.js': 'globalThis.runs2 = (globalThis.runs2 ?? 0) + 1; try { require("./module.mjs"); } catch (error) { error.message = `run ${globalThis.runs2}`; throw error; }',
  'odd.js': 'exports.notANumber = NaN; exports.bigZero = 0n; exports.promise = Promise.resolve(async () => 1); exports.thenable = { then: (resolve) => resolve(async () => 1) };',
  'withThen.js': 'exports.handler = Object.assign(async () => "itself", { then: (resolve) => resolve(async () => "another") });',
  'then.js': 'exports.then = (resolve) => resolve({ handler: async () => "what then() has made" }); exports.handler = async () => "its own";',
  'then.mjs': 'throw new Error("never loaded");',
  'nothing.js': 'exports.then = (resolve) => resolve(undefined); exports.handler = async () => "its own";',
  'nothing.mjs': 'export const handler = async () => "the next file";',
  'broken/package.json': '{',
  'broken/api.js': 'exports.handler = async () => 1;',
});

/** Lambda's own flags: see tools/lambda-emulator/bootstrap.ts. */
const ON_LAMBDA = ['--no-experimental-require-module', '--no-experimental-detect-module'];

type Loaded = { readonly answer: unknown } | { readonly error: string; readonly message: string; readonly code?: string };

/** Loads the handlers in a process of its own, as jest's modules are not Node's. */
function loadAll(handlers: readonly string[], options?: NodeOptions): Record<string, Loaded> {
  return runModule(`
    import { registerHooks } from 'node:module';
    import { loadUserHandler } from './lambda-runtime/lambda/user-handler.js';
    const imported = [];
    registerHooks({ load: (url, context, next) => {
      if (context.conditions.includes('import')) {
        imported.push(url.slice(url.lastIndexOf('/') + 1));
      }
      return next(url, context);
    } });
    const results = { imported: { answer: imported } };
    for (const name of ${JSON.stringify(handlers)}) {
      results[name] = await loadUserHandler(${JSON.stringify(TASK_ROOT)}, name).then(
        async ({ handler }) => ({ answer: await handler({}, {}) }),
        (error) => ({ error: error.name, message: error.message, code: error.code }),
      );
    }
    console.log(JSON.stringify(results));
  `, options);
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
  'getter.handler': 'by a getter',
  'parent.handler': 'undefined',
  'function.handler': 'run 1 time',
  'compiled.default.handler': 'in the default export',
  'untyped.handler': 'an ES module by its syntax',
  'waits.handler': 'in the default export of one that awaits',
  'modules/api.handler': 'api.js',
  'withThen.handler': 'itself',
  'then.handler': 'what then() has made',
  'nothing.handler': 'the next file',
};

// As in `aws-lambda-ric`: index.mjs there, UserFunctionLoader and resolveHandler.
const NOT_FOUND: Record<string, { readonly error: string; readonly message: string }> = {
  'index.missing': { error: 'Runtime.HandlerNotFound', message: 'index.missing is undefined or not exported' },
  'index.nested.missing.get': { error: 'Runtime.HandlerNotFound', message: 'index.nested.missing.get is undefined or not exported' },
  'index.settings': { error: 'Runtime.HandlerNotFound', message: 'index.settings is not a function' },
  'odd.notANumber': { error: 'Runtime.HandlerNotFound', message: 'odd.notANumber is undefined or not exported' },
  'odd.bigZero': { error: 'Runtime.HandlerNotFound', message: 'odd.bigZero is undefined or not exported' },
  'odd.promise': { error: 'Runtime.HandlerNotFound', message: 'odd.promise is not a function' },
  'odd.thenable': { error: 'Runtime.HandlerNotFound', message: 'odd.thenable is not a function' },
  'index': { error: 'Runtime.MalformedHandlerName', message: 'Bad handler' },
  '': { error: 'Runtime.MalformedHandlerName', message: 'Bad handler' },
  '../index.handler': { error: 'Runtime.MalformedHandlerName', message: expect.stringContaining("'../index.handler' is not a valid handler name") as string },
  'compiled.handler': { error: 'Runtime.HandlerNotFound', message: 'compiled.handler is undefined or not exported' },
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

const node22 = findNode(22);

(node22 === undefined ? test.skip : test)('the user\'s handler is found in the same places on Node.js 22', () => {
  const { imported, ...found } = loadAll(Object.keys(FOUND), { node: node22 });

  expect(found).toEqual(Object.fromEntries(Object.entries(FOUND).map(([name, answer]) => [name, { answer }])));
});

describe('if Node.js detects a file\'s kind by its syntax', () => {
  // AWS documents this flag for NODE_OPTIONS. `require()` of ES modules stays off.
  test.each([[process.execPath], ...(node22 === undefined ? [] : [[node22]])])('an ES module is loaded as one, by %s', (node) => {
    const loaded = loadAll(['untyped.handler', 'waits.handler', 'index.handler'], { node, flags: [ON_LAMBDA[0], '--experimental-detect-module'] });

    expect(loaded).toMatchObject({
      'untyped.handler': { answer: FOUND['untyped.handler'] }, 'waits.handler': { answer: FOUND['waits.handler'] }, 'index.handler': { answer: FOUND['index.handler'] },
    });
  });

  test('an ES module is a syntax error if Node.js must not detect its kind, as on Lambda', () => {
    expect(loadAll(['untyped.handler'], { flags: ON_LAMBDA })['untyped.handler']).toMatchObject({ error: 'SyntaxError' });
  });
});

describe('a CommonJS module', () => {
  test('that requires an ES module, which Lambda does not allow, runs once', () => {
    expect(loadAll(['needs-module.handler'], { flags: ON_LAMBDA })['needs-module.handler']).toMatchObject({ code: 'ERR_REQUIRE_ESM', message: 'run 1' });
  });

  test.each(['then.handler', 'nothing.handler'] as const)('that exports `then` is what that makes of it: %s', (handler) => {
    expect(loadAll([handler], { flags: ON_LAMBDA })[handler]).toEqual({ answer: FOUND[handler] });
  });

  test('is not assumed if it is a link to an ES module', () => {
    symlinkSync('awaits.mjs', join(TASK_ROOT, 'link.cjs'));

    expect(loadAll(['link.handler'], { flags: ON_LAMBDA })['link.handler']).toEqual({ answer: FOUND['awaits.handler'] });
  });

  test('is not imported if `module.exports` has the handler, since Node.js 22 would read all of it twice', () => {
    const imported = (handler: string) => loadAll([handler], { flags: ON_LAMBDA }).imported;

    expect(imported('index.handler')).toEqual({ answer: [] });
    expect(imported('common.handler')).toEqual({ answer: [] });
    expect(imported('module.handler')).toEqual({ answer: ['module.mjs'] });
    expect(imported('modules/api.handler')).toEqual({ answer: ['api.js'] });
  });

  test('is imported if hooks of `module.register()` may be meant to see it', () => {
    const directory = temporaryDirectory({
      'register.mjs': "import { register } from 'node:module'; register('./hooks.mjs', import.meta.url);",
      'hooks.mjs': `export async function load(url, context, next) {
        const loaded = await next(url, context);
        return url.endsWith('index.js') ? { ...loaded, source: 'exports.handler = async () => "instrumented";' } : loaded;
      }`,
    });

    expect(loadAll(['index.handler'], { flags: ['--import', join(directory, 'register.mjs')] })['index.handler']).toEqual({ answer: 'instrumented' });
  });

  test('beside a broken package.json fails as it does without the layer', () => {
    expect(loadAll(['broken/api.handler'])['broken/api.handler']).toMatchObject({ code: 'ERR_INVALID_PACKAGE_CONFIG' });
  });
});

describe('a wrapped handler', () => {
  const streaming = Symbol.for('aws.lambda.runtime.handler.streaming');
  const highWaterMark = Symbol.for('aws.lambda.runtime.handler.streaming.highWaterMark');

  test.each([[() => 1], [(_event: unknown) => 1], [(_event: unknown, _context: unknown) => 1], [(_a: unknown, _b: unknown, _c: unknown) => 1]])(
    'has as many parameters as the user\'s: by three, runtime clients recognize a callback handler', (handler) => {
      expect(copyHandlerMarks(handler as never, (...args) => args)).toHaveLength(handler.length);
    });

  test('streams if the user\'s does, and gets the context after the stream', () => {
    const handler = Object.assign(async () => 1, { [streaming]: 'response', [highWaterMark]: 65_536 });
    const wrapper = copyHandlerMarks(handler, async () => 2) as never as Record<symbol, unknown>;
    expect(wrapper[streaming]).toBe('response');
    expect(wrapper[highWaterMark]).toBe(65_536);
    const context = { awsRequestId: 'request' };
    expect(contextOf(handler, [{}, {}, context])).toBe(context);
  });

  test('does not stream if the user\'s does not', () => {
    const handler = async () => 1;
    expect(Object.getOwnPropertySymbols(copyHandlerMarks(handler, async () => 2))).toEqual([]);
    const context = { awsRequestId: 'request' };
    expect(contextOf(handler, [{}, context])).toBe(context);
  });
});
