import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { FeatureFlags, Stack, Token } from 'aws-cdk-lib';
import { AssetImageCode, Code, EcrImageCode, ILayerVersion, LayerVersion, Runtime } from 'aws-cdk-lib/aws-lambda';
import { BundlingOptions, NodejsFunctionProps } from 'aws-cdk-lib/aws-lambda-nodejs';
import { Asset } from 'aws-cdk-lib/aws-s3-assets';
import { LAMBDA_NODEJS_USE_LATEST_RUNTIME } from 'aws-cdk-lib/cx-api';
import { Construct, IConstruct } from 'constructs';
import { invalidProp } from './errors';
import { warn } from './warnings';

/**
 * How the runtime gets into the function; the only file that knows.
 *
 * One layer per stack and flavour carries the prebuilt runtime: the handler, and the parts that the function needs. Its handler becomes
 * the function's, and loads the user's. What the user's code imports as `cdk-cached-function/runtime` or `…/dynamodb` is replaced by a
 * small module that hands on the one runtime that the layer's handler has set up: here, when we bundle the code; else by the layer's
 * handler, when the code asks for it.
 */

/** What the layer's code needs: `module.registerHooks`, and a runtime that Lambda still supports. */
const MIN_NODE_VERSION = 22;

/** Lambda's limit for one function. */
export const MAX_LAYERS = 5;

/**
 * What a layer may have beside the handler: the client of a kind of shared tier, and that of DAX. With what it adds to the layer's id in
 * the stack.
 */
const PARTS = { redis: 'Redis', memcached: 'Memcached', dynamodb: 'DynamoDb', dax: 'Dax' } as const;

/**
 * @internal
 */
export type LayerPart = keyof typeof PARTS;

const ASSETS = join(__dirname, '..', 'assets');

/** What is unpacked to /opt, with all parts. */
const LAYER_DIRECTORY = join(ASSETS, 'layer');

/** The function's `Handler`. */
export const LAYER_HANDLER = '/opt/cdk-cached-function/handler.handler';

/** The runtime's layer in the scope's stack, made when first asked for. */
export function runtimeLayer(scope: Construct, parts: readonly LayerPart[]): LayerVersion {
  const stack = Stack.of(scope);
  const id = ['CdkCachedFunctionRuntime', ...parts.map((part) => PARTS[part])].join('');
  return (stack.node.tryFindChild(id) as LayerVersion | undefined) ?? new LayerVersion(stack, id, {
    description: 'The cache runtime of cdk-cached-function',
    // For whatever runtime `supportedRuntime` lets through, those to come included.
    code: Code.fromAsset(LAYER_DIRECTORY, { exclude: filesOfOthers(parts) }),
  });
}

/** What differs whenever the layer's code does. */
export function layerHash(layer: LayerVersion): string {
  return (layer.node.findChild('Code') as Asset).assetHash;
}

/** The files that a layer with these parts does not have. */
function filesOfOthers(parts: readonly LayerPart[]): string[] {
  return Object.keys(PARTS).filter((part) => !parts.includes(part as LayerPart)).map((part) => `cdk-cached-function/${part}.cjs`);
}

/**
 * Checks that the layer can be had.
 *
 * @throws if there is no place for one
 */
export function checkRoomForLayer({ code, layers = [], insightsVersion, adotInstrumentation, paramsAndSecrets }: NodejsFunctionProps): void {
  if (code instanceof AssetImageCode || code instanceof EcrImageCode) {
    throw invalidProp('code', 'a container image', 'must be a zip archive, an asset or inline code',
      'The runtime comes as a layer, and Lambda gives no layers to container images. Deploy the code as an asset (`entry`, or Code.fromAsset()); '
      + 'or keep a DockerImageFunction, and install cdk-cached-function in the image: `cached()` then caches in memory, without metrics or a shared cache.');
  }
  // Each of these props brings a layer too.
  const count = [...layers, insightsVersion, adotInstrumentation, paramsAndSecrets].filter((layer) => layer !== undefined).length;
  if (count >= MAX_LAYERS) {
    throw invalidProp('layers', `${count} layers`, `must be ${MAX_LAYERS - 1} at most, with those of insightsVersion, adotInstrumentation and paramsAndSecrets`,
      `Lambda allows ${MAX_LAYERS}, and one is for the runtime: put what is in two of yours into one, or into the function's bundle.`);
  }
}

/** Says what must be done about the layer where only signed code is deployed. */
export function warnOfUnsignedLayer(scope: IConstruct, layer: ILayerVersion, parts: readonly LayerPart[]): void {
  warn(scope, 'codeSigning', [
    "`codeSigningConfig` covers a function's layers too: the runtime's layer must be signed by a profile that it allows, or Lambda refuses to deploy the function.",
    `Sign a zip of ${join('cdk-cached-function', 'assets', 'layer')}, less ${filesOfOthers(parts).join(' and ') || 'nothing'}, with AWS Signer, and let the layer take it:`,
    `set \`content\` of the CfnLayerVersion at ${layer.node.path}/Resource to the bucket and key of the signed zip.`,
  ].join(' '), { layer: layer.node.path });
}

/**
 * Bundling that replaces the imports, by arguments for esbuild. Data URLs, in base64: the bundle then depends neither on
 * where this library is installed nor on how a shell quotes.
 */
export function withRuntimeImport(bundling?: BundlingOptions): BundlingOptions {
  const runtime = readFileSync(join(LAYER_DIRECTORY, 'cdk-cached-function', 'import-shim.mjs'), 'utf8');
  const dynamodb = readFileSync(join(ASSETS, 'runtime', 'dynamodb.mjs'), 'utf8');
  return {
    ...bundling,
    esbuildArgs: {
      '--alias:cdk-cached-function/runtime': dataUrl(runtime),
      '--alias:cdk-cached-function/dynamodb': dataUrl(dynamodb.replaceAll('"@aws-sdk/', `"${AWS_SDK}/`)),
      [`--alias:${AWS_SDK}`]: '@aws-sdk',
      ...bundling?.esbuildArgs,
    },
  };
}

/** esbuild looks for nothing on behalf of a data URL, but for aliases where it runs: there the user's copy is found. */
const AWS_SDK = 'cdk-cached-function/aws-sdk';

function dataUrl(code: string): string {
  return `data:text/javascript;base64,${Buffer.from(code).toString('base64')}`;
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
