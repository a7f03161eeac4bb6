import { join } from 'node:path';
import { FunctionDefinition, nodeMajorVersion } from './function-definition';
import { RuntimeBinaries } from './node-binaries';
import { OptDirectory } from './opt-directory';

/** The command of AWS Lambda's own start script (`/var/runtime/bootstrap`). */
export interface Command {
  readonly executable: string;
  readonly args: readonly string[];
  readonly variables: Readonly<Record<string, string>>;
}

/** The settings of one environment. */
export interface EnvironmentIdentity {
  /** Host and port, if there is a Runtime API. */
  readonly runtimeApi?: string;
  readonly logStreamName: string;
  /** Leaves out --expose-gc: see `EmulatorOptions`. */
  readonly fastInit?: boolean;
}

/** The account of every emulated function. */
export const ACCOUNT_ID = '123456789012';
/** The default region. */
export const DEFAULT_REGION = 'us-east-1';

/** Makes V8 reject the compiled code that Node.js's binary has of its own modules, since that was compiled without it. */
const EXPOSE_GC = '--expose-gc';

/** The unqualified ARN by which a function is invoked. */
export function functionArn(definition: FunctionDefinition): string {
  const region = definition.environment.AWS_REGION ?? DEFAULT_REGION;
  return `arn:aws:lambda:${region}:${ACCOUNT_ID}:function:${definition.functionName}`;
}

/** The command that turns an empty environment into one that runs the function. */
export function bootstrapCommand(
  definition: FunctionDefinition, binaries: RuntimeBinaries, opt: OptDirectory, identity: EnvironmentIdentity,
): Command {
  const variables = environmentVariables(definition, binaries.runtimeDirectory, opt, identity);
  const flags = nodeFlags(definition).filter(flag => !identity.fastInit || flag !== EXPOSE_GC);
  const args = [...flags, join(binaries.runtimeDirectory, 'index.mjs')];
  const wrapper = variables.AWS_LAMBDA_EXEC_WRAPPER;
  return wrapper ? { executable: wrapper, args: [binaries.node, ...args], variables } : { executable: binaries.node, args, variables };
}

/**
 * Lambda turns off Node.js's experimental features, above all `require()` of ES modules, unless NODE_OPTIONS turns them on again, and
 * gives V8 95% of the function's memory unless NODE_OPTIONS sets a size.
 *
 * AWS documents the first for Node.js 20 and 22; on deployed functions, users have seen both flags in `process.execArgv` under 24 too.
 */
export function nodeFlags(definition: Pick<FunctionDefinition, 'environment' | 'memorySizeMb'>): string[] {
  const nodeOptions = definition.environment.NODE_OPTIONS ?? '';
  const flags = [EXPOSE_GC, '--max-http-header-size', '81920'];
  for (const feature of ['experimental-require-module', 'experimental-detect-module']) {
    if (!nodeOptions.includes(`--${feature}`)) flags.push(`--no-${feature}`);
  }
  if (!/--max[-_](semi|old)[-_]space[-_]size/.test(nodeOptions)) {
    const newSpace = Math.floor(definition.memorySizeMb / 10);
    flags.push(`--max-semi-space-size=${Math.floor(newSpace / 2)}`, `--max-old-space-size=${definition.memorySizeMb - newSpace}`);
  }
  return flags;
}

/**
 * A function's environment variables. None of the machine's own are included, except that its PATH is appended to Lambda's.
 *
 * @param runtime - the directory that stands for /var/runtime
 */
export function environmentVariables(
  definition: FunctionDefinition, runtime: string, opt: OptDirectory, identity: EnvironmentIdentity,
): Record<string, string> {
  const major = nodeMajorVersion(definition.runtime);
  const task = definition.codeDirectory;
  const region = definition.environment.AWS_REGION ?? DEFAULT_REGION;
  return {
    PATH: `/usr/local/bin:/usr/bin:/bin:${opt.path}/bin:${process.env.PATH ?? ''}`,
    LD_LIBRARY_PATH: `${runtime}/lib:${task}:${task}/lib:${opt.path}/lib`,
    NODE_PATH: `${opt.path}/nodejs/node${major}/node_modules:${opt.path}/nodejs/node_modules:${runtime}/node_modules:${runtime}:${task}`,
    LANG: 'en_US.UTF-8',
    TZ: ':UTC',
    AWS_EXECUTION_ENV: `AWS_Lambda_${definition.runtime}`,
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    // Lambda always provides the role's credentials. With these, an SDK client works, and any AWS endpoint rejects it.
    AWS_ACCESS_KEY_ID: 'EMULATED',
    AWS_SECRET_ACCESS_KEY: 'emulated',
    AWS_SESSION_TOKEN: 'emulated',
    AWS_LAMBDA_FUNCTION_NAME: definition.functionName,
    AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(definition.memorySizeMb),
    AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
    AWS_LAMBDA_LOG_GROUP_NAME: `/aws/lambda/${definition.functionName}`,
    AWS_LAMBDA_LOG_STREAM_NAME: identity.logStreamName,
    AWS_LAMBDA_LOG_FORMAT: definition.logFormat ?? 'Text',
    ...(definition.logFormat === 'JSON' ? { AWS_LAMBDA_LOG_LEVEL: 'INFO' } : {}),
    AWS_XRAY_CONTEXT_MISSING: 'LOG_ERROR',
    ...opt.resolveVariables(definition.environment),
    ...(identity.runtimeApi === undefined ? {} : { AWS_LAMBDA_RUNTIME_API: identity.runtimeApi }),
    LAMBDA_RUNTIME_DIR: runtime,
    LAMBDA_TASK_ROOT: task,
    _HANDLER: opt.resolve(definition.handler),
  };
}
