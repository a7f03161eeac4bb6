import { describeReal, RUNTIMES, SLEEP, startManaged } from './fixture';
import { eventually } from '../equipment/eventually';

const WHO = `
  import { threadId } from 'node:worker_threads';
  ${SLEEP}
  let under = 0;
  export const handler = async ({ ms = 0 }, { awsRequestId, tenantId, getRemainingTimeInMillis }) => {
    const overlapping = ++under;
    await sleep(ms);
    under--;
    return { threadId, awsRequestId, tenantId, overlapping, remainingMs: getRemainingTimeInMillis() };
  };
`;

interface Who {
  readonly threadId: number;
  readonly awsRequestId: string;
  readonly tenantId?: string;
  readonly overlapping: number;
  readonly remainingMs: number;
}

describeReal.each(RUNTIMES)('Managed Instances on %s', (runtime) => {
  test('many requests are served at once, by all workers, each with its own id and tenant', async () => {
    const managed = await startManaged(WHO, { runtime }, { workers: 4 });
    await managed.ready();
    const results = await Promise.all(Array.from({ length: 16 }, (_, i) => managed.invoke({ ms: 300 }, { tenantId: `tenant-${i}` })));
    const answers = results.map(({ payload }) => payload as Who);
    expect(answers.map(({ awsRequestId }) => awsRequestId)).toEqual(results.map(({ requestId }) => requestId));
    expect(answers.map(({ tenantId }) => tenantId)).toEqual(Array.from({ length: 16 }, (_, i) => `tenant-${i}`));
    expect(new Set(answers.map(({ threadId }) => threadId)).size).toBe(4);
    expect(Math.max(...answers.map(({ overlapping }) => overlapping))).toBeGreaterThan(1);
    expect(results.map(({ coldStart, environmentId }) => ({ coldStart, environmentId }))).toEqual(Array(16).fill({ coldStart: false, environmentId: 'instance-1' }));
  });
});

describeReal('Managed Instances', () => {
  test('nothing freezes between requests', async () => {
    const managed = await startManaged(`
      ${SLEEP}
      let ticks = 0;
      setInterval(() => ticks++, 5);
      export const handler = async () => ticks;
    `, {}, { workers: 1 });
    const { payload: before } = await managed.invoke({});
    await eventually(async () => expect((await managed.invoke({})).payload).toBeGreaterThan(before as number + 10));
  });

  test('an environment gets no more requests at once than its limit; requests spread over environments', async () => {
    const managed = await startManaged(WHO, {}, { workers: 1, maxConcurrency: 2, environments: 2 });
    const results = await Promise.all(Array.from({ length: 8 }, () => managed.invoke({ ms: 50 })));
    expect(Math.max(...results.map(({ payload }) => (payload as Who).overlapping))).toBe(2);
    expect(new Set(results.map(({ environmentId }) => environmentId))).toEqual(new Set(['instance-1', 'instance-2']));
  });

  test('a request that times out ends alone, and its late response goes nowhere', async () => {
    const managed = await startManaged(WHO, { timeoutMs: 400 }, { workers: 1 });
    const [late, prompt] = await Promise.all([managed.invoke({ ms: 800 }), managed.invoke({ ms: 10 })]);
    expect(late.functionError).toMatchObject({ errorType: 'Sandbox.Timedout' });
    expect(prompt.functionError).toBeUndefined();
    // Answered by the same worker, after its late response.
    const other = await managed.invoke({});
    expect((other.payload as Who).threadId).toBe((prompt.payload as Who).threadId);
    expect(managed.startedEnvironments).toBe(1);
  });

  test('if a worker never starts, the others serve all requests', async () => {
    const managed = await startManaged(`
      import { threadId } from 'node:worker_threads';
      if (threadId === 1) await new Promise(() => {});
      export const handler = async () => threadId;
    `, { environment: { AWS_LAMBDA_NODEJS_WORKER_COUNT: '3' } }, { workers: 2 });
    await managed.ready();
    const threads = await Promise.all(Array.from({ length: 12 }, () => managed.invoke({})));
    expect(new Set(threads.map(({ payload }) => payload))).toEqual(new Set([2, 3]));
  });

  test('a process that ends takes its requests with it; the next one starts in another', async () => {
    const managed = await startManaged(`
      ${SLEEP}
      export const handler = async ({ kill }) => { if (kill) process.kill(process.pid, 'SIGKILL'); await sleep(kill === undefined ? 0 : 10_000); return 1; };
    `, {}, { workers: 2 });
    const [killed, other] = await Promise.all([managed.invoke({ kill: true }), managed.invoke({ kill: false })]);
    for (const { functionError } of [killed, other]) {
      expect(functionError).toMatchObject({ errorType: 'Runtime.ExitError', errorMessage: expect.stringContaining('signal: killed') });
    }
    expect(await managed.invoke({})).toMatchObject({ payload: 1, environmentId: 'instance-2' });
  });

  test('memory is the whole process\'s, and the function is killed when all workers together exceed its size', async () => {
    const managed = await startManaged(`
      const kept = [];
      export const handler = async ({ megabytes }) => {
        for (let i = 0; i < megabytes; i++) { kept.push(Buffer.alloc(1024 * 1024, 1)); await new Promise((resolve) => setTimeout(resolve, 1)); }
      };
    `, { memorySizeMb: 512 }, { workers: 2 });
    await managed.ready();
    const [environment] = managed.environments;
    const before = environment.memoryBytes();
    await Promise.all([managed.invoke({ megabytes: 50 }), managed.invoke({ megabytes: 50 })]);
    expect(environment.memoryBytes() - before).toBeGreaterThan(90 * 1024 * 1024);
    const [{ functionError }] = await Promise.all([managed.invoke({ megabytes: 400 }), managed.invoke({ megabytes: 400 })]);
    expect(functionError).toMatchObject({ errorType: 'Runtime.OutOfMemory' });
  });

  test('extensions may not register for INVOKE', async () => {
    const managed = await startManaged(`
      const { status } = await fetch('http://' + process.env.AWS_LAMBDA_RUNTIME_API + '/2020-01-01/extension/register', {
        method: 'POST', headers: { 'Lambda-Extension-Name': 'x' }, body: JSON.stringify({ events: ['INVOKE'] }),
      });
      export const handler = async () => status;
    `, {}, { workers: 1 });
    expect((await managed.invoke({})).payload).toBe(403);
  });

  test('a function that cannot be loaded fails its requests with its own error', async () => {
    const managed = await startManaged("throw new TypeError('no good');", {}, { workers: 2 });
    expect((await managed.invoke({})).functionError).toMatchObject({ errorType: 'TypeError', errorMessage: 'no good' });
    expect(managed.environments).toEqual([]);
  });

  test('logs are the environment\'s lines, with the request that they name', async () => {
    const seen: string[] = [];
    const managed = await startManaged(`
      export const handler = async ({ text }) => { console.log(text); process.stdout.write('plain ' + text + '\\n'); };
    `, {}, { workers: 2, onLog: ({ line }) => seen.push(line) });
    const { requestId, stdout } = await managed.invoke({ text: 'hello' });
    expect(stdout).toEqual([]);
    await eventually(() => expect(managed.logs.map(({ line }) => line)).toContain('plain hello'));
    expect(managed.logs.find(({ line }) => line.includes('"hello"'))).toMatchObject({ requestId, environmentId: 'instance-1', stream: 'stdout' });
    expect(seen).toEqual(managed.logs.map(({ line }) => line));
  });
});
