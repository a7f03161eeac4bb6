import { spawnSync } from 'node:child_process';
import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryDirectory } from '../equipment/node-process';

/**
 * Many requests in one process, as Lambda Managed Instances and web functions have them: on the layer as it is shipped, not on
 * the emulator, whose environments serve one request at a time.
 */

/** A request gets the things it names, one after the other; a load takes a while, in which the others go on. */
const HANDLER = `
  import { cached, loadContext } from 'cdk-cached-function/runtime';
  import { setTimeout as delay } from 'node:timers/promises';
  let loads = 0;
  const thing = cached('thing', async (id) => { loads++; await delay(5); return id; });
  const other = cached('other', async (id) => { await delay(1); return id; });
  export const handler = async ({ ids, others = [] }, { awsRequestId }) => {
    const things = [];
    for (const id of ids) { things.push(await thing(id)); await delay(1); }
    for (const id of others) await other(id);
    return { things, awsRequestId, loads };
  };
`;

interface Outcome {
  readonly answers: { readonly things: string[]; readonly awsRequestId: string; readonly loads: number }[];
  readonly metrics: Record<string, unknown>[];
  readonly stderr: string;
}

/** Runs a script that gets the layer's `handler`, and prints answers, in a process of its own. */
function runOnLayer(script: string, environment: NodeJS.ProcessEnv = {}): Outcome {
  const root = temporaryDirectory({ 'task/index.mjs': HANDLER, 'driver.mjs': script });
  cpSync(join(__dirname, '..', '..', 'assets', 'layer'), join(root, 'opt'), { recursive: true });
  const { stdout, stderr } = spawnSync(process.execPath, [join(root, 'driver.mjs')], {
    encoding: 'utf8',
    timeout: 60_000,
    env: {
      PATH: process.env.PATH,
      LAMBDA_TASK_ROOT: join(root, 'task'),
      AWS_LAMBDA_FUNCTION_NAME: 'many',
      AWS_LAMBDA_MAX_CONCURRENCY: '64',
      CDK_CACHED_FUNCTION_HANDLER: 'index.handler',
      CDK_CACHED_FUNCTION_SETTINGS: JSON.stringify({ namespace: 'test', caching: {}, caches: {} }),
      ...environment,
    },
  });
  const lines = stdout.split('\n').filter((line) => line !== '').map((line) => JSON.parse(line) as Record<string, unknown>);
  return {
    answers: lines.filter((line) => 'answers' in line).flatMap((line) => line.answers as Outcome['answers']),
    metrics: lines.filter((line) => '_aws' in line),
    stderr,
  };
}

const LAYER = "const { handler } = await import('./opt/cdk-cached-function/handler.mjs');";

const CALL = `
  const call = (event, number) => handler(event, { awsRequestId: 'request-' + number, getRemainingTimeInMillis: () => 3_000 });
`;

describe('requests that overlap in one process', () => {
  const REQUESTS = 50;
  const { answers, metrics, stderr } = runOnLayer(`
    ${LAYER} ${CALL}
    const answers = await Promise.all(Array.from({ length: ${REQUESTS} }, (_, i) => call({
      // Each has something of its own, something that all have, and every other one uses a second cache.
      ids: ['own-' + i, 'shared', ...Array.from({ length: i % 5 }, () => 'own-' + i)],
      others: i % 2 === 0 ? [] : ['x' + i],
    }, i)));
    console.log(JSON.stringify({ answers }));
  `);

  test('each get the answer to their own event', () => {
    expect(answers.map(({ awsRequestId, things }) => ({ awsRequestId, own: things[0], shared: things[1] }))).toEqual(
      Array.from({ length: REQUESTS }, (_, i) => ({ awsRequestId: `request-${i}`, own: `own-${i}`, shared: 'shared' })));
    expect(stderr).toBe('');
  });

  test('are each counted under their own request id, with their own outcomes', () => {
    const things = metrics.filter(({ CacheName }) => CacheName === 'thing');
    expect(things.map(({ RequestId }) => RequestId).sort()).toEqual(answers.map(({ awsRequestId }) => awsRequestId).sort());
    for (const line of things) {
      const i = Number(String(line.RequestId).slice('request-'.length));
      // What it loaded itself; repeated reads of that; and the shared one, which it loaded, joined or found.
      expect(Number(line.Hits) + Number(line.Misses)).toBe(2 + i % 5);
      expect(line.OriginCalls).toBe(line.Misses);
    }
    expect(metrics.filter(({ CacheName }) => CacheName === 'other').map(({ RequestId }) => RequestId).sort())
      .toEqual(answers.filter((_, i) => i % 2 === 1).map(({ awsRequestId }) => awsRequestId).sort());
  });

  test('load shared entries once', () => {
    expect(answers.at(-1)!.loads).toBe(REQUESTS + 1);
    const sum = (name: string) => metrics.filter(({ CacheName }) => CacheName === 'thing').reduce((total, line) => total + Number(line[name]), 0);
    expect(sum('Misses')).toBe(REQUESTS + 1);
  });
});

describe('worker threads', () => {
  const THREADS = 4;
  const { answers, metrics, stderr } = runOnLayer(`
    import { isMainThread, parentPort, threadId, Worker } from 'node:worker_threads';
    import { once } from 'node:events';
    import { fileURLToPath } from 'node:url';
    if (isMainThread) {
      const answers = [];
      for (let i = 0; i < ${THREADS}; i++) {
        const worker = new Worker(fileURLToPath(import.meta.url));
        // Both at once: a busy machine delivers the last message together with the end.
        const [[result]] = await Promise.all([once(worker, 'message'), once(worker, 'exit')]);
        answers.push(...result);
      }
      console.log(JSON.stringify({ answers }));
    } else {
      ${LAYER} ${CALL}
      parentPort.postMessage([await call({ ids: ['a', 'a'] }, threadId)]);
    }
  `);

  test('have separate entries: each loads once, whatever the others have', () => {
    expect(answers.map(({ things, loads }) => ({ things, loads }))).toEqual(Array.from({ length: THREADS }, () => ({ things: ['a', 'a'], loads: 1 })));
    expect(metrics.map(({ Hits, Misses }) => ({ Hits, Misses }))).toEqual(Array.from({ length: THREADS }, () => ({ Hits: 1, Misses: 1 })));
    expect(stderr).toBe('');
  });
});
