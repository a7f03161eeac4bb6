import { spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, watch, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { crc32, deflateRawSync } from 'node:zlib';
import { App, aws_lambda as lambda, CfnParameter, Stack } from 'aws-cdk-lib';
import {
  type EmulatedFunction, type EmulatorOptions, type FunctionDefinition, functionsFromAssembly, InProcessFunction, LambdaEmulator, type LambdaRuntime,
  missingFakeClock, missingParts,
} from './lambda-emulator';

const RUNTIMES: LambdaRuntime[] = ['nodejs22.x', 'nodejs24.x'];
const missing = missingParts();
if (missing.length > 0) console.warn(`The emulator's tests on the real runtime client are SKIPPED: ${missing.join(' ')}`);
const describeReal = missing.length === 0 ? describe : describe.skip;
const missingClock = missingFakeClock();
if (missingClock) console.warn(`The emulator's tests on clocks are SKIPPED: ${missingClock}`);
const clockTest = missingClock ? test.skip : test;

const directories: string[] = [];
const running: EmulatedFunction[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map(emulator => emulator.stop()));
});
afterAll(() => directories.forEach(directory => rmSync(directory, { recursive: true, force: true })));

test('CI runs everything', () => {
  if (process.env.CI) expect([...missing, missingClock]).toEqual([undefined]);
});

/** Writes files into a directory of their own. */
function files(contents: Record<string, string>): string {
  const directory = mkdtempSync(join(tmpdir(), 'lambda-emulator-test-'));
  directories.push(directory);
  for (const [path, content] of Object.entries(contents)) {
    mkdirSync(dirname(join(directory, path)), { recursive: true });
    writeFileSync(join(directory, path), content);
  }
  return directory;
}

function functionOf(code: string | Record<string, string>, more: Partial<FunctionDefinition> = {}): FunctionDefinition {
  return {
    functionName: 'tested',
    handler: 'index.handler',
    codeDirectory: files(typeof code === 'string' ? { 'index.mjs': code } : code),
    layerDirectories: [],
    environment: {},
    runtime: 'nodejs24.x',
    memorySizeMb: 256,
    timeoutMs: 10_000,
    ...more,
  };
}

async function start(
  code: string | Record<string, string>, more: Partial<FunctionDefinition> = {}, options: EmulatorOptions = {},
): Promise<LambdaEmulator> {
  const emulator = await LambdaEmulator.start(functionOf(code, more), options);
  running.push(emulator);
  return emulator;
}

/** Waits until Linux says that a process is stopped: on a busy machine a signal's turn comes late, and nothing announces it. */
async function processStopped(pid: number): Promise<void> {
  while (!/\) T/.test(readFileSync(`/proc/${pid}/stat`, 'utf8'))) await new Promise(resolve => setTimeout(resolve, 1));
}

/** Waits until a file exists. */
async function fileAppears(path: string): Promise<void> {
  const watcher = watch(dirname(path));
  try {
    while (!existsSync(path)) await new Promise(resolve => watcher.once('change', resolve));
  } finally {
    watcher.close();
  }
}

/** Waits until a process is gone; a zombie is, though nobody has asked for its exit status yet. */
async function processGone(pid: number): Promise<void> {
  for (;;) {
    try {
      if (/\) [ZX]/.test(readFileSync(`/proc/${pid}/stat`, 'utf8'))) return;
    } catch {
      return;
    }
    await new Promise(resolve => setTimeout(resolve, 5));
  }
}

function pidsWithParent(parent: number): number[] {
  return readdirSync('/proc').filter(name => /^\d+$/.test(name)).map(Number).filter(pid => {
    try {
      return Number(/\) \w (\d+)/.exec(readFileSync(`/proc/${pid}/stat`, 'utf8'))![1]) === parent;
    } catch {
      return false;
    }
  });
}

/** Writes a zip file with one deflated file in it. */
function zipOf(name: string, content: string): string {
  const data = deflateRawSync(content);
  const common = Buffer.alloc(26);
  common.writeUInt16LE(20, 0);
  common.writeUInt16LE(8, 4);
  common.writeUInt32LE(crc32(content), 10);
  common.writeUInt32LE(data.length, 14);
  common.writeUInt32LE(content.length, 18);
  common.writeUInt16LE(name.length, 22);
  const local = Buffer.concat([Buffer.from('PK\x03\x04'), common, Buffer.from(name), data]);
  const central = Buffer.concat([Buffer.from('PK\x01\x02\x14\x03'), common, Buffer.alloc(14), Buffer.from(name)]);
  const end = Buffer.alloc(18);
  end.writeUInt16LE(1, 4);
  end.writeUInt16LE(1, 6);
  end.writeUInt32LE(central.length, 8);
  end.writeUInt32LE(local.length, 12);
  const path = join(files({}), 'code.zip');
  writeFileSync(path, Buffer.concat([local, central, Buffer.from('PK\x05\x06'), end]));
  return path;
}

