import { spawnSync } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, isAbsolute, join, relative, resolve } from 'node:path';
import { AssetHashType, DockerImage, FeatureFlags } from 'aws-cdk-lib';
import { Code, Runtime } from 'aws-cdk-lib/aws-lambda';
import { BundlingOptions, NodejsFunctionProps, OutputFormat, SourceMapMode } from 'aws-cdk-lib/aws-lambda-nodejs';
import { LAMBDA_NODEJS_SDK_V3_EXCLUDE_SMITHY_PACKAGES } from 'aws-cdk-lib/cx-api';
import { Construct } from 'constructs';

/**
 * Bundles a handler as NodejsFunction does, with the same arguments for the same esbuild, but starts esbuild itself: NodejsFunction uses
 * `npx`, which takes a hundred times as long. The asset is the same, byte for byte.
 *
 * NodejsFunction still bundles anything that needs more than one run of esbuild, and reports every error in the props.
 */

/**
 * The options that esbuild's command line has; with any other, NodejsFunction bundles. Not `metafile`: it names the folder in which the CDK
 * bundles, which depends on these arguments, so the two assets would differ.
 */
const KNOWN_OPTIONS: readonly (keyof BundlingOptions)[] = [
  'banner', 'bundleAwsSDK', 'charset', 'define', 'environment', 'esbuildArgs', 'externalModules', 'footer', 'format', 'inject', 'keepNames', 'loader',
  'logLevel', 'mainFields', 'minify', 'sourceMap', 'sourceMapMode', 'sourcesContent', 'target', 'tsconfig',
];

const LOCK_FILES = ['pnpm-lock.yaml', 'yarn.lock', 'bun.lock', 'bun.lockb', 'package-lock.json'];

/** NodejsFunction writes these as `--key:value`; the others as `--key=value`. */
const KEYED_ARGUMENTS = ['--alias', '--drop', '--pure', '--log-override', '--out-extension'];

/**
 * The code of a function whose `entry` is bundled here.
 *
 * @returns undefined if NodejsFunction must bundle it
 * @internal
 */
export function bundleDirectly(
  scope: Construct, { entry, projectRoot, depsLockFilePath, bundling = {}, runtime = Runtime.NODEJS_LATEST }: NodejsFunctionProps,
): Code | undefined {
  const root = rootOf(projectRoot, depsLockFilePath);
  if (entry === undefined || root === undefined || !isUnder(root, entry) || !existsSync(entry) || !canBundle(bundling, runtime)) {
    return undefined;
  }
  const esbuild = esbuildOf(root);
  if (esbuild === undefined) {
    return undefined;
  }
  const args = (outputDirectory: string) => ['--bundle', join(root, relative(root, resolve(entry))), ...esbuildArguments(scope, root, outputDirectory, bundling, runtime)];
  return Code.fromAsset(root, {
    assetHashType: AssetHashType.OUTPUT,
    bundling: {
      image: DockerImage.fromRegistry('dummy'),
      // Never run: it only makes the options differ, since the CDK bundles once for equal options and does not compare functions.
      command: [esbuild, ...args('/asset-output')],
      environment: bundling.environment,
      local: {
        tryBundle: (outputDirectory) => {
          run(esbuild, args(outputDirectory), { cwd: root, env: { ...process.env, ...bundling.environment } });
          return true;
        },
      },
    },
  });
}

function canBundle(bundling: BundlingOptions, runtime: Runtime): boolean {
  const given = (Object.keys(bundling) as (keyof BundlingOptions)[]).filter((name) => bundling[name] !== undefined);
  // NodejsFunction warns of these.
  const isQuestionable = bundling.externalModules?.includes('aws-sdk') === true || (runtime.isVariable && bundling.externalModules !== undefined);
  return process.platform !== 'win32' && process.env.ESBUILD_BINARY_PATH === undefined && given.every((name) => KNOWN_OPTIONS.includes(name))
    && !(bundling.sourceMap === false && bundling.sourceMapMode !== undefined) && !isQuestionable;
}

/** The folder that esbuild runs in; undefined if it is ambiguous. */
function rootOf(projectRoot?: string, depsLockFilePath?: string): string | undefined {
  const lockFile = depsLockFilePath === undefined ? nearestLockFile(process.cwd()) : resolve(depsLockFilePath);
  if (lockFile === undefined || !existsSync(lockFile) || !statSync(lockFile).isFile()) {
    return undefined;
  }
  const root = resolve(projectRoot ?? dirname(lockFile));
  return isUnder(root, lockFile) ? root : undefined;
}

