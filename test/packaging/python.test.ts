import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { FileSystem } from 'aws-cdk-lib';
import { emptyFolder, pack, REPOSITORY, run, unpack } from './packed';
import { describeOnLambda, emfLines, withEmulator } from '../emulate';
import { functionsFromAssembly } from '../lambda-emulator';

/**
 * A Python user's first hour, for real: the wheel is built, installed from PyPI's parts beside it, and the app in
 * examples/python-app synthesized where there is nothing of Node.js but `node`. Takes minutes, most of them pip's.
 */

const python = ['python3', 'python'].find((command) => spawnSync(command, ['-c', 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 10))']).status === 0);
if (python === undefined) {
  console.warn('The Python app is SKIPPED: no Python 3.10 with venv and pip. On Debian: apt-get install python3-venv python3-pip');
}
const describeWithPython = python === undefined ? describe.skip : describeOnLambda;

const EXAMPLE = join(REPOSITORY, 'examples', 'python-app');
const MINUTES = 60_000;

const folder = emptyFolder();
const app = join(folder, 'app');
const virtualEnvironment = join(folder, 'venv');

/** Builds the wheel from the packed tarball, as a release does; the repository stays as it is. */
function buildWheel(): string {
  const library = unpack(pack(folder), join(folder, 'library'));
  symlinkSync(join(REPOSITORY, 'node_modules'), join(library, 'node_modules'));
  const pacmak = join(REPOSITORY, 'node_modules', 'jsii-pacmak', 'bin', 'jsii-pacmak');
  run(process.execPath, [pacmak, '--targets', 'python', '--outdir', join(folder, 'dist')], { cwd: library });
  const dist = join(folder, 'dist', 'python');
  return join(dist, readdirSync(dist).find((name) => name.endsWith('.whl'))!);
}

/** Installs the wheel and what the app asks for, with the lowest aws-cdk-lib that the library promises to work with. */
function installApp(wheel: string): void {
  const { peerDependencies } = JSON.parse(readFileSync(join(REPOSITORY, 'package.json'), 'utf8')) as { peerDependencies: Record<string, string> };
  const constraints = join(folder, 'constraints.txt');
  writeFileSync(constraints, `aws-cdk-lib==${peerDependencies['aws-cdk-lib'].replace('^', '')}\n`);
  cpSync(EXAMPLE, app, { recursive: true, filter: (path) => basename(path) !== 'cdk.out' });
  run(python!, ['-m', 'venv', virtualEnvironment]);
  run(join(virtualEnvironment, 'bin', 'python'), [
    '-m', 'pip', 'install', '--disable-pip-version-check', '--no-compile', '--quiet', wheel, '-r', join(app, 'requirements.txt'), '-c', constraints,
  ]);
}

/** What `cdk synth` does, with a PATH on which there is no npx, no esbuild and no Docker. */
function synthesize(): string {
  const path = join(folder, 'bin');
  mkdirSync(path);
  symlinkSync(process.execPath, join(path, 'node'));
  const { app: command } = JSON.parse(readFileSync(join(app, 'cdk.json'), 'utf8')) as { app: string };
  const assembly = join(folder, 'cdk.out');
  run('/bin/sh', ['-c', command], {
    cwd: app, env: { HOME: process.env.HOME, PATH: `${join(virtualEnvironment, 'bin')}:${path}`, CDK_OUTDIR: assembly, CDK_VALIDATION: 'false' },
  });
  return assembly;
}

describeWithPython('a Python app of one file', () => {
  let assembly: string;

  beforeAll(() => {
    installApp(buildWheel());
    assembly = synthesize();
  }, 15 * MINUTES);

  test('synthesizes a function that caches', async () => {
    await withEmulator(functionsFromAssembly(assembly)[0], async (lambda) => {
      const miss = await lambda.invoke({ id: '1' });
      const hit = await lambda.invoke({ id: '1' });

      expect(miss).toMatchObject({ functionError: undefined, payload: { id: '1', readAt: expect.any(String) } });
      expect(hit.payload).toEqual(miss.payload);
      expect(emfLines(miss.stdout)).toEqual([expect.objectContaining({ CacheName: 'thing', Misses: 1, Hits: 0 })]);
      expect(emfLines(hit.stdout)).toEqual([expect.objectContaining({ CacheName: 'thing', Misses: 0, Hits: 1 })]);
    });
  });

  test('sets what its Python says', () => {
    const { environment } = functionsFromAssembly(assembly)[0];
    expect(JSON.parse(environment.CDK_CACHED_FUNCTION_SETTINGS))
      .toMatchObject({ caching: { ttlMs: 600_000 }, caches: { thing: { ttlMs: 3_600_000 } } });
  });

  test('gets assets whose hashes depend on their content alone, not on where jsii unpacked the library', () => {
    const [{ codeDirectory, layerDirectories }] = functionsFromAssembly(assembly);
    const sources = [join(EXAMPLE, 'functions', 'get-thing'), join(folder, 'library', 'assets', 'layers', 'memory')];
    expect([codeDirectory, ...layerDirectories].map((path) => basename(path)))
      .toEqual(sources.map((source) => `asset.${FileSystem.fingerprint(source)}`));
  });
});
