import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describeReal, LIFE_CYCLE_RUNTIMES, SLEEP, start } from './fixture';
import { temporaryDirectory } from '../equipment/node-process';

/** An internal extension that lets `after(requestId, work)` go on after the response. */
const EXTENSION = `
  const api = 'http://' + process.env.AWS_LAMBDA_RUNTIME_API + '/2020-01-01/extension/';
  export const register = (name, events) => fetch(api + 'register', {
    method: 'POST', headers: { 'Lambda-Extension-Name': name }, body: JSON.stringify({ events }),
  });
  const id = (await register('worker', ['INVOKE'])).headers.get('lambda-extension-identifier');
  export const events = [];
  const jobs = new Map();
  const job = (requestId) => jobs.get(requestId) ?? jobs.set(requestId, Promise.withResolvers()).get(requestId);
  export const after = (requestId, work) => job(requestId).resolve(work);
  void (async () => {
    for (;;) {
      const response = await fetch(api + 'event/next', { headers: { 'Lambda-Extension-Identifier': id } });
      const event = await response.json();
      events.push(event);
      await (await job(event.requestId).promise)?.();
    }
  })();
`;

describeReal.each(LIFE_CYCLE_RUNTIMES)('on %s', (runtime) => {
  test('an internal extension works after the response; the work is billed, and keeps the environment busy', async () => {
    const emulator = await start({
      'extension.mjs': EXTENSION,
      'index.mjs': `
        import { after, events, register } from './extension.mjs';
        ${SLEEP}
        export const handler = async (event, { awsRequestId }) => {
          after(awsRequestId, event.work ? async () => { await sleep(500); console.log('refreshed'); } : undefined);
          if (event.late) {
            const { status } = await register('late', ['INVOKE']);
            return { status };
          }
          return events.length;
        };
      `,
    }, { runtime });
    await emulator.invoke({});

    const invocation = emulator.invoke({ work: true });
    const response = await invocation.response;
    expect(emulator.environments[0].state).toBe('busy');
    const result = await invocation;
    expect(result.billedMs).toBeGreaterThanOrEqual(500);
    expect(result.billedMs - result.responseMs).toBeGreaterThan(200);
    expect(result.responseMs).toBe(response.responseMs);
    expect(result.stdout.join()).toContain('refreshed');
    expect(emulator.environments[0].state).toBe('frozen');
  });
});

describeReal('an environment', () => {
  test('a recycled runtime with an extension gets a SIGTERM', async () => {
    const marker = join(temporaryDirectory(), 'terminated');
    const emulator = await start({
      'extension.mjs': EXTENSION,
      'index.mjs': `
        import { after } from './extension.mjs';
        import { writeFileSync } from 'node:fs';
        process.on('SIGTERM', () => { writeFileSync(${JSON.stringify(marker)}, ''); process.exit(); });
        export const handler = async (event, { awsRequestId }) => after(awsRequestId);
      `,
    });
    await emulator.invoke({});
    await emulator.recycle();
    expect(existsSync(marker)).toBe(true);
  });

  test('an extension that takes too long costs the environment, not the response', async () => {
    const emulator = await start({
      'extension.mjs': EXTENSION,
      'index.mjs': `
        import { after } from './extension.mjs';
        export const handler = async (event, { awsRequestId }) => { after(awsRequestId, () => new Promise(() => {})); return 'fine'; };
      `,
    }, { timeoutMs: 300 });
    const result = await emulator.invoke({});
    expect(result).toMatchObject({ payload: 'fine', functionError: undefined, environmentError: { errorType: 'Sandbox.Timedout' } });
    expect(emulator.environments).toEqual([]);
  });
});

