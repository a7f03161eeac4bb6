import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { bundled, runOnLayer } from './layer';
import { temporaryDirectory } from '../equipment/node-process';

/**
 * A Node.js that is older than the layer's, which only a change past CDK can bring about: the construct refuses it. The handler's code is
 * bundled: nothing resolves imports there.
 */

const HANDLER = bundled(`
  import { cached } from 'cdk-cached-function/runtime';
  let loads = 0;
  const thing = cached('thing', async () => ++loads);
  export const handler = () => thing('a');
`);

/** What these versions do not have. */
const LACKING = {
  20: "nodeModule.registerHooks = undefined; nodeModule.syncBuiltinESMExports(); delete Promise.withResolvers; delete require('node:zlib').zstdCompressSync;",
  18: 'nodeModule.registerHooks = undefined; nodeModule.syncBuiltinESMExports(); delete Promise.withResolvers; delete process.getBuiltinModule;',
};

function expectUncached(outcome: ReturnType<typeof runOnLayer>): void {
  expect(outcome.answers).toEqual([{ value: 1 }, { value: 2 }]);
  expect(outcome.metrics).toMatchObject([{ StartFailures: 1, Reason: expect.stringMatching(/^Node\.js .* is too old/) }]);
  expect(outcome.stderr.trimEnd().split('\n')).toEqual([
    expect.stringMatching(/^cdk-cached-function: the cache could not start, and this function runs uncached\. Node\.js .* nodejs22\.x or nodejs24\.x\.$/),
  ]);
}

test.each(Object.entries(LACKING))('without what Node.js %s lacks, the handler runs uncached, and one log line gives the reason', (_, remove) => {
  const old = join(temporaryDirectory({ 'old.cjs': `const nodeModule = require('node:module'); ${remove}` }), 'old.cjs');
  expectUncached(runOnLayer(HANDLER, [{}, {}], {
    environment: { NODE_OPTIONS: `--require ${old}` },
    settings: { caching: { staleWhileRevalidateMs: 1_000 }, shared: { kind: 'dynamodb', table: 't', partitionKey: 'pk', timeToLive: 'ttl' } },
  }));
});

const oldNode = (process.env.PATH ?? '').split(delimiter).map((directory) => join(directory, 'node')).filter(existsSync)
  .find((node) => /^v(18|20)\./.test(spawnSync(node, ['--version'], { encoding: 'utf8' }).stdout));

if (oldNode === undefined) {
  console.warn('No Node.js 18 or 20 is on the PATH: the layer was tried only on a newer one that lacks what those lack.');
} else {
  test('on a real one, the handler runs uncached, and one log line gives the reason', () => {
    expectUncached(runOnLayer(HANDLER, [{}, {}], { node: oldNode }));
  });
}
