import { execFileSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, promises, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeIfThere, PATIENT, type Startable, type Topology } from './backend.js';
import { DYNAMODB } from './dynamodb-backend.js';
import { Environment } from './fleet.js';
import { MEMCACHED } from './memcached-backend.js';
import { REDIS } from './redis-backend.js';

/** Node.js's own, unless UV_THREADPOOL_SIZE says otherwise. */
const THREADS = Number(process.env.UV_THREADPOOL_SIZE ?? 4);

/** Occupies every thread of the pool, as idle workers on Lambda's Managed Instances do; gives what ends that. */
function occupyThreadPool(): () => Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), 'fifos-'));
  const fifos = Array.from({ length: THREADS }, (_, n) => join(directory, String(n)));
  execFileSync('mkfifo', fifos);
  // Opening one to read waits for somebody to open it to write.
  const waiting = fifos.map((fifo) => promises.open(fifo, 'r'));
  return async () => {
    fifos.forEach((fifo) => closeSync(openSync(fifo, 'w')));
    await Promise.all(waiting.map(async (opened) => (await opened).close()));
    rmSync(directory, { recursive: true });
  };
}

describe.each<[Startable<Topology>]>([[REDIS], [MEMCACHED], [DYNAMODB]])('a shared cache reached by its host name (%#)', (backend) => {
  describeIfThere(backend)(backend.name, () => {
    let topology: Topology;

    beforeAll(async () => {
      topology = await backend.start();
    }, 60_000);
    afterAll(() => topology?.stop());

    test('answers while every thread of Node.js\'s pool is busy', async () => {
      const { settings, environment } = topology;
      const endpoint = environment?.AWS_ENDPOINT_URL_DYNAMODB?.replace('127.0.0.1', 'localhost');
      const release = occupyThreadPool();
      try {
        const one = new Environment({
          settings: { ...settings, ...PATIENT, timeoutMs: 5_000, connectTimeoutMs: 5_000, ...('host' in settings && { host: 'localhost' }) },
          environment: { ...environment, ...(endpoint !== undefined && { AWS_ENDPOINT_URL_DYNAMODB: endpoint }) },
        }, (key) => Promise.resolve({ key, version: 1 }), {});
        await one.get('a');
        await one.settle();
        await one.open();
        expect(one.counters).toMatchObject({ sharedErrors: 0, sharedTimeouts: 0 });
        expect(await one.invalidateAll()).toEqual({ scope: 'fleet' });
      } finally {
        await release();
      }
    }, 60_000);
  });
});
