import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { FeatureFlags, Stack, Token } from 'aws-cdk-lib';
import { AssetImageCode, Code, EcrImageCode, ILayerVersion, LayerVersion, Runtime } from 'aws-cdk-lib/aws-lambda';
import { BundlingOptions, NodejsFunctionProps } from 'aws-cdk-lib/aws-lambda-nodejs';
import { Asset } from 'aws-cdk-lib/aws-s3-assets';
import { LAMBDA_NODEJS_USE_LATEST_RUNTIME } from 'aws-cdk-lib/cx-api';
import { Construct, IConstruct } from 'constructs';
import { TIERS } from '../contract/shared-settings';
import { invalidProp } from '../validation/errors';
import { warn } from '../validation/warnings';

/**
 * Puts the runtime into the function; the only file that does.
 *
 * One layer per stack and build variant contains the prebuilt runtime: the handler, and the client bundles that the function needs. Its
 * handler becomes the function's, and loads the user's. The user's imports of `cdk-cached-function/runtime` or `…/dynamodb` are replaced by
 * a small module that returns the runtime that the layer's handler has set up: here if we bundle the code, else by the layer's handler when
 * the code is imported.
 */

/** The layer's code needs `module.registerHooks`, and a runtime that Lambda still supports. */
const MIN_NODE_VERSION = 22;

/** Lambda's limit for one function. */
export const MAX_LAYERS = 5;

/** The clients that a layer may contain besides the handler: one for each kind of shared tier, and DAX's. */
const CLIENT_BUNDLES = [...Object.keys(TIERS) as (keyof typeof TIERS)[], 'dax'] as const;

/**
 * @internal
 */
export type ClientBundle = typeof CLIENT_BUNDLES[number];

const ASSETS = join(__dirname, '..', '..', 'assets');

/** The content of /opt, with all client bundles. */
const LAYER_DIRECTORY = join(ASSETS, 'layer');

/** The function's `Handler`. */
export const LAYER_HANDLER = '/opt/cdk-cached-function/handler.handler';

/** The runtime's layer in the scope's stack, created on first use. */
export function runtimeLayer(scope: Construct, clientBundles: readonly ClientBundle[]): LayerVersion {
  const stack = Stack.of(scope);
  const id = ['CdkCachedFunctionRuntime', ...clientBundles.map((bundle) => bundle === 'dax' ? 'Dax' : TIERS[bundle].layerId)].join('');
  return (stack.node.tryFindChild(id) as LayerVersion | undefined) ?? new LayerVersion(stack, id, {
    description: 'The cache runtime of cdk-cached-function',
    // No compatible runtimes are listed: `supportedRuntime` decides, and future ones are accepted too.
    code: Code.fromAsset(LAYER_DIRECTORY, { exclude: filesOfOtherBundles(clientBundles) }),
  });
}

/** A hash of the layer's code. */
export function layerHash(layer: LayerVersion): string {
  return (layer.node.findChild('Code') as Asset).assetHash;
}

/** The files that a layer with these parts does not have. */
function filesOfOtherBundles(clientBundles: readonly ClientBundle[]): string[] {
  return CLIENT_BUNDLES.filter((bundle) => !clientBundles.includes(bundle)).map((bundle) => `cdk-cached-function/${bundle}.cjs`);
}

/**
 * Checks that the function has room for the layer.
 *
 * @throws if it has none
 */
