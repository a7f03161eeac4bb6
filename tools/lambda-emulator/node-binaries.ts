import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { FunctionDefinition, LambdaRuntime, nodeMajorVersion } from './function-definition';
import { inNodeModules } from './node-modules';
import { findRuntimeClient } from './runtime-client';

const ALL_RUNTIMES: readonly LambdaRuntime[] = ['nodejs22.x', 'nodejs24.x'];

/**
 * The reasons why functions can't run on AWS Lambda's own runtime client here, each with the remedy; empty if they can.
 *
 * @param runtimes - the required runtimes
 */
export function missingParts(runtimes: readonly LambdaRuntime[] = ALL_RUNTIMES): string[] {
  const missing: string[] = [];
  if (process.platform === 'win32') {
    missing.push('The emulator freezes processes by POSIX signals, which Windows does not have. Use WSL or a Linux container.');
  }
  if (findRuntimeClient() === undefined) {
    missing.push('aws-lambda-ric (Lambda\'s runtime client) is not installed: `npm ci`. A copy elsewhere: set LAMBDA_EMULATOR_RIC to its directory.');
  }
  for (const runtime of runtimes) {
    const major = nodeMajorVersion(runtime);
    if (findNode(major) === undefined) {
      missing.push(
        `No Node.js ${major} for ${runtime}: \`npm ci\` brings one on Linux and macOS, unless optional dependencies are left out;`
        + ` elsewhere set LAMBDA_EMULATOR_NODE_${major} to a binary.`,
      );
    }
  }
  return missing;
}

/** The parts of an environment. */
export interface RuntimeBinaries {
  readonly node: string;
  /** The directory that stands for `/var/runtime`: see `installRuntimeClient()`. */
  readonly runtimeDirectory: string;
}

/** The version of Node.js for a function, and aws-lambda-ric as published. Throws what `missingParts()` returns if one is missing. */
export function findBinaries(definition: FunctionDefinition): { node: string; runtimeClient: string } {
  const missing = missingParts([definition.runtime]);
  if (missing.length > 0) throw new Error(`Can't emulate ${definition.functionName}: ${missing.join(' ')}`);
  return { node: findNode(nodeMajorVersion(definition.runtime))!, runtimeClient: findRuntimeClient()! };
}

/** The binary of a major version of Node.js, if there is one. */
export function findNode(major: number): string | undefined {
  const override = process.env[`LAMBDA_EMULATOR_NODE_${major}`];
  if (override) return existsSync(override) ? override : undefined;
  // The registry has one package per platform; package.json here names all of them, and npm installs those that fit.
  const platform = `${process.platform}-${process.arch}`;
  for (const name of [`node-${platform}`, `node-bin-${platform}`, `node22-${platform}`]) {
    for (const directory of inNodeModules(name)) {
      const binary = join(directory, 'bin', 'node');
      if (existsSync(binary) && packageVersion(directory).startsWith(`${major}.`)) return binary;
    }
  }
  return process.versions.node.startsWith(`${major}.`) ? process.execPath : undefined;
}

function packageVersion(directory: string): string {
  try {
    return (JSON.parse(readFileSync(join(directory, 'package.json'), 'utf8')) as { version?: string }).version ?? '';
  } catch {
    return '';
  }
}
