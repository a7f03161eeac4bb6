import { cpSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { expectToCache, originalTemplate, templateOf } from './other-languages';
import { buildPackages, emptyFolder, REPOSITORY, run } from './packed';
import { functionsFromAssembly } from '../../tools/lambda-emulator';
import { describeOnLambda } from '../equipment/emulate';
import { findPython } from '../equipment/missing-here';

/**
 * A Python user's first hour, for real: the wheel is built, installed from PyPI's parts beside it, and the app in
 * examples/python-app synthesized where there is nothing of Node.js but `node`. Takes minutes, most of them pip's.
 */

const python = findPython();
const describeWithPython = python === undefined ? describe.skip : describeOnLambda;

const EXAMPLE = join(REPOSITORY, 'examples', 'python-app');
const MINUTES = 60_000;

const folder = emptyFolder();
const app = join(folder, 'app');
const virtualEnvironment = join(folder, 'venv');

function buildWheel(): string {
  const dist = join(buildPackages(folder, ['python']), 'python');
  return join(dist, readdirSync(dist).find((name) => name.endsWith('.whl'))!);
}

/** Installs the wheel and the app's requirements, with the lowest aws-cdk-lib that the library promises to work with. */
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

  test('synthesizes the same template as the app in TypeScript, with assets whose hashes depend only on their content', () => {
    expect(templateOf(assembly)).toEqual(originalTemplate());
  });

  test('deploys a function that caches', () => expectToCache(assembly));

  test('has the settings of its Python code', () => {
    const { environment } = functionsFromAssembly(assembly)[0];
    expect(JSON.parse(environment.CDK_CACHED_FUNCTION_SETTINGS))
      .toMatchObject({ caching: { ttlMs: 600_000 }, caches: { thing: { ttlMs: 3_600_000 } } });
  });
});
