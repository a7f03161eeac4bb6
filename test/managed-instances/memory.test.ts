import { startOnInstances, WORKERS } from './fixture';
import { describeOnLambda, emfLines } from '../equipment/emulate';
import { eventually } from '../equipment/eventually';

const MB = 1024 * 1024;

/** Loads distinct values of 100 KB, in the worker that gets the request. */
const FILL = `
  import { threadId } from 'node:worker_threads';
  import { cached } from 'cdk-cached-function/runtime';
  const blob = cached('blob', (id) => Array.from({ length: 20 }, (_, i) => (id + '/' + i).padEnd(5_000, String(i))));
  let id = 0;
  export const handler = async ({ count }) => {
    for (const end = id + count; id < end; id++) await blob(id);
    // Until all of them have a request.
    await new Promise((resolve) => setTimeout(resolve, 20));
    return threadId;
  };
`;

/** Their part of the memory for each worker, as the README advises: Lambda's own sizes are for one heap. */
const HEAP = { NODE_OPTIONS: '--max-old-space-size=180 --max-semi-space-size=8' };

describeOnLambda('the memory of a function on Managed Instances', () => {
  test('of 2,048 MB is enough for 8 workers that fill their caches', async () => {
    const managed = await startOnInstances(FILL, { environment: HEAP });
    const threads = new Set<unknown>();
    for (let round = 0; round < 8; round++) {
      const results = await Promise.all(Array.from({ length: WORKERS }, () => managed.invoke({ count: 250 })));
      expect(results.map(({ functionError }) => functionError)).toEqual(Array(WORKERS).fill(undefined));
      results.forEach(({ payload }) => threads.add(payload));
    }
    expect(threads.size).toBe(WORKERS);
    expect(managed.startedEnvironments).toBe(1);
  }, 120_000);

  test.each([
    ['a quarter of the function\'s', {}, {}, 512 / 4],
    ['maxMemory', { maxMemoryBytes: 64 * MB }, {}, 64],
    ['maxMemory, for the workers that the client counts by itself', { maxMemoryBytes: 64 * MB }, { AWS_LAMBDA_NODEJS_WORKER_COUNT: '' }, 64],
  ])('has room for entries of %s, in equal parts, and counts them together', async (_, settings, environment, megabytes) => {
    // The client's own count is of this machine, and of any number.
    const counted = 'AWS_LAMBDA_NODEJS_WORKER_COUNT' in environment;
    const managed = await startOnInstances(`console.log('worker');\n${FILL}`, {
      settings, environment: { ...HEAP, ...environment }, definition: { memorySizeMb: 512 }, options: { enforceMemory: false },
    });
    const workers = () => managed.logs.filter(({ line }) => line.includes('"worker"')).length;
    await eventually(() => counted ? expect(workers() % WORKERS).toBe(0) : expect(workers()).toBe(WORKERS));
    const results = await Promise.all(Array.from({ length: 2 * WORKERS }, () => managed.invoke({ count: 200 })));
    const counts = () => emfLines(managed.logs.map(({ line }) => line)).filter(({ MemoryBytes }) => MemoryBytes !== undefined);
    await eventually(() => expect(counts().map(({ RequestId }) => RequestId).sort()).toEqual(results.map(({ requestId }) => requestId).sort()));
    // Each line has what all workers hold; each worker has room for its part, less than one entry of 100 KB and what goes with it.
    const bytes = Math.max(...counts().map(({ MemoryBytes }) => Number(MemoryBytes)));
    expect(bytes).toBeLessThanOrEqual(megabytes * MB);
    expect(bytes).toBeGreaterThan((megabytes - 0.2 * workers()) * MB);
  }, 60_000);
});
