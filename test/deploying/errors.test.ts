import { Stack } from 'aws-cdk-lib';
import { Code, Runtime } from 'aws-cdk-lib/aws-lambda';
import { appWithPaths } from './app';
import { CachedFunction } from '../../src';
import { functionsFromAssembly } from '../../tools/lambda-emulator/cloud-assembly';
import type { FunctionDefinition } from '../../tools/lambda-emulator/function-definition';
import { describeOnLambda, LIFE_CYCLE_RUNTIMES, withEmulator } from '../equipment/emulate';
import { temporaryDirectory } from '../equipment/node-process';

/** What is wrong with the code, how Lambda calls that, the function's handler and its files. */
const CASES: [what: string, errorType: string, handler: string, files: Record<string, string>][] = [
  ['a missing file', 'Runtime.ImportModuleError', 'index.handler', { 'other.mjs': '' }],
  ['a missing file in a missing directory', 'Runtime.ImportModuleError', 'dist/api/index.handler', { 'other.mjs': '' }],
  ['a missing dependency of a CommonJS module', 'Runtime.ImportModuleError', 'index.handler', { 'index.cjs': "require('./missing.js');" }],
  ['a missing dependency of an ES module', 'Error', 'index.handler', { 'index.mjs': "import './missing.mjs';" }],
  ['a syntax error in an ES module', 'Runtime.UserCodeSyntaxError', 'index.handler', { 'index.mjs': 'export const handler = async () => {' }],
  ['a syntax error in a CommonJS module', 'Runtime.UserCodeSyntaxError', 'index.handler', { 'index.js': 'exports.handler = async () => {' }],
  ['a module that throws at import', 'RangeError', 'index.handler', { 'index.mjs': "throw new RangeError('TABLE is not set');" }],
  ['a module that throws no error', 'string', 'index.handler', { 'index.mjs': "throw 'TABLE is not set';" }],
  ['a handler that is not exported', 'Runtime.HandlerNotFound', 'index.handler', { 'index.mjs': 'export const other = async () => {};' }],
  ['a nested handler that is not there', 'Runtime.HandlerNotFound', 'index.api.get', { 'index.mjs': 'export const api = {};' }],
  ['a handler that is not a function', 'Runtime.HandlerNotFound', 'index.handler', { 'index.mjs': 'export const handler = { get: async () => {} };' }],
  ['a default export of a CommonJS module, named as if it were one', 'Runtime.HandlerNotFound', 'index.default',
    { 'index.js': 'exports.default = async () => {};' }],
  ['a handler name without a dot', 'Runtime.MalformedHandlerName', 'index', { 'index.mjs': 'export const handler = async () => {};' }],
  ['a handler name that leaves its directory', 'Runtime.MalformedHandlerName', '../index.handler', { 'index.mjs': 'export const handler = async () => {};' }],
  ['a callback handler', 'Runtime.CallbackHandlerDeprecated', 'index.handler',
    { 'index.mjs': 'export const handler = (event, context, callback) => callback(null, 1);' }],
  ['a handler that streams in an unknown way', 'Runtime.MalformedStreamingHandler', 'index.handler',
    { 'index.mjs': "export const handler = async () => {}; handler[Symbol.for('aws.lambda.runtime.handler.streaming')] = 'request';" }],
  ['a handler that throws', 'TypeError', 'index.handler', { 'index.mjs': "export const handler = async () => { throw new TypeError('no such thing'); };" }],
  ['a handler that throws before it is asynchronous', 'TypeError', 'index.handler',
    { 'index.mjs': "export const handler = () => { throw new TypeError('no such thing'); };" }],
  ['a handler that throws no error', 'number', 'index.handler', { 'index.mjs': 'export const handler = async () => { throw 7; };' }],
  ['a response that is not JSON', 'Runtime.JSONStringifyError', 'index.handler', { 'index.mjs': 'export const handler = async () => 1n;' }],
  ['a process that exits at import', 'Runtime.ExitError', 'index.handler', { 'index.mjs': 'process.exit(3);' }],
];

/** The same function as it would be without us. */
function withoutLayer(definition: FunctionDefinition): FunctionDefinition {
  return { ...definition, handler: definition.environment.CDK_CACHED_FUNCTION_HANDLER, layerDirectories: [], environment: {} };
}

describeOnLambda('a function that cannot run fails as it would without the layer', () => {
  const app = appWithPaths();
  const stack = new Stack(app, 'Broken');
  CASES.forEach(([, , handler, files], index) => new CachedFunction(stack, `Function${index}`, {
    code: Code.fromAsset(temporaryDirectory(files)), handler, runtime: Runtime.NODEJS_24_X,
  }));
  const { directory } = app.synth();

  describe.each(LIFE_CYCLE_RUNTIMES)('on %s', ({ name }) => {
    test.each(CASES.map(([what, errorType], index) => ({ what, errorType, index })))('$what: $errorType', async ({ errorType, index }) => {
      const [cached] = functionsFromAssembly(directory, { functions: [`Broken/Function${index}`] });
      const runtime = name as FunctionDefinition['runtime'];
      const errorOf = async (definition: FunctionDefinition) => withEmulator({ ...definition, runtime }, async (lambda) => {
        const { functionError, coldStart, payload } = await lambda.invoke({});
        return { functionError: { ...functionError, stackTrace: undefined }, coldStart, payload: { ...payload as object, trace: undefined } };
      });
      const [plain, withLayer] = await Promise.all([errorOf(withoutLayer(cached)), errorOf(cached)]);

      expect(JSON.parse(withoutIds(plain))).toMatchObject({ functionError: { errorType } });
      expect(withoutIds(withLayer)).toBe(withoutIds(plain));
    });
  });
});

/** Request ids differ from call to call, and each emulator has a folder of its own. */
function withoutIds(result: unknown): string {
  return JSON.stringify(result).replace(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, '<id>').replace(/lambda-emulator-\w+/g, 'lambda-emulator');
}