export function checkRoomForLayer({ code, layers = [], insightsVersion, adotInstrumentation, paramsAndSecrets }: NodejsFunctionProps): void {
  if (code instanceof AssetImageCode || code instanceof EcrImageCode) {
    throw invalidProp('code', 'a container image', 'must be a zip archive, an asset or inline code',
      'The runtime is a layer, and container images cannot have layers. Deploy the code as an asset (`entry`, or Code.fromAsset()); '
      + 'or keep a DockerImageFunction, and install cdk-cached-function in the image: `cached()` then caches in memory, without metrics or a shared cache.');
  }
  // Each of these props adds a layer too.
  const count = [...layers, insightsVersion, adotInstrumentation, paramsAndSecrets].filter((layer) => layer !== undefined).length;
  if (count >= MAX_LAYERS) {
    throw invalidProp('the number of layers', count, `must be at most ${MAX_LAYERS - 1}, including those of insightsVersion, adotInstrumentation and paramsAndSecrets`,
      `Lambda allows ${MAX_LAYERS}, and one is for the runtime: merge two of yours, or move one into the function's bundle.`);
  }
}

/** Warns that the layer must be signed where only signed code is deployed. */
export function warnOfUnsignedLayer(scope: IConstruct, layer: ILayerVersion, clientBundles: readonly ClientBundle[]): void {
  const unused = filesOfOtherBundles(clientBundles);
  warn(scope, 'codeSigning', [
    "`codeSigningConfig` covers a function's layers too: the runtime's layer must be signed by a profile that it allows, or Lambda refuses to deploy the function.",
    `Use AWS Signer to sign a zip of ${join('cdk-cached-function', 'assets', 'layer')}${unused.length > 0 ? ` without ${unused.join(' and ')}` : ''}, and make the layer use it:`,
    `set \`content\` of the CfnLayerVersion at ${layer.node.path}/Resource to the bucket and key of the signed zip.`,
  ].join(' '), { layer: layer.node.path });
}

/**
 * Bundling options that replace the imports, by arguments for esbuild. They use data URLs in base64, so that the bundle depends neither on
 * where this library is installed nor on a shell's quoting.
 */
export function withRuntimeImport(bundling?: BundlingOptions): BundlingOptions {
  const shim = (name: string) => readFileSync(join(LAYER_DIRECTORY, 'cdk-cached-function', `${name}.mjs`), 'utf8');
  const runtime = shim('import-shim');
  const http = shim('http-shim');
  const dynamodb = readFileSync(join(ASSETS, 'runtime', 'dynamodb.mjs'), 'utf8');
  return {
    ...bundling,
    esbuildArgs: {
      '--alias:cdk-cached-function/runtime': dataUrl(runtime),
      '--alias:cdk-cached-function/http': dataUrl(http),
      '--alias:cdk-cached-function/dynamodb': dataUrl(dynamodb.replaceAll('"@aws-sdk/', `"${AWS_SDK}/`)),
      [`--alias:${AWS_SDK}`]: '@aws-sdk',
      ...bundling?.esbuildArgs,
    },
  };
}

/** esbuild resolves no imports of a data URL, but resolves aliases from its working directory, where it finds the user's copy. */
const AWS_SDK = 'cdk-cached-function/aws-sdk';

function dataUrl(code: string): string {
  return `data:text/javascript;base64,${Buffer.from(code).toString('base64')}`;
}

/**
 * The function's runtime: the given one, else NodejsFunction's default if that is new enough.
 *
 * @throws if it cannot run the layer
 */
export function supportedRuntime(scope: Construct, runtime?: Runtime): Runtime | undefined {
  if (runtime === undefined) {
    return FeatureFlags.of(scope).isEnabled(LAMBDA_NODEJS_USE_LATEST_RUNTIME) ? undefined : Runtime.NODEJS_24_X;
  }
  checkRuntimeName(runtime.name);
  return runtime;
}

/**
 * @throws if the layer cannot run on it
 */
export function checkRuntimeName(name: unknown): void {
  if (typeof name !== 'string' || Token.isUnresolved(name)) {
    return;
  }
  const version = Number(/^nodejs(\d+)\.x$/.exec(name)?.[1]);
  if (!(version >= MIN_NODE_VERSION)) {
    throw invalidProp('runtime', name, `must be Node.js ${MIN_NODE_VERSION} or newer`, 'Use Runtime.NODEJS_24_X.');
  }
}