describeReal('the Extensions API', () => {
  test('rejects invalid registrations as Lambda does', async () => {
    const emulator = await start({
      'extension.mjs': EXTENSION,
      'index.mjs': `
        import { after, register } from './extension.mjs';
        const describe = async (response) => [response.status, (await response.json()).errorMessage];
        const inInit = [await describe(await register('b', ['SHUTDOWN'])), await describe(await register('', ['INVOKE'])), await describe(await register('worker', ['INVOKE']))];
        for (let i = 2; i <= 10; i++) inInit.push((await register('n' + i, [])).status);
        inInit.push(await describe(await register('one too many', ['INVOKE'])));
        export const handler = async (event, { awsRequestId }) => {
          after(awsRequestId);
          return [...inInit, await describe(await register('late', ['INVOKE']))];
        };
      `,
    }, {}, { initTimeoutMs: 800 });
    // INIT waits for all that registered: here nine never ask for an event.
    const { functionError } = await emulator.invoke({});
    expect(functionError).toMatchObject({ errorType: 'Sandbox.Timedout' });

    const patient = await start({
      'index.mjs': `
        const api = 'http://' + process.env.AWS_LAMBDA_RUNTIME_API + '/2020-01-01/extension/';
        const register = (name, events) => fetch(api + 'register', { method: 'POST', headers: { 'Lambda-Extension-Name': name }, body: JSON.stringify({ events }) });
        const describe = async (response) => [response.status, (await response.json()).errorMessage];
        const inInit = [await describe(await register('b', ['SHUTDOWN'])), await describe(await register('', ['INVOKE']))];
        for (let i = 1; i <= 10; i++) {
          const response = await register('n' + i, []);
          void fetch(api + 'event/next', { headers: { 'Lambda-Extension-Identifier': response.headers.get('lambda-extension-identifier') } });
        }
        inInit.push(await describe(await register('n1', [])), await describe(await fetch(api + 'event/next', { headers: { 'Lambda-Extension-Identifier': 'x' } })));
        export const handler = async () => [...inInit, await describe(await register('late', ['INVOKE']))];
      `,
    });
    expect((await patient.invoke({})).payload).toEqual([
      [403, 'SHUTDOWN: ShutdownEventNotSupportedForInternalExtension'],
      [403, 'Empty extension name'],
      [403, 'Extension limit (10) reached'],
      [403, 'Unknown extension x'],
      [403, 'Extension registration closed already'],
    ]);
  });

  test.each([true, false])('extensionFirst: %s', async (extensionFirst) => {
    const emulator = await start({
      'extension.mjs': EXTENSION,
      'index.mjs': `
        import { after, events } from './extension.mjs';
        export const handler = async (event, context) => {
          after(context.awsRequestId);
          return events.filter(({ requestId }) => requestId === context.awsRequestId);
        };
      `,
    }, {}, { extensionFirst });
    const heard: boolean[] = [];
    for (let i = 0; i < 5; i++) {
      const { payload, requestId } = await emulator.invoke({}, { traceId: 'Root=1-y' });
      const [event] = payload as unknown[];
      heard.push(event !== undefined);
      if (event) {
        expect(event).toEqual({
          eventType: 'INVOKE',
          requestId,
          deadlineMs: expect.any(Number),
          invokedFunctionArn: expect.stringContaining('function:tested'),
          tracing: { type: 'X-Amzn-Trace-Id', value: 'Root=1-y' },
        });
      }
    }
    // A busy machine can wake a process up later than any gap.
    expect(heard.filter((early) => early === extensionFirst).length).toBeGreaterThanOrEqual(4);
  });

  test.each(['init', 'exit'])('an extension that reports an error (%s) ends the environment', async (phase) => {
    const emulator = await start(`
      const api = 'http://' + process.env.AWS_LAMBDA_RUNTIME_API + '/2020-01-01/extension/';
      const id = (await fetch(api + 'register', { method: 'POST', headers: { 'Lambda-Extension-Name': 'x' }, body: '{"events":["INVOKE"]}' })).headers.get('lambda-extension-identifier');
      const headers = { 'Lambda-Extension-Identifier': id, 'Lambda-Extension-Function-Error-Type': 'Extension.Sad' };
      const fail = () => fetch(api + '${phase}/error', { method: 'POST', headers });
      ${phase === 'init' ? 'await fail();' : 'fetch(api + "event/next", { headers }).then(fail);'}
      export const handler = () => new Promise(() => {});
    `);
    const { functionError } = await emulator.invoke({});
    expect(functionError).toMatchObject({ errorType: phase === 'init' ? 'Extension.InitError' : 'Extension.ExitError', errorMessage: expect.stringContaining('Extension.Sad') });
    expect(emulator.environments).toEqual([]);
  });
});
