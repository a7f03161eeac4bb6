import { describeReal, SLEEP, SLOW, start } from './fixture';

describeReal('an environment', () => {
  test('a function that takes too long is killed', async () => {
    const emulator = await start(SLOW, { timeoutMs: 300 });
    const { functionError, requestId, billedMs, initMs } = await emulator.invoke({ ms: 10_000 });
    expect(functionError).toEqual({ errorType: 'Sandbox.Timedout', errorMessage: `RequestId: ${requestId} Error: Task timed out after 0.30 seconds` });
    expect(billedMs - initMs!).toBeGreaterThanOrEqual(299);
    expect(emulator.environments).toEqual([]);
    expect(await emulator.invoke({ ms: 1 })).toMatchObject({ coldStart: true, functionError: undefined });
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
        for (let i = 0; i < megabytes; i++) { kept.push(Buffer.alloc(1024 * 1024, 1)); await new Promise((resolve) => setTimeout(resolve, 1)); }
      };
    `;
    const emulator = await start(code, { memorySizeMb: 150 });
    expect((await emulator.invoke({ megabytes: 20 })).functionError).toBeUndefined();
    const [environment] = emulator.environments;
    expect(environment.memoryBytes()).toBeGreaterThan(25 * 1024 * 1024);
    expect(environment.peakMemoryBytes).toBeGreaterThanOrEqual(environment.memoryBytes());
    const { functionError, requestId } = await emulator.invoke({ megabytes: 500 });
    expect(functionError).toEqual({
      errorType: 'Runtime.OutOfMemory', errorMessage: `RequestId: ${requestId} Error: Runtime exited with error: signal: killed`,
    });
    expect(environment.state).toBe('dead');
    expect(environment.peakMemoryBytes).toBeGreaterThan(150 * 1024 * 1024);
    expect(environment.peakMemoryBytes).toBeLessThan(500 * 1024 * 1024);
  });

  test('INIT that takes too long fails', async () => {
    const emulator = await start(`${SLEEP} await sleep(60_000); export const handler = async () => 1;`, {}, { initTimeoutMs: 300 });
    expect((await emulator.invoke({})).functionError).toMatchObject({ errorType: 'Sandbox.Timedout' });
  });
});
