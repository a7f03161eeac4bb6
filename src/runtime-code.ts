import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { FeatureFlags, Stack, Token } from 'aws-cdk-lib';
import { Code, ILayerVersion, LayerVersion, Runtime } from 'aws-cdk-lib/aws-lambda';
import { BundlingOptions } from 'aws-cdk-lib/aws-lambda-nodejs';
import { LAMBDA_NODEJS_USE_LATEST_RUNTIME } from 'aws-cdk-lib/cx-api';
import { Construct } from 'constructs';
import { invalidProp } from './errors';

/**
 * How the runtime gets into the function; the only file that knows.
 *
 * One layer per stack carries the prebuilt runtime. Its handler becomes the function's, and loads the user's. What the
 * user's code imports as `cdk-cached-function/runtime` is replaced by a small module that hands on the one runtime that the
 * layer's handler has set up: here, when we bundle the code; else by the layer's handler, when the code asks for it.
 */

/** What the layer's code needs: `module.registerHooks`, and a runtime that Lambda still supports. */
const MIN_NODE_VERSION = 22;

/** What is unpacked to /opt. */
const LAYER = join(__dirname, '..', 'assets', 'layers', 'memory');

/** The function's `Handler`. */
export const LAYER_HANDLER = '/opt/cdk-cached-function/handler.handler';

/** The runtime's layer in the scope's stack, made when first asked for. */
export function runtimeLayer(scope: Construct): ILayerVersion {
  const stack = Stack.of(scope);
  const id = 'CdkCachedFunctionRuntime';
  return (stack.node.tryFindChild(id) as LayerVersion | undefined) ?? new LayerVersion(stack, id, {
    description: 'The cache runtime of cdk-cached-function',
    code: Code.fromAsset(LAYER),
    compatibleRuntimes: [Runtime.NODEJS_22_X, Runtime.NODEJS_24_X],
  });
}

/**
 * Bundling that replaces the import, by an argument for esbuild. A data URL, in base64: the bundle then depends neither on
 * where this library is installed nor on how a shell quotes.
 */
export function withRuntimeImport(bundling?: BundlingOptions): BundlingOptions {
  const shim = readFileSync(join(LAYER, 'cdk-cached-function', 'import-shim.mjs'));
  return {
    ...bundling,
    esbuildArgs: {
      '--alias:cdk-cached-function/runtime': `data:text/javascript;base64,${shim.toString('base64')}`,
      ...bundling?.esbuildArgs,
    },
  };
}

/**
 * The runtime to run on: the one that was asked for, else what NodejsFunction would take if that is new enough.
 *
 * @throws if it cannot run the layer
 */
export function supportedRuntime(scope: Construct, runtime?: Runtime): Runtime | undefined {
  if (runtime === undefined) {
    return FeatureFlags.of(scope).isEnabled(LAMBDA_NODEJS_USE_LATEST_RUNTIME) ? undefined : Runtime.NODEJS_24_X;
  }
  const version = Number(/^nodejs(\d+)\.x$/.exec(runtime.name)?.[1]);
  if (!Token.isUnresolved(runtime.name) && !(version >= MIN_NODE_VERSION)) {
    throw invalidProp('runtime', runtime.name, `must be Node.js ${MIN_NODE_VERSION} or newer`, 'Use Runtime.NODEJS_24_X.');
  }
  return runtime;
}