function nearestLockFile(directory: string): string | undefined {
  const found = LOCK_FILES.map((name) => join(directory, name)).filter((path) => existsSync(path));
  if (found.length > 0) {
    return found.length === 1 ? found[0] : undefined;
  }
  return dirname(directory) === directory ? undefined : nearestLockFile(dirname(directory));
}

function isUnder(root: string, path: string): boolean {
  const inside = relative(root, resolve(path));
  return !inside.includes('..') && !isAbsolute(inside);
}

/** The program that `npx` would run; undefined if NodejsFunction may use another one. */
function esbuildOf(root: string): string | undefined {
  try {
    const packageFile = createRequire(join(root, 'package.json')).resolve('esbuild/package.json');
    const { version } = createRequire(packageFile)(packageFile) as { version: string };
    const isTheCdks = createRequire(require.resolve('aws-cdk-lib')).resolve('esbuild/package.json') === packageFile;
    const program = createRequire(packageFile).resolve(`@esbuild/${process.platform}-${process.arch}/bin/esbuild`);
    return isTheCdks && version.startsWith('0.') && basename(dirname(packageFile)) === 'esbuild' ? program : undefined;
  } catch {
    return undefined;
  }
}

function esbuildArguments(scope: Construct, root: string, outputDirectory: string, bundling: BundlingOptions, runtime: Runtime): string[] {
  const { format, sourceMapMode, tsconfig, target = `node${/nodejs(\d+)/.exec(runtime.name)?.[1]}` } = bundling;
  const sourceMap = sourceMapMode === undefined || sourceMapMode === SourceMapMode.DEFAULT ? '--sourcemap' : `--sourcemap=${sourceMapMode}`;
  return [
    `--target=${target}`,
    '--platform=node',
    ...(format === undefined ? [] : [`--format=${format}`]),
    `--outfile=${join(outputDirectory, format === OutputFormat.ESM ? 'index.mjs' : 'index.js')}`,
    ...(bundling.minify ? ['--minify'] : []),
    ...(sourceMapMode !== undefined || bundling.sourceMap ? [sourceMap] : []),
    ...(bundling.sourcesContent === false ? ['--sources-content=false'] : []),
    ...externals(scope, bundling, runtime).map((name) => `--external:${name}`),
    ...Object.entries(bundling.loader ?? {}).map(([extension, name]) => `--loader:${extension}=${name}`),
    ...Object.entries(bundling.define ?? {}).map(([name, value]) => `--define:${name}=${value}`),
    ...(bundling.logLevel ? [`--log-level=${bundling.logLevel}`] : []),
    ...(bundling.keepNames ? ['--keep-names'] : []),
    ...(tsconfig ? [`--tsconfig=${join(root, relative(root, resolve(tsconfig)))}`] : []),
    ...(bundling.banner ? [`--banner:js=${bundling.banner}`] : []),
    ...(bundling.footer ? [`--footer:js=${bundling.footer}`] : []),
    ...(bundling.mainFields ? [`--main-fields=${bundling.mainFields.join(',')}`] : []),
    ...(bundling.inject ?? []).map((path) => `--inject:${path}`),
    ...Object.entries(bundling.esbuildArgs ?? {}).flatMap(([name, value]) => ownArguments(name, value)),
  ];
}

/** Packages that Lambda's runtime provides are not bundled. */
function externals(scope: Construct, { externalModules, bundleAwsSDK }: BundlingOptions, runtime: Runtime): string[] {
  if (externalModules !== undefined) {
    return externalModules;
  }
  if (runtime.isVariable || bundleAwsSDK) {
    return [];
  }
  return FeatureFlags.of(scope).isEnabled(LAMBDA_NODEJS_SDK_V3_EXCLUDE_SMITHY_PACKAGES) ? ['@aws-sdk/*', '@smithy/*'] : ['@aws-sdk/*'];
}

function ownArguments(name: string, value: unknown): string[] {
  if (Array.isArray(value)) {
    return value.map((item) => `${name}:${item}`);
  }
  if (value === true || value === '') {
    return [name];
  }
  if (KEYED_ARGUMENTS.includes(name)) {
    return [`${name}:${String(value)}`];
  }
  return value ? [`${name}=${String(value)}`] : [];
}

function run(esbuild: string, args: readonly string[], options: { readonly cwd: string; readonly env: NodeJS.ProcessEnv }): void {
  const { error, status } = spawnSync(esbuild, args, { ...options, stdio: ['ignore', process.stderr, 'inherit'] });
  if (error !== undefined || status !== 0) {
    throw new Error(`esbuild could not bundle ${args[1]}: ${error?.message ?? `it exited with status ${status}, and its errors are above`}.`);
  }
}
