import { Runtime } from '../../lambda-runtime/api/environment-runtime.js';
import type { CachedOptions, UserLoader } from '../../lambda-runtime/api/options.js';
import { Warnings } from '../../lambda-runtime/engine/warnings.js';
import { Invocation, runInvocation } from '../../lambda-runtime/lambda/invocation.js';
import { FaultyProxy } from '../equipment/faulty-proxy';
import { startRedis } from '../equipment/redis-servers';
import { PATIENT } from '../fleet/backend';
import { openTier } from '../fleet/fleet';

/** An invocation's requests to the shared cache, as the server sees them. */
export interface Cost {
  readonly coherence: string;
  readonly hits: number;
  readonly commands: number;
  readonly bytes: number;
}

/** `memoryTtl` cannot be zero: a millisecond is over before the next hit. */
export const WAYS: Readonly<Record<string, CachedOptions<UserLoader>>> = {
  'off': {},
  'within 2 s': { coherence: { seconds: 2 } },
  'invocation': { coherence: 'invocation' },
  'memoryTtl 0': { memoryTtl: { milliseconds: 1 } },
};

const INVOCATIONS = 20;
/** Between two hits, by the clock of the environment. */
const STEP_MS = 2;

/** Commands and bytes of one invocation with so many hits, one after the other, on Redis. */
export async function measureCosts(hits: readonly number[]): Promise<Cost[]> {
  const server = await startRedis();
  let commands = 0;
  const proxy = await FaultyProxy.start({ host: '127.0.0.1', port: server.port }, {
    onRequest: (bytes) => commands += bytes.toString('latin1').match(/^\*\d+\r$/gm)?.length ?? 0,
  });
  const costs: Cost[] = [];
  try {
    for (const [coherence, options] of Object.entries(WAYS)) {
      for (const count of hits) {
        let now = Date.UTC(2026, 0, 1);
        let invocation = new Invocation();
        const { warnOnce } = new Warnings(() => {});
        const deps = { now: () => now, warnOnce };
        const shared = openTier({ kind: 'redis', host: '127.0.0.1', port: proxy.port, ...PATIENT }, {
          ...deps, environment: {}, namespace: `cost-${coherence}-${count}`, scope: () => invocation, maxMemoryBytes: 1e6,
        });
        const pending: Promise<void>[] = [];
        const runtime = new Runtime({
          environment: {}, ...deps, shared, warnings: { once: warnOnce }, runAfterResponse: (work: { run(): Promise<void> }) => pending.push(work.run()) > 0, tierAccessOf: () => 'all',
        } as never, { namespace: `cost-${coherence}-${count}`, maxMemoryBytes: 1e6, caching: {}, caches: {} });
        const price = runtime.cached('price', (id: string) => Promise.resolve(id), options as never) as (id: string) => Promise<string>;
        const invoke = async () => {
          invocation = new Invocation();
          await runInvocation(invocation, async () => {
            runtime.invocationBegan();
            for (let hit = 0; hit < count; hit++) {
              await price('1');
              now += STEP_MS;
            }
          });
        };
        // It connects, begins the index, loads and stores.
        await invoke();
        await Promise.all(pending);
        await invoke();
        const before = { commands, bytes: proxy.traffic.bytesSent + proxy.traffic.bytesReceived };
        for (let each = 0; each < INVOCATIONS; each++) {
          await invoke();
        }
        costs.push({
          coherence,
          hits: count,
          commands: (commands - before.commands) / INVOCATIONS,
          bytes: Math.round((proxy.traffic.bytesSent + proxy.traffic.bytesReceived - before.bytes) / INVOCATIONS),
        });
      }
    }
  } finally {
    await proxy.stop();
    await server.stop();
  }
  return costs;
}