const HELLO = 'let n = 0; export const handler = async event => ({ n: ++n, event });';

/** An internal extension that lets `after(requestId, work)` go on after the response. */
const EXTENSION = `
  const api = 'http://' + process.env.AWS_LAMBDA_RUNTIME_API + '/2020-01-01/extension/';
  export const register = (name, events) => fetch(api + 'register', {
    method: 'POST', headers: { 'Lambda-Extension-Name': name }, body: JSON.stringify({ events }),
  });
  const id = (await register('worker', ['INVOKE'])).headers.get('lambda-extension-identifier');
  export const events = [];
  const jobs = new Map();
  const job = requestId => jobs.get(requestId) ?? jobs.set(requestId, Promise.withResolvers()).get(requestId);
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
const sleep = 'const sleep = ms => new Promise(resolve => setTimeout(resolve, ms));';

describeReal.each(RUNTIMES)('on %s', runtime => {
  test('a cold start, then a warm one, in Lambda\'s environment and not in the machine\'s', async () => {
    process.env.EMULATOR_TEST_LEAK = 'leaked';
    const emulator = await start(`
      let n = 0;
      export const handler = async (event, context) => ({
        n: ++n, event, version: process.version, env: process.env, cwd: process.cwd(), flags: process.execArgv,
        context: { ...context, remaining: context.getRemainingTimeInMillis() },
      });
    `, { runtime, environment: { MINE: 'yes' }, memorySizeMb: 200, timeoutMs: 7_000 });
    expect(emulator.environments).toEqual([]);

    const cold = await emulator.invoke({ id: 1 }, { tenantId: undefined, traceId: 'Root=1-x', clientContext: { custom: 'c' } });
    const warm = await emulator.invoke({ id: 2 });
    delete process.env.EMULATOR_TEST_LEAK;

    expect([cold.coldStart, warm.coldStart]).toEqual([true, false]);
    expect(warm.environmentId).toBe(cold.environmentId);
    expect(cold.initMs).toBeGreaterThan(10);
    expect(cold.billedMs).toBeGreaterThanOrEqual(cold.initMs!);
    expect(warm.initMs).toBeUndefined();
    expect(warm.billedMs).toBeGreaterThan(0);
    expect(Number.isInteger(warm.billedMs)).toBe(true);
    const seen = cold.payload as any;
    expect(seen).toMatchObject({
      n: 1,
      event: { id: 1 },
      env: {
        MINE: 'yes',
        TZ: ':UTC',
        AWS_EXECUTION_ENV: `AWS_Lambda_${runtime}`,
        AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '200',
        _HANDLER: 'index.handler',
        AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
        _X_AMZN_TRACE_ID: 'Root=1-x',
      },
      context: {
        functionName: 'tested',
        awsRequestId: cold.requestId,
        memoryLimitInMB: '200',
        clientContext: { custom: 'c' },
        invokedFunctionArn: 'arn:aws:lambda:us-east-1:123456789012:function:tested',
      },
    });
    expect(seen.version).toMatch(runtime === 'nodejs22.x' ? /^v22\./ : /^v24\./);
    expect(seen.context.remaining).toBeGreaterThan(6_000);
    expect(seen.context.remaining).toBeLessThanOrEqual(7_000);
    expect(seen.env.EMULATOR_TEST_LEAK).toBeUndefined();
    expect(seen.env.HOME).toBeUndefined();
    expect(seen.flags).toEqual(expect.arrayContaining(['--max-old-space-size=180', '--max-semi-space-size=10', '--no-experimental-require-module']));
    expect(warm.payload).toMatchObject({ n: 2, event: { id: 2 } });
  });

  test('between invocations the process is stopped, and the timers that it left behind with it', async () => {
    const marker = join(files({}), 'fired');
    const emulator = await start(`
      import { writeFileSync } from 'node:fs';
      export const handler = async () => void setTimeout(() => writeFileSync(${JSON.stringify(marker)}, ''), 50);
    `, { runtime });

    await emulator.invoke({});
    const [environment] = emulator.environments;
    expect(environment.state).toBe('frozen');
    await processStopped(environment.pid);
    await new Promise(resolve => setTimeout(resolve, 120));
    expect(existsSync(marker)).toBe(false);

    environment.thaw();
    expect(environment.state).toBe('idle');
    await fileAppears(marker);
    environment.freeze();
    await processStopped(environment.pid);
  });

  test('an error of the handler reaches the caller with its type and message', async () => {
    const emulator = await start(`
      class OutOfStock extends Error { name = 'OutOfStock'; }
      export const handler = async () => { throw new OutOfStock('none left'); };
    `, { runtime });
    const { functionError, payload, stderr, stdout } = await emulator.invoke({});
    expect(functionError).toMatchObject({ errorType: 'OutOfStock', errorMessage: 'none left' });
    expect(functionError!.stackTrace!.join('\n')).toContain('index.mjs');
    expect(payload).toMatchObject({ errorType: 'OutOfStock', errorMessage: 'none left' });
    expect([...stdout, ...stderr].join('\n')).toContain('Invoke Error');
    expect(emulator.environments).toHaveLength(1);
  });

  test('an error in INIT reaches the caller, and the next request tries INIT again', async () => {
    const emulator = await start('console.log("starting"); throw new TypeError("no table");', { runtime });
    const first = await emulator.invoke({});
    const second = await emulator.invoke({});
    for (const result of [first, second]) {
      expect(result.functionError).toMatchObject({ errorType: 'TypeError', errorMessage: 'no table' });
      expect(result.payload).toMatchObject({ errorMessage: 'no table', trace: expect.any(Array) });
      expect(result.coldStart).toBe(true);
      expect(result.stdout.join()).toContain('starting');
    }
    expect(second.environmentId).not.toBe(first.environmentId);
    expect(emulator.environments).toEqual([]);
  });

  test('an internal extension works after the response; the work is billed, and the environment busy', async () => {
    const emulator = await start({
      'extension.mjs': EXTENSION,
      'index.mjs': `
        import { after, events, register } from './extension.mjs';
        ${sleep}
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

  test('streamed responses, and an error in the middle of one', async () => {
    const emulator = await start(`
      ${sleep}
      export const handler = awslambda.streamifyResponse(async (event, stream) => {
        stream.setContentType('text/plain');
        stream.write('first ');
        await sleep(200);
        if (event.fail) throw new RangeError('in the middle');
        stream.end('last');
      });
    `, { runtime });
    const whole = await emulator.invoke({});
    expect(whole).toMatchObject({ payload: 'first last', contentType: 'text/plain', functionError: undefined });
    expect(whole.responseMs - whole.firstByteMs).toBeGreaterThan(100);

    const broken = await emulator.invoke({ fail: true });
    expect(broken.payload).toBe('first ');
    expect(broken.functionError).toMatchObject({ errorType: 'RangeError', errorMessage: 'in the middle' });
    expect((await emulator.invoke({})).payload).toBe('first last');
  });

  test('lines of stdout and stderr belong to their invocation, in both log formats', async () => {
    const code = `
      console.log('in init');
      export const handler = async ({ id }) => {
        console.log('logged', id);
        process.stdout.write('raw ' + id + ' ünïcode\\n');
        process.stderr.write('error ' + id);
      };
    `;
    const seen: unknown[] = [];
    const text = await start(code, { runtime }, { onLog: ({ line, stream, requestId }) => seen.push([stream, line, requestId]) });
    const cold = await text.invoke({ id: 1 });
    const warm = await text.invoke({ id: 2 });
    expect(cold.stdout.map(line => line.split('\t').at(-1))).toEqual(['in init', 'logged 1', 'raw 1 ünïcode']);
    expect(warm.stdout.map(line => line.split('\t').at(-1))).toEqual(['logged 2', 'raw 2 ünïcode']);
    expect(warm.stderr).toEqual(['error 2']);
    expect(seen).toContainEqual(['stderr', 'error 2', warm.requestId]);

    const json = await start(code, { runtime, logFormat: 'JSON' });
    const [, logged, raw] = (await json.invoke({ id: 3 })).stdout;
    expect(JSON.parse(logged)).toMatchObject({ level: 'INFO', message: 'logged 3' });
    expect(raw).toBe('raw 3 ünïcode');
  });

  test('layers are merged into /opt, for the handler and for NODE_PATH', async () => {
    const layer = files({ 'wrapper/handler.mjs': 'throw new Error("overwritten");', 'nodejs/node_modules/dep/index.js': 'exports.name = "dep of the layer";' });
    const upper = files({
      'wrapper/handler.mjs': `
        import { createRequire } from 'node:module';
        const { name } = createRequire(process.env.LAMBDA_TASK_ROOT + '/x.js')('./index.cjs');
        export const handler = async () => ({ name, setting: process.env.CONFIG });
      `,
    });
    const emulator = await start({ 'index.cjs': 'exports.name = require("dep").name;' }, {
      runtime,
      handler: '/opt/wrapper/handler.handler',
      layerDirectories: [layer, upper],
      environment: { CONFIG: '/opt/config.json' },
    });
    const { payload } = await emulator.invoke({});
    expect(payload).toMatchObject({ name: 'dep of the layer', setting: expect.stringMatching(/\/opt\/config\.json$/) });
    expect(existsSync((payload as any).setting.replace('config.json', 'wrapper/handler.mjs'))).toBe(true);
  });

  test('require() of an ES module fails, as on Lambda, unless NODE_OPTIONS allows it', async () => {
    const code = { 'index.cjs': 'exports.handler = async () => require("./module.mjs").x;', 'module.mjs': 'export const x = 1;' };
    expect((await (await start(code, { runtime })).invoke({})).payload).toMatchObject({ errorMessage: expect.stringContaining('not supported') });
    const allowed = await start(code, { runtime, environment: { NODE_OPTIONS: '--experimental-require-module' } });
    expect((await allowed.invoke({})).payload).toBe(1);
  });

  clockTest('the wall clock moves on over a freeze while the monotonic clock stands still, or along with it', async () => {
    const code = `
      export const handler = async (event, context) => ({ wall: Date.now(), monotonic: performance.now(), remaining: context.getRemainingTimeInMillis() });
    `;
    const moved = async (mode: 'stands-still' | 'moves-along') => {
      const emulator = await start(code, { runtime }, { fakeMonotonicClock: mode });
      const before = (await emulator.invoke({})).payload as any;
      emulator.environments[0].advanceClocks(3600, { monotonic: mode === 'moves-along' });
      expect(() => emulator.environments[0].advanceClocks(1, { monotonic: mode !== 'moves-along' })).toThrow('fakeMonotonicClock');
      expect(() => emulator.environments[0].advanceClocks(-1, { monotonic: mode === 'moves-along' })).toThrow('backwards');
      const after = (await emulator.invoke({})).payload as any;
      expect(after.remaining).toBeGreaterThan(8_000);
      expect(after.remaining).toBeLessThanOrEqual(10_000);
      const tensOfSeconds = (clock: string) => Math.round((after[clock] - before[clock]) / 10_000) * 10;
      return { wall: tensOfSeconds('wall'), monotonic: tensOfSeconds('monotonic') };
    };
    expect(await moved('stands-still')).toEqual({ wall: 3600, monotonic: 0 });
    expect(await moved('moves-along')).toEqual({ wall: 3600, monotonic: 3600 });
  });
});

