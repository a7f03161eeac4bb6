import { startOnInstances, WORKERS } from './fixture';
import type { ManagedInstances } from '../../tools/lambda-emulator';
import { describeOnLambda, type EmfLine, emfLines } from '../equipment/emulate';
import { eventually } from '../equipment/eventually';

/** Reads things whose loads overlap with those of other requests; what a loader finds in the user's own async context is part of its value. */
const HANDLER = `
  import { AsyncLocalStorage } from 'node:async_hooks';
  import { setTimeout as delay } from 'node:timers/promises';
  import { threadId } from 'node:worker_threads';
  import { cached, cachedMany } from 'cdk-cached-function/runtime';
  const caller = new AsyncLocalStorage();
  let loads = 0;
  const own = cached('own', async (id) => { await delay(5); return { id, caller: caller.getStore() }; });
  const shared = cached('shared', async () => { loads++; await delay(20); return 'shared'; });
  const ofTenant = cached('ofTenant', async (id) => { await delay(5); return { id, tenant: caller.getStore().tenantId }; });
  const many = cachedMany('many', async (ids) => { await delay(5); return ids.map((id) => 'value of ' + id); });
  export const handler = async ({ id, tenantKey = 'same' }, { awsRequestId, tenantId }) => caller.run({ id, tenantId }, async () => ({
    threadId,
    awsRequestId,
    own: await own(id),
    again: await own(id),
    shared: await shared(),
    loads,
    ofTenant: await ofTenant(tenantKey),
    many: await many([id, 'x', id]),
  }));
`;

interface Answer {
  readonly threadId: number;
  readonly awsRequestId: string;
  readonly own: { readonly id: string; readonly caller: { readonly id: string; readonly tenantId?: string } };
  readonly again: object;
  readonly loads: number;
  readonly ofTenant: { readonly tenant?: string };
  readonly many: string[];
}

const REQUESTS = 64;

function metricsOf(managed: ManagedInstances): EmfLine[] {
  return emfLines(managed.logs.map(({ line }) => line));
}

describeOnLambda('requests at once on Managed Instances', () => {
  test('each get their own answers, are counted under their own ids, and write whole lines', async () => {
    const managed = await startOnInstances(HANDLER);
    const results = await Promise.all(Array.from({ length: REQUESTS }, (_, i) => managed.invoke({ id: `id-${i}` })));

    const answers = results.map(({ payload }) => payload as Answer);
    for (const [i, answer] of answers.entries()) {
      const id = `id-${i}`;
      const value = { id, caller: { id } };
      const many = [`value of ${id}`, 'value of x', `value of ${id}`];
      expect(answer).toMatchObject({ awsRequestId: results[i].requestId, own: value, again: value, shared: 'shared', many });
    }
    const threads = new Set(answers.map(({ threadId }) => threadId));
    expect(threads.size).toBe(WORKERS);
    // One load per key and worker, however many ask at once.
    expect(answers.map(({ loads }) => loads)).toEqual(Array(REQUESTS).fill(1));

    const caches = ['own', 'shared', 'ofTenant', 'many'];
    await eventually(() => expect(metricsOf(managed)).toHaveLength(caches.length * REQUESTS));
    const ids = answers.map(({ awsRequestId }) => awsRequestId).sort();
    for (const name of caches) {
      expect(metricsOf(managed).filter(({ CacheName }) => CacheName === name).map(({ RequestId }) => RequestId).sort()).toEqual(ids);
    }
    const countsOfOwn = metricsOf(managed).filter(({ CacheName }) => CacheName === 'own');
    expect(countsOfOwn).toEqual(Array(REQUESTS).fill(expect.objectContaining({ Hits: 1, Misses: 1 })));
    // Every line is a line of metrics: none was cut, and none runs into another.
    expect(managed.logs.filter(({ line }) => !line.startsWith('{"_aws":'))).toEqual([]);
  }, 60_000);

  test('of different tenants are separate, although they request the same key', async () => {
    const managed = await startOnInstances(HANDLER, { options: { workers: 2 } });
    const callers = Array.from({ length: REQUESTS }, (_, i) => ({ id: `id-${i}-of-${i % 7}`, tenantId: `tenant-${i % 7}` }));
    // The second time, all is in memory.
    for (let round = 0; round < 2; round++) {
      const results = await Promise.all(callers.map(({ id, tenantId }) => managed.invoke({ id }, { tenantId })));
      const answers = results.map(({ payload }) => payload as Answer);
      expect(answers.map(({ ofTenant }) => ofTenant)).toEqual(callers.map(({ tenantId }) => ({ id: 'same', tenant: tenantId })));
      expect(answers.map(({ own }) => own.caller)).toEqual(callers);
    }
  }, 60_000);
});

describeOnLambda('a stale entry on Managed Instances', () => {
  test('is returned at once, and refreshed in the background, by each worker separately', async () => {
    const managed = await startOnInstances(`
      import { setTimeout as delay } from 'node:timers/promises';
      import { threadId } from 'node:worker_threads';
      import { cached } from 'cdk-cached-function/runtime';
      let loads = 0;
      const slow = cached('slow', async () => { await delay(loads === 0 ? 0 : 300); return ++loads; });
      export const handler = async () => {
        const started = performance.now();
        const value = await slow();
        return { threadId, value, ms: performance.now() - started };
      };
    `, { settings: { caching: { ttlMs: 50, staleWhileRevalidateMs: 3_600_000 } }, options: { workers: 2 } });

    const seen = new Map<number, number>();
    const waits: number[] = [];
    await eventually(async () => {
      const results = await Promise.all([1, 2].map(() => managed.invoke({})));
      for (const { threadId, value, ms } of results.map(({ payload }) => payload as { threadId: number; value: number; ms: number })) {
        seen.set(threadId, Math.max(value, seen.get(threadId) ?? 0));
        waits.push(ms);
      }
      expect(seen.size).toBe(2);
      expect(Math.min(...seen.values())).toBeGreaterThanOrEqual(3);
    });
    // Nobody waited for a refresh.
    expect(waits.sort((a, b) => a - b)[Math.floor(waits.length / 2)]).toBeLessThan(100);
    await eventually(() => expect(metricsOf(managed).some(({ StaleHits }) => Number(StaleHits) > 0)).toBe(true));
    // No extension was registered, and nobody complains of that.
    expect(managed.logs.filter(({ line }) => !line.startsWith('{"_aws":'))).toEqual([]);
  }, 60_000);
});
