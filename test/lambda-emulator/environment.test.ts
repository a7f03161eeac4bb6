import { chmodSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import { describeReal, LIFE_CYCLE_RUNTIMES, start } from './fixture';
import { temporaryDirectory } from '../equipment/node-process';

describeReal.each(LIFE_CYCLE_RUNTIMES)('on %s', (runtime) => {
  test("a cold start, then a warm one, in Lambda's environment and not in the machine's", async () => {
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

  test("Lambda's flag --expose-gc, which the option fastInit leaves out, has the same effect", async () => {
    const code = `
      export const handler = async () => {
        const [first] = process.execArgv;
        let collected = new WeakRef(Array.from({ length: 1e6 }, (_, n) => ({ n })));
        await new Promise(setImmediate);
        const before = process.memoryUsage().heapUsed;
        gc();
        await new Promise(setImmediate);
        gc();
        return { first, isCollected: collected.deref() === undefined, isFreed: process.memoryUsage().heapUsed < before - 1e6, kept: globalThis.gc === gc };
      };
    `;
    const results = await Promise.all([false, true].map(async (fastInit) => {
      const emulator = await start(code, { runtime }, { fastInit });
      return (await emulator.invoke({})).payload;
    }));
    expect(results).toEqual([false, true].map(() => ({ first: '--expose-gc', isCollected: true, isFreed: true, kept: true })));
  });

  test('layers are merged into /opt, for the handler and for NODE_PATH', async () => {
    const layer = temporaryDirectory({ 'wrapper/handler.mjs': 'throw new Error("overwritten");', 'nodejs/node_modules/dep/index.js': 'exports.name = "dep of the layer";' });
    const upper = temporaryDirectory({
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
});

describeReal('an environment', () => {
  test('a wrapper script starts the runtime', async () => {
    const layer = temporaryDirectory({ 'wrapper.sh': '#!/bin/sh\nexport WRAPPED=yes\nexec "$@"\n' });
    chmodSync(join(layer, 'wrapper.sh'), 0o755);
    const emulator = await start('export const handler = async () => process.env.WRAPPED;', {
      layerDirectories: [layer], environment: { AWS_LAMBDA_EXEC_WRAPPER: '/opt/wrapper.sh' },
    });
    expect((await emulator.invoke({})).payload).toBe('yes');
  });
});