describeReal('the fleet', () => {
  const SLOW = `${sleep}
    export const handler = async ({ ms = 100 }) => { await sleep(ms); return process.pid; };`;

  test('concurrent requests scale out, later ones take the most recently used environment', async () => {
    const emulator = await start(SLOW);
    const results = await Promise.all([emulator.invoke({ ms: 50 }), emulator.invoke({ ms: 50 })]);
    const ids = results.map(result => result.environmentId);
    expect(new Set(ids).size).toBe(2);
    expect(emulator.startedEnvironments).toBe(2);
    for (const environmentId of [...ids, ids[0]]) {
      expect(await emulator.invoke({ ms: 1 }, { environmentId })).toMatchObject({ coldStart: false, environmentId });
      expect(await emulator.invoke({ ms: 1 })).toMatchObject({ coldStart: false, environmentId });
    }
    await expect(emulator.invoke({}, { environmentId: 'nobody' })).rejects.toThrow('no environment nobody');
  });

  test('beyond maxEnvironments requests wait their turn', async () => {
    const emulator = await start(SLOW, {}, { maxEnvironments: 1 });
    const order: number[] = [];
    const results = await Promise.all([1, 2, 3].map(async id => {
      const result = await emulator.invoke({ ms: 20 });
      order.push(id);
      return result;
    }));
    expect(order).toEqual([1, 2, 3]);
    expect(results.map(result => result.coldStart)).toEqual([true, false, false]);
    expect(results[2].responseMs).toBeGreaterThan(results[1].responseMs);
    expect(results[2].billedMs).toBeLessThan(results[2].responseMs);
    expect(emulator.startedEnvironments).toBe(1);
  });

  test('recycled environments are gone, and the next request starts afresh; busy ones end after their invocation', async () => {
    const emulator = await start(SLOW);
    const { payload: pid } = await emulator.invoke({ ms: 1 });
    await emulator.recycle();
    expect(emulator.environments).toEqual([]);
    expect(existsSync(`/proc/${pid as number}`)).toBe(false);

    const busy = emulator.invoke({ ms: 150 });
    while (emulator.environments[0]?.state !== 'busy') await new Promise(resolve => setImmediate(resolve));
    const recycled = emulator.recycle();
    const other = await emulator.invoke({ ms: 1 });
    expect(await busy).toMatchObject({ coldStart: true, functionError: undefined });
    expect(other.environmentId).not.toBe((await busy).environmentId);
    await recycled;
    expect(emulator.environments.map(environment => environment.id)).toEqual([other.environmentId]);
  });

  test('an environment that is to be recycled gets no further request', async () => {
    const emulator = await start(SLOW, {}, { maxEnvironments: 1 });
    const first = emulator.invoke({ ms: 100 });
    const waiting = emulator.invoke({ ms: 100 });
    while (emulator.environments[0]?.state !== 'busy') await new Promise(resolve => setImmediate(resolve));
    await emulator.recycle();
    expect((await first).functionError).toBeUndefined();
    expect(await waiting).toMatchObject({ coldStart: true, functionError: undefined });
  });

  test('a recycled runtime with an extension gets a SIGTERM', async () => {
    const marker = join(files({}), 'terminated');
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

  test('a tenant\'s environment serves nobody else', async () => {
    const emulator = await start('export const handler = async (event, context) => context.tenantId ?? null;', {}, { maxEnvironments: 2 });
    const blue = await emulator.invoke({}, { tenantId: 'blue' });
    const green = await emulator.invoke({}, { tenantId: 'green' });
    expect([blue.payload, green.payload]).toEqual(['blue', 'green']);
    expect((await emulator.invoke({}, { tenantId: 'blue' })).environmentId).toBe(blue.environmentId);
    // The place of the one that was used longest ago.
    expect(await emulator.invoke({})).toMatchObject({ coldStart: true, payload: null });
    expect(emulator.environments.map(environment => environment.tenantId)).toEqual(['blue', undefined]);
  });

  test('a function that takes too long is killed', async () => {
    const emulator = await start(SLOW, { timeoutMs: 300 });
    const { functionError, requestId, billedMs, initMs } = await emulator.invoke({ ms: 10_000 });
    expect(functionError).toEqual({ errorType: 'Sandbox.Timedout', errorMessage: `RequestId: ${requestId} Error: Task timed out after 0.30 seconds` });
    expect(billedMs - initMs!).toBeGreaterThanOrEqual(299);
    expect(emulator.environments).toEqual([]);
    expect(await emulator.invoke({ ms: 1 })).toMatchObject({ coldStart: true, functionError: undefined });
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

  test('a process that exits fails the invocation', async () => {
    const emulator = await start('export const handler = async ({ code }) => { console.log("bye"); process.exit(code); };');
    for (const [code, message] of [[3, 'Runtime exited with error: exit status 3'], [0, 'Runtime exited without providing a reason']] as const) {
      const { functionError, requestId, stdout } = await emulator.invoke({ code });
      expect(functionError).toEqual({ errorType: 'Runtime.ExitError', errorMessage: `RequestId: ${requestId} Error: ${message}` });
      expect(stdout.join()).toContain('bye');
    }
  });

  test('a function that takes too much memory is killed; one that takes less is measured', async () => {
    const code = `
      const kept = [];
      export const handler = async ({ megabytes }) => {
        for (let i = 0; i < megabytes; i++) { kept.push(Buffer.alloc(1024 * 1024, 1)); await new Promise(resolve => setTimeout(resolve, 1)); }
      };
    `;
    const emulator = await start(code, { memorySizeMb: 150 });
    expect((await emulator.invoke({ megabytes: 20 })).functionError).toBeUndefined();
    const [environment] = emulator.environments;
    expect(environment.rssBytes()).toBeGreaterThan(40 * 1024 * 1024);
    expect(environment.peakRssBytes).toBeGreaterThanOrEqual(environment.rssBytes());
    const { functionError, requestId } = await emulator.invoke({ megabytes: 500 });
    expect(functionError).toEqual({
      errorType: 'Runtime.OutOfMemory', errorMessage: `RequestId: ${requestId} Error: Runtime exited with error: signal: killed`,
    });
    expect(environment.state).toBe('dead');
    expect(environment.peakRssBytes).toBeGreaterThan(150 * 1024 * 1024);
    expect(environment.peakRssBytes).toBeLessThan(500 * 1024 * 1024);
  });

  test('INIT that takes too long fails', async () => {
    const emulator = await start(`${sleep} await sleep(60_000); export const handler = async () => 1;`, {}, { initTimeoutMs: 300 });
    expect((await emulator.invoke({})).functionError).toMatchObject({ errorType: 'Sandbox.Timedout' });
  });

  test('a wrapper script starts the runtime', async () => {
    const layer = files({ 'wrapper.sh': '#!/bin/sh\nexport WRAPPED=yes\nexec "$@"\n' });
    chmodSync(join(layer, 'wrapper.sh'), 0o755);
    const emulator = await start('export const handler = async () => process.env.WRAPPED;', {
      layerDirectories: [layer], environment: { AWS_LAMBDA_EXEC_WRAPPER: '/opt/wrapper.sh' },
    });
    expect((await emulator.invoke({})).payload).toBe('yes');
  });

  test('payloads beyond Lambda\'s limits are refused', async () => {
    const emulator = await start('export const handler = async ({ size }) => "x".repeat(size);');
    await expect(emulator.invoke('x'.repeat(6 * 1024 * 1024 + 1))).rejects.toThrow('RequestTooLargeException');
    expect((await emulator.invoke({ size: 6_291_557 })).functionError).toMatchObject({ errorType: 'Function.ResponseSizeTooLarge' });
    expect((await emulator.invoke({ size: 6_291_000 })).payload).toHaveLength(6_291_000);
  });

  test('stop() leaves no process behind, and no files', async () => {
    const emulator = await start(`
      import { spawn } from 'node:child_process';
      export const handler = async () => { const child = spawn('sleep', ['1000']); return [process.pid, child.pid, process.env.PATH]; };
    `);
    const pending = emulator.invoke({});
    const [pid, childPid] = (await pending).payload as number[];
    expect(pidsWithParent(process.pid)).toContain(pid);
    const others = Promise.allSettled([emulator.invoke({}), emulator.invoke({})]);
    await emulator.stop();
    await others;
    expect(existsSync(`/proc/${pid}`)).toBe(false);
    await processGone(childPid);
    await expect(emulator.invoke({})).rejects.toThrow('stopped');
  });

  test('environments die with a process that had no time to stop them', async () => {
    const directory = files({});
    const script = join(directory, 'killed.ts');
    writeFileSync(script, `
      import { LambdaEmulator } from ${JSON.stringify(join(__dirname, 'lambda-emulator'))};
      LambdaEmulator.start(${JSON.stringify(functionOf('export const handler = async () => process.pid;'))})
        .then(emulator => emulator.invoke({})).then(({ payload }) => console.log(payload));
    `);
    const owner = spawn(process.execPath, ['--import', 'tsx', script], {
      cwd: dirname(__dirname), env: { ...process.env, TMPDIR: directory }, stdio: ['ignore', 'pipe', 'inherit'],
    });
    const pid = Number(await new Promise(resolve => owner.stdout.once('data', resolve)));
    await processStopped(pid);
    owner.kill('SIGKILL');
    await processGone(pid);
  });

  test('what is missing is named, with the way out', async () => {
    process.env.LAMBDA_EMULATOR_RIC = '/nowhere';
    process.env.LAMBDA_EMULATOR_NODE_22 = '/nowhere/node';
    try {
      expect(missingParts().join('\n')).toMatch(/aws-lambda-ric.*autoconf automake libtool cmake g\+\+ make[^]*No Node\.js 22 for nodejs22\.x/);
      await expect(start(HELLO)).rejects.toThrow('npm ci');
      delete process.env.LAMBDA_EMULATOR_RIC;
      process.env.LAMBDA_EMULATOR_FAKETIME = '/nowhere';
      await expect(start(HELLO, {}, { fakeMonotonicClock: true })).rejects.toThrow('apt-get install -y faketime');
    } finally {
      delete process.env.LAMBDA_EMULATOR_FAKETIME;
      delete process.env.LAMBDA_EMULATOR_RIC;
      delete process.env.LAMBDA_EMULATOR_NODE_22;
    }
    await expect(start(HELLO, { environment: { AWS_LAMBDA_MAX_CONCURRENCY: '8' } })).rejects.toThrow('Managed Instances');
    await expect(start(HELLO, { codeDirectory: '/nowhere' })).rejects.toThrow('/nowhere');
  });
});

describeReal('the Runtime API', () => {
  test('waits for the response of a runtime that asks for its next event too early', async () => {
    const emulator = await start(`${sleep}
      export const handler = async () => {
        void fetch('http://' + process.env.AWS_LAMBDA_RUNTIME_API + '/2018-06-01/runtime/invocation/next');
        await sleep(200);
        return 'late';
      };
    `);
    expect((await emulator.invoke({})).payload).toBe('late');
  });
});

describeReal('the Extensions API', () => {
  test('says what Lambda says to extensions that register in the wrong way', async () => {
    const emulator = await start({
      'extension.mjs': EXTENSION,
      'index.mjs': `
        import { after, register } from './extension.mjs';
        const describe = async response => [response.status, (await response.json()).errorMessage];
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
        const describe = async response => [response.status, (await response.json()).errorMessage];
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

  test.each([true, false])('extensionFirst: %s', async extensionFirst => {
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
    expect(heard.filter(early => early === extensionFirst).length).toBeGreaterThanOrEqual(4);
  });

  test.each(['init', 'exit'])('an extension that reports an error (%s) takes the environment down', async phase => {
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

describe('a function from a cloud assembly', () => {
  function synth(define: (stack: Stack) => void, props = {}): string {
    const app = new App({ outdir: files({}), analyticsReporting: false, context: { 'aws:cdk:enable-path-metadata': true } });
    define(new Stack(app, 'Shop', props));
    return app.synth().directory;
  }
  const defaults = { runtime: lambda.Runtime.NODEJS_24_X, handler: 'index.handler' };

  test('is what CloudFormation would make of it', async () => {
    const code = files({ 'index.mjs': 'import { greeting } from "/opt/x.mjs";' });
    const layer = files({ 'x.mjs': 'export const handler = async () => process.env;' });
    const assembly = synth(stack => {
      const parameter = new CfnParameter(stack, 'Url', { default: 'http://default' });
      const table = new CfnParameter(stack, 'Table');
      const fn = new lambda.Function(stack, 'Get', {
        ...defaults,
        code: lambda.Code.fromAsset(code),
        handler: '/opt/x.handler',
        layers: [new lambda.LayerVersion(stack, 'Layer', { code: lambda.Code.fromAsset(layer) })],
        memorySize: 512,
        loggingFormat: lambda.LoggingFormat.JSON,
        environment: {
          URL: `${parameter.valueAsString}/items`,
          TABLE: table.valueAsString,
          WHERE: `${stack.region} ${stack.account} ${stack.stackName} ${stack.partition} ${stack.urlSuffix} ${stack.stackId}`,
          SUB: 'plain',
        },
      });
      (fn.node.defaultChild as lambda.CfnFunction).addPropertyOverride('Environment.Variables.SUB', {
        'Fn::Sub': ['${!Kept}/${Url}/${Mine}/${Queue.Arn}', { Mine: { 'Fn::Select': ['1', { 'Fn::Split': ['-', 'a-b'] }] } }],
      });
      new lambda.Function(stack, 'Python', { runtime: lambda.Runtime.PYTHON_3_13, handler: 'index.handler', code: lambda.Code.fromInline('x = 1') });
    });

    const definitions = functionsFromAssembly(assembly, { resolve: { 'Table': 'products', 'Queue.Arn': 'arn:queue' } });
    expect(definitions).toEqual([{
      functionName: expect.stringMatching(/^Shop-Get/),
      handler: '/opt/x.handler',
      codeDirectory: expect.stringContaining('asset.'),
      layerDirectories: [expect.stringContaining('asset.')],
      environment: {
        URL: 'http://default/items',
        TABLE: 'products',
        WHERE: 'us-east-1 123456789012 Shop aws amazonaws.com arn:aws:cloudformation:us-east-1:123456789012:stack/Shop/00000000-0000-0000-0000-000000000000',
        SUB: '${Kept}/http://default/b/arn:queue',
      },
      runtime: 'nodejs24.x',
      memorySizeMb: 512,
      timeoutMs: 3_000,
      logFormat: 'JSON',
    }]);
    expect(readFileSync(join(definitions[0].codeDirectory, 'index.mjs'), 'utf8')).toContain('greeting');
    expect(existsSync(join(definitions[0].layerDirectories[0], 'x.mjs'))).toBe(true);
    const inProcess = await InProcessFunction.start(definitions[0]);
    running.push(inProcess);
    expect((await inProcess.invoke({})).payload).toMatchObject({ TABLE: 'products' });
  });

  test('names what only a deployment could tell', () => {
    const assembly = synth(stack => {
      const other = new lambda.Function(stack, 'Other', { ...defaults, code: lambda.Code.fromInline('exports.handler = async () => 1;') });
      new lambda.Function(stack, 'Get', { ...defaults, code: lambda.Code.fromInline('exports.handler = async () => 1;'), environment: { OTHER: other.functionArn } });
    });
    const unresolvable = /^Can't tell Shop: Resources\.Get\w+\.Properties\.Environment\.Variables\.OTHER .*resolve: \{ '(Other\w+\.Arn)'/;
    expect(() => functionsFromAssembly(assembly)).toThrow(unresolvable);
    expect(functionsFromAssembly(assembly, { functions: ['Shop/Other'] })).toHaveLength(1);
    const arn = catchMessage(() => functionsFromAssembly(assembly)).match(unresolvable)![1];
    expect(functionsFromAssembly(assembly, { resolve: { [arn]: 'arn:other' }, functions: ['Shop/Get'] })[0].environment).toEqual({ OTHER: 'arn:other' });
    expect(() => functionsFromAssembly(assembly, { functions: ['Shop/Nobody'] })).toThrow('Shop/Nobody');
    expect(() => functionsFromAssembly(assembly, 'Elsewhere')).toThrow('no stack Elsewhere');
  });

  test('inline code, zip files, and a region', async () => {
    const inline = functionsFromAssembly(synth(stack => {
      new lambda.Function(stack, 'Get', { ...defaults, functionName: 'inline', code: lambda.Code.fromInline('exports.handler = async () => "inline";') });
    }, { env: { region: 'eu-west-1', account: '111111111111' } }), 'Shop')[0];
    expect(inline).toMatchObject({ functionName: 'inline', memorySizeMb: 128, environment: { AWS_REGION: 'eu-west-1' } });
    const zipped = functionsFromAssembly(synth(stack => {
      new lambda.Function(stack, 'Get', { ...defaults, code: lambda.Code.fromAsset(zipOf('index.js', 'exports.handler = async () => "zipped";')) });
    }))[0];
    for (const [definition, payload] of [[inline, 'inline'], [zipped, 'zipped']] as const) {
      const inProcess = await InProcessFunction.start(definition);
      running.push(inProcess);
      expect((await inProcess.invoke({})).payload).toBe(payload);
    }
  });
});

function catchMessage(action: () => unknown): string {
  try {
    action();
    return '';
  } catch (error) {
    return (error as Error).message;
  }
}

describe('a function in this process', () => {
  async function startInProcess(code: string | Record<string, string>, more: Partial<FunctionDefinition> = {}): Promise<InProcessFunction> {
    const inProcess = await InProcessFunction.start(functionOf(code, more));
    running.push(inProcess);
    return inProcess;
  }

  test('is invoked as on the emulator', async () => {
    const layer = files({
      'x/handler.mjs': `
      let n = 0;
      console.log('in init');
      export const handler = async (event, context) => {
        console.log('at', event.id);
        return { n: ++n, setting: process.env.SETTING, home: process.env.HOME ?? null, requestId: context.awsRequestId, left: context.getRemainingTimeInMillis() };
      };
    `,
    });
    const inProcess = await startInProcess({}, { handler: '/opt/x/handler.handler', layerDirectories: [layer], environment: { SETTING: 's' } });
    const [cold, warm] = await Promise.all([inProcess.invoke({ id: 1 }), inProcess.invoke({ id: 2 })]);
    expect(cold).toMatchObject({ coldStart: true, stdout: ['in init', 'at 1'], payload: { n: 1, setting: 's', home: null, requestId: cold.requestId } });
    expect(warm).toMatchObject({ coldStart: false, stdout: ['at 2'], payload: { n: 2 }, environmentId: cold.environmentId });
    expect((warm.payload as any).left).toBeGreaterThan(9_000);
    await inProcess.recycle();
    expect(await inProcess.invoke({ id: 3 })).toMatchObject({ coldStart: true, payload: { n: 1 } });
    expect(inProcess.startedEnvironments).toBe(2);
    expect(inProcess.environments).toHaveLength(1);
  });

  test('fails as on the emulator', async () => {
    const inProcess = await startInProcess(`
      export const handler = async ({ how }) => {
        if (how === 'throw') throw new RangeError('too far');
        if (how === 'exit') process.exit(3);
        await new Promise(resolve => setTimeout(resolve, 60_000));
      };
    `, { timeoutMs: 200 });
    expect((await inProcess.invoke({ how: 'throw' })).functionError).toMatchObject({ errorType: 'RangeError', errorMessage: 'too far' });
    expect((await inProcess.invoke({ how: 'exit' })).functionError).toMatchObject({ errorType: 'Runtime.ExitError', errorMessage: expect.stringContaining('exit status 3') });
    const timedOut = await inProcess.invoke({ how: 'hang' });
    expect(timedOut).toMatchObject({ coldStart: true, functionError: { errorType: 'Sandbox.Timedout' } });
    expect((await inProcess.invoke({ how: 'throw' })).environmentId).not.toBe(timedOut.environmentId);
    const broken = await startInProcess('throw new SyntaxError("in init")');
    expect(await broken.invoke({})).toMatchObject({ coldStart: true, functionError: { errorType: 'SyntaxError', errorMessage: 'in init' } });
    const cjs = await startInProcess({ 'index.js': 'exports.nothing = 1;' });
    expect((await cjs.invoke({})).functionError).toMatchObject({ errorType: 'Runtime.HandlerNotFound' });
  });
});
