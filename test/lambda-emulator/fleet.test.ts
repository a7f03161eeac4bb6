import { existsSync } from 'node:fs';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { describeReal, SLOW, start } from './fixture';
import type { LambdaEmulator } from '../../tools/lambda-emulator';

/** Waits until the first environment has its request; nothing announces it. */
async function firstIsBusy(emulator: LambdaEmulator): Promise<void> {
  while (emulator.environments[0]?.state !== 'busy') {
    await nextTurn();
  }
}

describeReal('the fleet', () => {
  test('concurrent requests scale out, later ones take the most recently used environment', async () => {
    const emulator = await start(SLOW);
    const results = await Promise.all([emulator.invoke({ ms: 50 }), emulator.invoke({ ms: 50 })]);
    const ids = results.map((result) => result.environmentId);
    expect(new Set(ids).size).toBe(2);
    expect(emulator.startedEnvironments).toBe(2);
    for (const environmentId of [...ids, ids[0]]) {
      expect(await emulator.invoke({ ms: 1 }, { environmentId })).toMatchObject({ coldStart: false, environmentId });
      expect(await emulator.invoke({ ms: 1 })).toMatchObject({ coldStart: false, environmentId });
    }
    await expect(emulator.invoke({}, { environmentId: 'nobody' })).rejects.toThrow('no environment nobody');
  });

  test('requests beyond maxEnvironments wait', async () => {
    const emulator = await start(SLOW, {}, { maxEnvironments: 1 });
    const order: number[] = [];
    const results = await Promise.all([1, 2, 3].map(async (id) => {
      const result = await emulator.invoke({ ms: 20 });
      order.push(id);
      return result;
    }));
    expect(order).toEqual([1, 2, 3]);
    expect(results.map((result) => result.coldStart)).toEqual([true, false, false]);
    expect(results[2].responseMs).toBeGreaterThan(results[1].responseMs);
    expect(results[2].billedMs).toBeLessThan(results[2].responseMs);
    expect(emulator.startedEnvironments).toBe(1);
  });

  test('recycled environments are gone, and the next request starts a new one; busy ones end after their invocation', async () => {
    const emulator = await start(SLOW);
    const { payload: pid } = await emulator.invoke({ ms: 1 });
    await emulator.recycle();
    expect(emulator.environments).toEqual([]);
    expect(existsSync(`/proc/${pid as number}`)).toBe(false);

    const busy = emulator.invoke({ ms: 150 });
    await firstIsBusy(emulator);
    const recycled = emulator.recycle();
    const other = await emulator.invoke({ ms: 1 });
    expect(await busy).toMatchObject({ coldStart: true, functionError: undefined });
    expect(other.environmentId).not.toBe((await busy).environmentId);
    await recycled;
    expect(emulator.environments.map((environment) => environment.id)).toEqual([other.environmentId]);
  });

  test('an environment that is being recycled gets no further request', async () => {
    const emulator = await start(SLOW, {}, { maxEnvironments: 1 });
    const first = emulator.invoke({ ms: 100 });
    const waiting = emulator.invoke({ ms: 100 });
    await firstIsBusy(emulator);
    await emulator.recycle();
    expect((await first).functionError).toBeUndefined();
    expect(await waiting).toMatchObject({ coldStart: true, functionError: undefined });
  });

  test("a tenant's environment serves no other tenant", async () => {
    const emulator = await start('export const handler = async (event, context) => context.tenantId ?? null;', {}, { maxEnvironments: 2 });
    const blue = await emulator.invoke({}, { tenantId: 'blue' });
    const green = await emulator.invoke({}, { tenantId: 'green' });
    expect([blue.payload, green.payload]).toEqual(['blue', 'green']);
    expect((await emulator.invoke({}, { tenantId: 'blue' })).environmentId).toBe(blue.environmentId);
    // The place of the one that was used longest ago.
    expect(await emulator.invoke({})).toMatchObject({ coldStart: true, payload: null });
    expect(emulator.environments.map((environment) => environment.tenantId)).toEqual(['blue', undefined]);
  });
});
