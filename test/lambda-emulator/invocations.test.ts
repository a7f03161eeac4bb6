import { describeReal, LIFE_CYCLE_RUNTIMES, SLEEP, start } from './fixture';

describeReal.each(LIFE_CYCLE_RUNTIMES)('on %s', (runtime) => {
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

  test('streamed responses, and an error in the middle of one', async () => {
    const emulator = await start(`
      ${SLEEP}
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
    expect(cold.stdout.map((line) => line.split('\t').at(-1))).toEqual(['in init', 'logged 1', 'raw 1 ünïcode']);
    expect(warm.stdout.map((line) => line.split('\t').at(-1))).toEqual(['logged 2', 'raw 2 ünïcode']);
    expect(warm.stderr).toEqual(['error 2']);
    expect(seen).toContainEqual(['stderr', 'error 2', warm.requestId]);

    const json = await start(code, { runtime, logFormat: 'JSON' });
    const [, logged, raw] = (await json.invoke({ id: 3 })).stdout;
    expect(JSON.parse(logged)).toMatchObject({ level: 'INFO', message: 'logged 3' });
    expect(raw).toBe('raw 3 ünïcode');
  });
});

describeReal('an invocation', () => {
  test("payloads beyond Lambda's limits are rejected", async () => {
    const emulator = await start('export const handler = async ({ size }) => "x".repeat(size);');
    await expect(emulator.invoke('x'.repeat(6 * 1024 * 1024 + 1))).rejects.toThrow('RequestTooLargeException');
    expect((await emulator.invoke({ size: 6_291_557 })).functionError).toMatchObject({ errorType: 'Function.ResponseSizeTooLarge' });
    expect((await emulator.invoke({ size: 6_291_000 })).payload).toHaveLength(6_291_000);
  });
});

describeReal('the Runtime API', () => {
  test('waits for the response of a runtime that requests its next event too early', async () => {
    const emulator = await start(`${SLEEP}
      export const handler = async () => {
        void fetch('http://' + process.env.AWS_LAMBDA_RUNTIME_API + '/2018-06-01/runtime/invocation/next');
        await sleep(200);
        return 'late';
      };
    `);
    expect((await emulator.invoke({})).payload).toBe('late');
  });
});
