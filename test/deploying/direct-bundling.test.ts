import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { App, Stack } from 'aws-cdk-lib';
import { LogLevel } from 'aws-cdk-lib/aws-lambda-nodejs';
import { buildSync } from 'esbuild';
import { CachedFunction } from '../../src';
import { temporaryDirectory } from '../equipment/node-process';
import { newestCdk } from '../trust/tools';

/** Bundling without `npx` must give the assets that NodejsFunction gives: else each upgrade of either would deploy every function again. */

const ROOT = join(__dirname, '..', '..');

/** Props of `bundling`: each that the direct way takes, at least once. */
const VARIANTS = {
  'nothing': {},
  'minify, keepNames, a source map, a target': { minify: true, keepNames: true, sourceMap: true, target: 'node22' },
  'an ES module with an external source map, main fields and a banner': {
    format: 'esm', sourceMapMode: 'external', sourcesContent: false, mainFields: ['module', 'main'], banner: '/* "own" */', footer: "/* 'own' */",
  },
  'externals, definitions, loaders': {
    externalModules: ['node:fs', 'left-out'], define: { 'process.env.STAGE': '"a b"' }, loader: { '.txt': 'text' }, logLevel: 'error',
  },
  "esbuild's own arguments, an injected file, a tsconfig, an environment": {
    esbuildArgs: { '--log-limit': '0', '--alias:aliased': 'node:path', '--tree-shaking': 'true', '--drop': 'debugger', '--pure': 'noop' },
    inject: ['injected.js'],
    tsconfig: 'tsconfig.own.json',
    environment: { NODE_ENV: 'production' },
  },
  'the AWS SDK': { bundleAwsSDK: true, charset: 'utf8' },
};

const HANDLER = `
  import { cached } from 'cdk-cached-function/runtime';
  import * as fs from 'node:fs';
  import { sep } from 'aliased';
  import text from './note.txt';
  import sdk from '@aws-sdk/stub';
  import smithy from '@smithy/stub';
  debugger;
  const thing = cached('thing', async (id: string) => ({ id, text, sep, stage: process.env.STAGE, fs: fs.existsSync(id), sdk, smithy, name: 'Zoë' }));
  export const handler = async ({ id }: { id: string }) => thing(id);
`;

/** Prints, for each variant, the keys of the assets that the two ways give. Without a PATH there is no \`npx\`: so the first way is the direct one. */
const SYNTH = `
  const { App, Stack } = require('aws-cdk-lib');
  const { Runtime } = require('aws-cdk-lib/aws-lambda');
  const { CachedFunction } = require('./lib/function/index.js');
  const { PATH } = process.env;
  const none = () => [];
  const synthesize = (bundling, path, flags) => {
    process.env.PATH = path;
    const stack = new Stack(new App({ context: { '@aws-cdk/aws-lambda-nodejs:sdkV3ExcludeSmithyPackages': flags } }), 'Keys');
    new CachedFunction(stack, 'Function', {
      entry: 'functions/get-thing.ts', projectRoot: '.', depsLockFilePath: 'package-lock.json', runtime: Runtime.NODEJS_24_X,
      bundling: { loader: { '.txt': 'text' }, ...bundling, esbuildArgs: { '--alias:aliased': 'node:path', ...bundling.esbuildArgs } },
    });
    const { Resources } = stack.node.root.synth().getStackArtifact('Keys').template;
    return Object.values(Resources).filter(({ Type }) => Type === 'AWS::Lambda::Function').map(({ Properties }) => Properties.Code.S3Key)[0];
  };
  console.log(JSON.stringify(Object.entries(JSON.parse(process.argv[2])).map(([name, bundling], index) => ({
    name,
    direct: synthesize(bundling, '', index % 2 === 0),
    byNodejsFunction: synthesize({ ...bundling, commandHooks: { beforeBundling: none, beforeInstall: none, afterBundling: none } }, PATH, index % 2 === 0),
  }))));
`;

interface Keys {
  readonly name: string;
  readonly direct: string;
  readonly byNodejsFunction: string;
}

/** An app with the library as it is, and this aws-cdk-lib. */
function keysWith(nodeModules: string): Keys[] {
  const root = temporaryDirectory({
    'synth.cjs': SYNTH,
    'functions/get-thing.ts': HANDLER,
    'functions/note.txt': 'A note.',
    'functions/node_modules/@aws-sdk/stub/index.js': "module.exports = 'sdk';",
    'functions/node_modules/@smithy/stub/index.js': "module.exports = 'smithy';",
    'injected.js': 'export const noop = () => {};',
    'tsconfig.own.json': '{ "compilerOptions": { "target": "es2022" } }',
    'package-lock.json': '{}',
    'package.json': '{}',
  });
  buildSync({
    entryPoints: [join(ROOT, 'src', 'index.ts')], outfile: join(root, 'lib', 'function', 'index.js'), bundle: true, platform: 'node', packages: 'external', keepNames: true,
  });
  cpSync(join(ROOT, 'assets'), join(root, 'assets'), { recursive: true });
  symlinkSync(nodeModules, join(root, 'node_modules'));
  const args = ['synth.cjs', JSON.stringify(VARIANTS)];
  return JSON.parse(execFileSync(process.execPath, args, { cwd: root, encoding: 'utf8', stdio: 'pipe' })) as Keys[];
}

const CDKS = { 'the oldest aws-cdk-lib': join(ROOT, 'node_modules'), ...(newestCdk !== undefined && { 'the newest aws-cdk-lib': join(newestCdk, 'node_modules') }) };

test.each(Object.entries(CDKS))('with %s, both ways produce the same asset', (_, nodeModules) => {
  const keys = keysWith(nodeModules);

  const byWay = (way: 'direct' | 'byNodejsFunction') => keys.map((each) => ({ name: each.name, key: each[way] }));
  expect(byWay('direct')).toEqual(byWay('byNodejsFunction'));
  // Options that were lost would give equal assets, too.
  expect(new Set(keys.map(({ direct }) => direct)).size).toBe(keys.length);
}, 120_000);

test('code that esbuild rejects is an error that names the file', () => {
  // In the repository, whose esbuild bundles it.
  mkdirSync(join(ROOT, '.cache'), { recursive: true });
  const directory = mkdtempSync(join(ROOT, '.cache', 'broken-'));
  const entry = join(directory, 'broken.js');
  try {
    writeFileSync(entry, 'export const handler = (');

    expect(() => new CachedFunction(new Stack(new App(), 'Shop'), 'Broken', { entry, bundling: { logLevel: LogLevel.SILENT } }))
      .toThrow(`esbuild could not bundle ${entry}: it exited with status 1, and its errors are above.`);
  } finally {
    rmSync(directory, { recursive: true });
  }
});
