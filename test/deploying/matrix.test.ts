import { join } from 'node:path';
import { Stack } from 'aws-cdk-lib';
import { Code, Runtime } from 'aws-cdk-lib/aws-lambda';
import { OutputFormat } from 'aws-cdk-lib/aws-lambda-nodejs';
import { buildSync } from 'esbuild';
import { appWithPaths } from './app';
import { CachedFunction, CachedFunctionProps } from '../../src';
import { functionsFromAssembly } from '../../tools/lambda-emulator/cloud-assembly';
import { describeOnLambda, emfLines, RUNTIMES, withEmulator } from '../equipment/emulate';
import { temporaryDirectory } from '../equipment/node-process';

/** Every way that a handler's code may come, in every form, with each kind of handler: one runtime, the layer's, in all of them. */

const FORMATS = [
  { format: 'CommonJS', output: OutputFormat.CJS, esbuild: 'cjs', extension: 'js' },
  { format: 'ESM', output: OutputFormat.ESM, esbuild: 'esm', extension: 'mjs' },
] as const;

type Format = (typeof FORMATS)[number];

/** `exported` is how the handler is called in its module; `directory` is where prebuilt code keeps the module. */
const HANDLERS = [
  { kind: 'a plain export', source: 'plain', exported: 'handler', directory: '' },
  { kind: 'a nested export in a nested directory', source: 'nested', exported: 'api.get', directory: 'dist/functions/' },
  { kind: 'a default export', source: 'default-export', exported: 'default.handler', directory: '' },
  { kind: 'a streaming handler', source: 'streaming', exported: 'handler', directory: '' },
  { kind: 'a handler that never imports the runtime', source: 'uncached', exported: 'handler', directory: 'dist/' },
] as const;

type Handler = (typeof HANDLERS)[number];

/** How code comes into a function. */
type Way = (handler: Handler, format: Format, minify: boolean) => CachedFunctionProps;

const entry: Way = ({ source, exported }, { output, extension }, minify) => ({
  entry: join(__dirname, 'handlers', `${source}.ts`),
  handler: `index.${exported}`,
  // A target of its own would make CDK bundle the same again for each runtime.
  bundling: { format: output, minify, target: 'node22', ...(extension === 'mjs' && { mainFields: ['module', 'main'] }) },
});

function prebuilt(alias?: string): Way {
  return ({ source, exported, directory }, { esbuild, extension }, minify) => {
    const root = temporaryDirectory();
    buildSync({
      entryPoints: { api: join(__dirname, 'handlers', `${source}.ts`) },
      outdir: join(root, directory),
      outExtension: { '.js': `.${extension}` },
      bundle: true,
      platform: 'node',
      target: 'node22',
      format: esbuild,
      minify,
      ...(alias === undefined ? { external: ['cdk-cached-function/runtime'] } : { alias: { 'cdk-cached-function/runtime': alias } }),
    });
    return { code: Code.fromAsset(root), handler: `${directory}api.${exported}` };
  };
}

const PACKAGE = join(__dirname, '..', '..', 'assets', 'runtime', 'runtime.mjs');

const WAYS: Record<string, Way> = {
  'entry': entry,
  'prebuilt code that imports the runtime': prebuilt(),
  'prebuilt code that has bundled the package': prebuilt(PACKAGE),
};

const app = appWithPaths();
const stack = new Stack(app, 'Matrix');
const cases = Object.entries(WAYS).flatMap(([way, props]) => FORMATS.flatMap((format) => [false, true].flatMap((minify) => HANDLERS.map((handler) => {
  const id = `Function${stack.node.children.length}`;
  new CachedFunction(stack, id, { ...props(handler, format, minify), runtime: Runtime.NODEJS_24_X });
  return { id, way, format: format.format, minified: minify ? 'minified' : 'not minified', handler, kind: handler.kind };
}))));

describeOnLambda('a handler on the layer', () => {
  let directory: string;

  beforeAll(() => {
    directory = app.synth().directory;
  }, 120_000);

  describe.each(RUNTIMES)('of %s', (runtime) => {
    test.each(cases)('is cached once: $way, $format, $minified, $kind', async ({ id, handler }) => {
      const [definition] = functionsFromAssembly(directory, { functions: [`Matrix/${id}`] });
      await withEmulator({ ...definition, runtime: runtime.name as 'nodejs22.x' }, async (lambda) => {
        const [first, second] = [await lambda.invoke({ id: 'a' }), await lambda.invoke({ id: 'a' })];
        const isCached = handler.source !== 'uncached';

        expect([first, second].map(({ functionError }) => functionError)).toEqual([undefined, undefined]);
        expect([first.payload, second.payload]).toEqual([{ id: 'a', load: 1 }, { id: 'a', load: isCached ? 1 : 2 }]);
        // Outside the layer's runtime there are no metrics: these show that the function uses that one, and no other.
        expect([first, second].map(({ stdout }) => emfLines(stdout))).toEqual(isCached
          ? [[expect.objectContaining({ CacheName: 'thing', Misses: 1, Hits: 0 })], [expect.objectContaining({ CacheName: 'thing', Misses: 0, Hits: 1 })]]
          : [[], []]);
        expect([first.stderr, second.stderr]).toEqual([[], []]);
      });
    });
  });
});

const INLINE = `
  const { cached } = require('cdk-cached-function/runtime');
  const thing = cached('thing', async (id) => ({ id }));
  exports.handler = async ({ id }) => thing(id);
`;

/** Code that was not bundled. */
const FILES = {
  'index.mjs': "import { thing } from './lib/thing.mjs'; import other from './lib/other.cjs'; export const handler = async ({ id }) => [await thing(id), await other(id)];",
  'lib/thing.mjs': "import { cached } from 'cdk-cached-function/runtime'; export const thing = cached('thing', async (id) => id);",
  'lib/other.cjs': "module.exports = require('cdk-cached-function/runtime').cached('other', async (id) => id);",
  // What a careless deployment leaves there is not used.
  'node_modules/cdk-cached-function/package.json': '{ "exports": { "./runtime": "./none.js" } }',
};

describeOnLambda('code that is not bundled', () => {
  const inlineApp = appWithPaths();
  const inlineStack = new Stack(inlineApp, 'Unbundled');
  new CachedFunction(inlineStack, 'Inline', { code: Code.fromInline(INLINE), handler: 'index.handler', runtime: Runtime.NODEJS_24_X });
  new CachedFunction(inlineStack, 'Files', { code: Code.fromAsset(temporaryDirectory(FILES)), handler: 'index.handler', runtime: Runtime.NODEJS_24_X });

  test.each([
    ['Inline', ['thing']],
    ['Files', ['thing', 'other']],
  ])('%s finds the runtime, by import and by require', async (id, caches) => {
    const [definition] = functionsFromAssembly(inlineApp.synth().directory, { functions: [`Unbundled/${id}`] });
    for (const { name } of RUNTIMES) {
      await withEmulator({ ...definition, runtime: name as 'nodejs22.x' }, async (lambda) => {
        await lambda.invoke({ id: 'a' });
        expect(emfLines((await lambda.invoke({ id: 'a' })).stdout)).toEqual(caches.map((CacheName) => expect.objectContaining({ CacheName, Hits: 1, Misses: 0 })));
      });
    }
  });
});
