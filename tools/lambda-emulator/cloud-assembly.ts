import { createHash, randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { ACCOUNT_ID, DEFAULT_REGION } from './bootstrap';
import { FunctionDefinition, LambdaRuntime } from './function-definition';
import { IntrinsicScope, resolveIntrinsics } from './intrinsic-functions';
import { unzip } from './zip-archive';

/** Selects functions in a cloud assembly, and provides values that only a deployment has. */
export interface AssemblyOptions {
  /** Only this stack: its name, or its path in the app. @default - all stacks */
  readonly stackName?: string;
  /** Only these functions: logical ids, or construct paths. @default - all whose runtime can be emulated */
  readonly functions?: readonly string[];
  /**
   * Values that only a deployment has: by the logical id that is referred to, by `logicalId.Attribute`, or by an export's name.
   * They override the template, for example defaults of parameters. For an external layer: a directory by its ARN.
   */
  readonly resolve?: Readonly<Record<string, string>>;
}

interface Resource {
  readonly Type: string;
  readonly Properties: Record<string, any>;
  readonly Metadata?: { readonly 'aws:cdk:path'?: string };
}

interface Stack {
  readonly name: string;
  readonly resources: Readonly<Record<string, Resource>>;
  readonly scope: IntrinsicScope;
  /** Unpacked assets, or zip files, by their keys in the bucket. */
  readonly assets: ReadonlyMap<string, string>;
}

/**
 * The functions of a synthesized CDK app, as CloudFormation would create them.
 *
 * @param cdkOutDir - `cdk.out`
 * @param options - a stack's name is enough
 */
export function functionsFromAssembly(cdkOutDir: string, options: AssemblyOptions | string = {}): FunctionDefinition[] {
  const { stackName, functions, resolve = {} } = typeof options === 'string' ? { stackName: options } as AssemblyOptions : options;
  const stacks = readStacks(cdkOutDir, resolve, stackName);
  if (stacks.length === 0) throw new Error(`There is no stack ${stackName ?? ''} in ${cdkOutDir}`);
  const definitions = stacks.flatMap(stack => Object.entries(stack.resources)
    .filter(([logicalId, resource]) => resource.Type === 'AWS::Lambda::Function' && isWanted(logicalId, resource, functions))
    .map(([logicalId, resource]) => toDefinition(stack, logicalId, resource)));
  if (functions && definitions.length < functions.length) throw new Error(`Not all of ${functions.join(', ')} are in ${cdkOutDir}`);
  return definitions;
}

function isWanted(logicalId: string, { Properties, Metadata }: Resource, functions?: readonly string[]): boolean {
  if (!functions) return ['nodejs22.x', 'nodejs24.x'].includes(Properties.Runtime);
  return functions.includes(logicalId) || functions.includes(Metadata?.['aws:cdk:path']?.replace(/\/Resource$/, '') ?? '');
}

function readStacks(directory: string, given: Readonly<Record<string, string>>, stackName?: string): Stack[] {
  const { artifacts = {} } = readJson(join(directory, 'manifest.json'));
  return Object.entries<any>(artifacts).flatMap(([id, artifact]) => {
    // A stage has its own nested assembly.
    if (artifact.type === 'cdk:cloud-assembly') return readStacks(join(directory, artifact.properties.directoryName), given, stackName);
    if (artifact.type !== 'aws:cloudformation:stack') return [];
    const name = artifact.properties.stackName ?? id;
    if (stackName !== undefined && ![id, name, artifact.displayName].includes(stackName)) return [];
    const template = readJson(join(directory, artifact.properties.templateFile));
    const [, account, region] = /^aws:\/\/([^/]+)\/([^/]+)$/.exec(artifact.environment) ?? [];
    const manifests = (artifact.dependencies ?? []).map((dependency: string) => artifacts[dependency])
      .filter((dependency: any) => dependency?.type === 'cdk:asset-manifest');
    return [{
      name,
      resources: template.Resources ?? {},
      scope: {
        stackName: name,
        accountId: known(account) ?? ACCOUNT_ID,
        region: known(region) ?? DEFAULT_REGION,
        parameters: Object.fromEntries(Object.entries<any>(template.Parameters ?? {}).map(([key, parameter]) => [key, parameter.Default])),
        given,
      },
      assets: new Map<string, string>(manifests.flatMap((manifest: any) => readAssets(join(directory, manifest.properties.file)))),
    }];
  });
}

/** A stack without an explicit environment has `unknown-account` and `unknown-region`. */
function known(part: string | undefined): string | undefined {
  return part?.startsWith('unknown-') ? undefined : part;
}

function readAssets(manifestFile: string): [key: string, path: string][] {
  return Object.values<any>(readJson(manifestFile).files ?? {}).flatMap(({ source, destinations }) => source.path === undefined
    ? []
    : Object.values<any>(destinations).map((destination): [string, string] => [destination.objectKey, join(dirname(manifestFile), source.path)]));
}

function toDefinition(stack: Stack, logicalId: string, { Properties }: Resource): FunctionDefinition {
  const path = `${stack.name}: Resources.${logicalId}.Properties`;
  const property = (name: string) => resolveIntrinsics(Properties[name], `${path}.${name}`, stack.scope);
  const { LogFormat } = (property('LoggingConfig') ?? {}) as { LogFormat?: 'Text' | 'JSON' };
  const environment = (property('Environment') ?? {}) as { Variables?: Record<string, string> };
  return {
    functionName: (property('FunctionName') ?? `${stack.name}-${logicalId}`) as string,
    handler: property('Handler') as string,
    codeDirectory: contentDirectory(stack, Properties.Code, `${path}.Code`),
    layerDirectories: (Properties.Layers ?? []).map((layer: unknown, i: number) => layerDirectory(stack, layer, `${path}.Layers.${i}`)),
    environment: {
      ...(stack.scope.region === DEFAULT_REGION ? {} : { AWS_REGION: stack.scope.region }),
      ...Object.fromEntries(Object.entries(environment.Variables ?? {}).map(([name, value]) => [name, String(value)])),
    },
    runtime: property('Runtime') as LambdaRuntime,
    memorySizeMb: Number(property('MemorySize') ?? 128),
    timeoutMs: Number(property('Timeout') ?? 3) * 1000,
    logFormat: LogFormat,
  };
}

function layerDirectory(stack: Stack, layer: unknown, path: string): string {
  const logicalId = (layer as { Ref?: string } | null)?.Ref;
  const resource = logicalId === undefined ? undefined : stack.resources[logicalId];
  if (resource?.Type === 'AWS::Lambda::LayerVersion') {
    return contentDirectory(stack, resource.Properties.Content, `${stack.name}: Resources.${logicalId}.Properties.Content`);
  }
  const arn = String(resolveIntrinsics(layer, path, stack.scope));
  const directory = stack.scope.given[arn] ?? arn;
  if (!existsSync(directory)) {
    throw new Error(`${path} is a layer from elsewhere. Give a directory with its content: functionsFromAssembly(…, { resolve: { '${arn}': '…' } }).`);
  }
  return directory;
}

function contentDirectory(stack: Stack, content: Record<string, unknown>, path: string): string {
  if (content.ZipFile !== undefined) {
    const code = String(resolveIntrinsics(content.ZipFile, `${path}.ZipFile`, stack.scope));
    // CloudFormation puts inline code into a file named index.
    return unpackOnce(code, directory => writeFileSync(join(directory, 'index.js'), code));
  }
  const key = String(resolveIntrinsics(content.S3Key, `${path}.S3Key`, stack.scope));
  const asset = stack.assets.get(key);
  if (asset === undefined) throw new Error(`${path} is ${key} in a bucket, and no asset of the assembly`);
  return statSync(asset).isDirectory() ? asset : unpackOnce(asset + statSync(asset).mtimeMs, directory => unzip(asset, directory));
}

/** Fills a directory for this content, unless an earlier run did. It appears only when complete, since other processes may fill it too. */
function unpackOnce(identity: string, fill: (directory: string) => void): string {
  const directory = join(tmpdir(), 'lambda-emulator-code', createHash('sha256').update(identity).digest('hex'));
  if (existsSync(directory)) return directory;
  const incomplete = `${directory}-${randomUUID()}`;
  mkdirSync(incomplete, { recursive: true });
  fill(incomplete);
  try {
    renameSync(incomplete, directory);
    return directory;
  } catch (error) {
    rmSync(incomplete, { recursive: true });
    if (existsSync(directory)) return directory;
    throw error;
  }
}

function readJson(file: string): any {
  return JSON.parse(readFileSync(file, 'utf8'));
}
