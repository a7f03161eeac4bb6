import { functionOf, startInProcess } from './fixture';
import { temporaryDirectory } from '../equipment/node-process';

describe('a function in this process', () => {
  test('is invoked as on the emulator', async () => {
    const layer = temporaryDirectory({
      'x/handler.mjs': `
      let n = 0;
      console.log('in init');
      export const handler = async (event, context) => {
        console.log('at', event.id);
        return { n: ++n, setting: process.env.SETTING, home: process.env.HOME ?? null, requestId: context.awsRequestId, left: context.getRemainingTimeInMillis() };
      };
    `,
    });
    const inProcess = await startInProcess(functionOf({}, { handler: '/opt/x/handler.handler', layerDirectories: [layer], environment: { SETTING: 's' } }));
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
    const inProcess = await startInProcess(functionOf(`
      export const handler = async ({ how }) => {
        if (how === 'throw') throw new RangeError('too far');
        if (how === 'exit') process.exit(3);
        await new Promise((resolve) => setTimeout(resolve, 60_000));
      };
    `, { timeoutMs: 200 }));
    expect((await inProcess.invoke({ how: 'throw' })).functionError).toMatchObject({ errorType: 'RangeError', errorMessage: 'too far' });
    expect((await inProcess.invoke({ how: 'exit' })).functionError).toMatchObject({ errorType: 'Runtime.ExitError', errorMessage: expect.stringContaining('exit status 3') });
    const timedOut = await inProcess.invoke({ how: 'hang' });
    expect(timedOut).toMatchObject({ coldStart: true, functionError: { errorType: 'Sandbox.Timedout' } });
    expect((await inProcess.invoke({ how: 'throw' })).environmentId).not.toBe(timedOut.environmentId);
    const broken = await startInProcess(functionOf('throw new SyntaxError("in init")'));
    expect(await broken.invoke({})).toMatchObject({ coldStart: true, functionError: { errorType: 'SyntaxError', errorMessage: 'in init' } });
    const cjs = await startInProcess(functionOf({ 'index.js': 'exports.nothing = 1;' }));
    expect((await cjs.invoke({})).functionError).toMatchObject({ errorType: 'Runtime.HandlerNotFound' });
  });
});
