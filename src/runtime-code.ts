import { join } from 'node:path';
import { Stack } from 'aws-cdk-lib';
import { Code, ILayerVersion, LayerVersion, Runtime } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';

/**
 * How the runtime gets into the function; the only file that knows.
 *
 * One layer per stack carries the prebuilt runtime. Its handler becomes the function's, and loads the user's. What the
 * user's code imports as `cdk-cached-function/runtime` is replaced, when it is bundled, by a small module that hands on the
 * one runtime that the layer's handler has set up.
 */

/** The function's `Handler`: the layer is unpacked to /opt. */
export const LAYER_HANDLER = '/opt/cdk-cached-function/handler.handler';

/** The runtime's layer in the scope's stack, made when first asked for. */
export function runtimeLayer(scope: Construct): ILayerVersion {
  const stack = Stack.of(scope);
  const id = 'CdkCachedFunctionRuntime';
  return (stack.node.tryFindChild(id) as LayerVersion | undefined) ?? new LayerVersion(stack, id, {
    description: 'The cache runtime of cdk-cached-function',
    code: Code.fromAsset(join(__dirname, '..', 'assets', 'layers', 'memory')),
    compatibleRuntimes: [Runtime.NODEJS_22_X, Runtime.NODEJS_24_X],
  });
}

/**
 * What stands for `cdk-cached-function/runtime` in a bundle. Where no runtime was set up, because it could not start or
 * because the bundle runs outside Lambda, the loader is called every time.
 */
const SHIM = `
const uncached = (name, loader) => Object.assign(async (...args) => loader(...args), {
  peek: async () => undefined,
  refresh: async (...args) => loader(...args),
  invalidate: async () => ({ scope: 'environment' }),
  prime: async () => ({ stored: false, scope: 'environment' }),
  keyOf: () => undefined,
});
const runtime = globalThis[Symbol.for('cdk-cached-function.runtime')];
export const cached = (...args) => runtime ? runtime.cached(...args) : uncached(...args);
`;

/**
 * The arguments for esbuild that put the shim in place. A data URL, in base64: the bundle then depends neither on where
 * this library is installed nor on how a shell quotes.
 */
export function bundlingArguments(): { [name: string]: string } {
  return {
    '--alias:cdk-cached-function/runtime': `data:text/javascript;base64,${Buffer.from(SHIM.trim()).toString('base64')}`,
  };
}
