import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { inNodeModules } from '../../tools/lambda-emulator/node-modules';
import { findRuntimeClient } from '../../tools/lambda-emulator/runtime-client';
import { onPath } from '../equipment/executable';

const ROOT = join(__dirname, '..', '..');
const COMPILED = join(ROOT, '.cache', 'rapid-client', `${process.platform}-${process.arch}.node`);
const TOOLS = ['autoconf', 'automake', 'libtool', 'cmake', 'g++', 'make', 'xz'];
const PROGRAM_OF: Readonly<Record<string, string>> = { libtool: 'libtoolize' };

/** Why aws-lambda-ric's native addon cannot be compiled here, with the remedy; undefined if it can, or has been. */
export function missingCompiler(): string | undefined {
  const missing = TOOLS.filter((tool) => onPath(PROGRAM_OF[tool] ?? tool) === undefined);
  return existsSync(COMPILED) || missing.length === 0
    ? undefined
    : `The native part of Lambda's runtime client is not compiled: apt-get install ${missing.map((tool) => tool === 'xz' ? 'xz-utils' : tool).join(' ')}.`;
}

/** Compiles the addon with the package's own scripts, about a minute, unless that was done before. */
export function compiledAddon(): string {
  if (!existsSync(COMPILED)) {
    // The scripts clean up after themselves in a folder of this name.
    const work = join(dirname(COMPILED), `work-${process.pid}`, 'node_modules', 'aws-lambda-ric');
    cpSync(findRuntimeClient()!, work, { recursive: true });
    const env = {
      ...process.env,
      PATH: `${join(ROOT, 'node_modules', '.bin')}:${process.env.PATH}`,
      // The headers come with the binary, rather than from the network.
      npm_config_nodedir: inNodeModules(`node-${process.platform}-${process.arch}`).find((folder) => existsSync(join(folder, 'include'))),
    };
    for (const script of ['preinstall', 'postinstall']) {
      execFileSync('sh', [join(work, 'scripts', `${script}.sh`)], { cwd: work, env, stdio: 'pipe' });
    }
    mkdirSync(dirname(COMPILED), { recursive: true });
    renameSync(join(work, 'rapid-client.node'), COMPILED);
    rmSync(join(dirname(COMPILED), `work-${process.pid}`), { recursive: true });
  }
  return COMPILED;
}
