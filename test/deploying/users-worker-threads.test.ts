import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { bundled, LAYER, runOnLayer } from './layer';

/** Handlers that start worker threads of their own, whose code imports the runtime: there it caches in the thread's own memory. */

const HANDLER = `
  import { once } from 'node:events';
  import { Worker } from 'node:worker_threads';
  import { cached } from 'cdk-cached-function/runtime';
  const thing = cached('thing', async (id) => 'main ' + id);
  export const handler = async ({ file }) => {
    const [answer] = await once(new Worker(new URL(file, import.meta.url)), 'message');
    return { answer, main: await thing('a') };
  };
`;

const WORKER = `
  import { parentPort } from 'node:worker_threads';
  import { cached, cachedMany, invalidateTags, loadContext } from 'cdk-cached-function/runtime';
  let loads = 0;
  const thing = cached('thing', async (id) => { loadContext().tags = ['t']; loads++; return 'worker ' + id; });
  const things = cachedMany('things', async (ids) => ids.map((id) => 'worker ' + id));
  const values = [await thing('a'), await thing('a'), ...await things(['b', 'c'])];
  await invalidateTags('t');
  await thing('a');
  parentPort.postMessage({ values, loads });
`;

const EXPECTED = { value: { answer: { values: ['worker a', 'worker a', 'worker b', 'worker c'], loads: 2 }, main: 'main a' } };

test('code that the construct has bundled', () => {
  const { answers, stderr } = runOnLayer(HANDLER, [{ file: './worker.mjs' }], { files: { 'worker.mjs': bundled(WORKER) } });

  expect({ answers, stderr }).toEqual({ answers: [EXPECTED], stderr: '' });
});

test('code that was not bundled, and finds the package in its node_modules', () => {
  const runtime = join(LAYER, '..', 'runtime', 'runtime.mjs');
  const { answers, stderr } = runOnLayer(HANDLER, [{ file: './worker.mjs' }], {
    files: {
      'worker.mjs': WORKER,
      'node_modules/cdk-cached-function/package.json': JSON.stringify({ exports: { './runtime': './index.mjs' } }),
      'node_modules/cdk-cached-function/index.mjs': readFileSync(runtime, 'utf8'),
    },
  });

  expect({ answers, stderr }).toEqual({ answers: [EXPECTED], stderr: '' });
});

test('if the cache could not start, the handler itself caches nothing', () => {
  const { answers } = runOnLayer(`
    import { cached } from 'cdk-cached-function/runtime';
    let loads = 0;
    const thing = cached('thing', async () => ++loads);
    export const handler = async () => [await thing(), await thing()];
  `, [{}], { settings: { caching: { ttlMs: 'soon' } } });

  expect(answers).toEqual([{ value: [1, 2] }]);
});
