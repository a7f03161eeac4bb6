import { describeIfThere, PATIENT } from './backend.js';
import { Environment } from './fleet.js';
import { MEMCACHED } from './memcached-backend.js';
import { type MemcachedServer, startMemcached } from '../equipment/memcached-servers';

describeIfThere(MEMCACHED)('a Memcached whose CAS is switched off (-C)', () => {
  let server: MemcachedServer;

  beforeAll(async () => {
    server = await startMemcached({ flags: ['-C'] });
  });
  afterAll(() => server?.stop());

  test('is not used: its first lookup is counted as an error, and logged with the remedy', async () => {
    const settings = { kind: 'memcached', host: server.host, port: server.port, ...PATIENT } as const;
    const environment = new Environment({ settings }, (key) => Promise.resolve({ key, version: 1 }), {});
    await environment.open();
    expect(environment.warnings).toEqual([expect.stringMatching(/The shared cache failed: it has no CAS, .* start memcached without -C/)]);
    expect(await environment.get('a')).toEqual({ key: 'a', version: 1 });
    await environment.settle();
    expect(environment.counters).toMatchObject({ sharedErrors: 1, originCalls: 1 });
    expect(environment.warnings).toHaveLength(1);
  });
});
