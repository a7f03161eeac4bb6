import { execFileSync } from 'node:child_process';
import { cpSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { buildSync } from 'esbuild';
import { temporaryDirectory } from '../equipment/node-process';

/** Asset hashes determine whether a deployment replaces code, so they must not depend on paths. */

const ROOT = join(__dirname, '..', '..');

const HANDLER = `
  import { cached } from 'cdk-cached-function/runtime';
  const thing = cached('thing', async (id: string) => ({ id }));
  export const handler = async ({ id }: { id: string }) => thing(id);
`;

const SYNTH = `
  const { App, Stack } = require('aws-cdk-lib');
  const { Runtime } = require('aws-cdk-lib/aws-lambda');
  const { CachedFunction } = require('./lib/function/bundle.js');
  const [project, bundling] = process.argv.slice(2);
  const stack = new Stack(new App(), 'Hashes');
  new CachedFunction(stack, 'Function', {
    entry: project + '/functions/get-thing.ts',
    projectRoot: project,
    depsLockFilePath: project + '/package-lock.json',
    runtime: Runtime.NODEJS_24_X,
    bundling: JSON.parse(bundling),
  });
  const { Resources } = stack.node.root.synth().getStackArtifact('Hashes').template;
  const keys = (type, property) => Object.values(Resources).filter(({ Type }) => Type === type).map(({ Properties }) => Properties[property].S3Key);
  console.log(JSON.stringify({ code: keys('AWS::Lambda::Function', 'Code'), layer: keys('AWS::Lambda::LayerVersion', 'Content') }));
`;

/** The library as it is, installed somewhere: in one file, as deep as the one that looks for the assets. */
function installed(...directories: string[]): string {
  const root = join(temporaryDirectory({ [join(...directories, 'synth.cjs')]: SYNTH }), ...directories);
  buildSync({
    entryPoints: [join(ROOT, 'src', 'index.ts')],
    outfile: join(root, 'lib', 'function', 'bundle.js'),
    bundle: true,
    platform: 'node',
    packages: 'external',
    logLevel: 'error',
    keepNames: true,
  });
  cpSync(join(ROOT, 'assets'), join(root, 'assets'), { recursive: true });
  symlinkSync(join(ROOT, 'node_modules'), join(root, 'node_modules'));
  return root;
}

function project(...directories: string[]): string {
  const root = join(temporaryDirectory({
    [join(...directories, 'functions', 'get-thing.ts')]: HANDLER,
    [join(...directories, 'package-lock.json')]: '{}',
    [join(...directories, 'package.json')]: '{}',
  }), ...directories);
  symlinkSync(join(ROOT, 'node_modules'), join(root, 'node_modules'));
  return root;
}

function hashes(library: string, user: string, bundling: object): unknown {
  const output = execFileSync(process.execPath, [join(library, 'synth.cjs'), user, JSON.stringify(bundling)], {
    encoding: 'utf8', cwd: user, stdio: ['ignore', 'pipe', 'ignore'], env: { ...process.env, CDK_VALIDATION: 'false', JSII_DEPRECATED: 'quiet' },
  });
  return JSON.parse(output.trimEnd().split('\n').at(-1)!);
}

describe.each([['cjs', false], ['cjs', true], ['esm', false], ['esm', true]])('the asset hashes of %s output, minified: %s,', (format, minify) => {
  const bundling = { format, minify };
  const user = project('here');
  const reference = hashes(installed('one'), user, bundling);

  test('are the same wherever the library is', () => {
    expect(reference).toEqual({ code: [expect.stringMatching(/^[0-9a-f]{64}\.zip$/)], layer: [expect.stringMatching(/^[0-9a-f]{64}\.zip$/)] });
    expect(hashes(installed('an', 'other', 'folder with spaces'), user, bundling)).toEqual(reference);
  });

  test('are the same wherever the project is', () => {
    expect(hashes(installed('one'), project('some', 'where', 'else'), bundling)).toEqual(reference);
  });

  // A source map's paths lead from cdk.out to the sources, with NodejsFunction as with us: here only the library moves.
  test('are the same with a source map, wherever the library is', () => {
    const withMap = { ...bundling, sourceMap: true, sourcesContent: true };
    expect(hashes(installed('deep', 'in', 'another'), user, withMap)).toEqual(hashes(installed('one'), user, withMap));
  });
});
