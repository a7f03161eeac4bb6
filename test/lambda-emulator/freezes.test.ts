import { once } from 'node:events';
import { statSync, watch } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { describeReal, LIFE_CYCLE_RUNTIMES, start } from './fixture';
import { processStopped } from './processes';
import { missingFakeClock } from '../../tools/lambda-emulator';
import { temporaryDirectory } from '../equipment/node-process';

const clockTest = missingFakeClock() === undefined ? test : test.skip;

describeReal.each(LIFE_CYCLE_RUNTIMES)('on %s', (runtime) => {
  test('between invocations the process is stopped, with the timers that it left behind', async () => {
    const ticks = join(temporaryDirectory({ ticks: '' }), 'ticks');
    const emulator = await start(`
      import { appendFileSync } from 'node:fs';
      export const handler = async () => void setInterval(() => appendFileSync(${JSON.stringify(ticks)}, '.'), 20);
    `, { runtime });

    await emulator.invoke({});
    const [environment] = emulator.environments;
    expect(environment.state).toBe('frozen');
    await processStopped(environment.pid);
    const { size } = statSync(ticks);
    // Nothing announces that nothing happens.
    await delay(120);
    expect(statSync(ticks).size).toBe(size);

    environment.thaw();
    expect(environment.state).toBe('idle');
    await fileChanges(ticks);
    environment.freeze();
    await processStopped(environment.pid);
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

async function fileChanges(path: string): Promise<void> {
  const watcher = watch(path);
  try {
    await once(watcher, 'change');
  } finally {
    watcher.close();
  }
}
