import { sharingFunction } from './sharing-function';
import { missingParts } from '../../tools/lambda-emulator';
import { emfLines, RUNTIMES, withEmulator } from '../equipment/emulate';
import { type MemcachedServer, missingMemcached, startMemcached } from '../equipment/memcached-servers';

const describeOnLambda = missingParts().length === 0 && missingMemcached() === undefined ? describe : describe.skip;

describeOnLambda.each(RUNTIMES)('a CachedFunction with Memcached on %s', (runtime) => {
  let server: MemcachedServer;

  beforeEach(async () => {
    server = await startMemcached();
  });
  afterEach(() => server?.stop());

  test('finds what an earlier environment has loaded', async () => {
    await withEmulator(sharingFunction({ settings: { kind: 'memcached', host: server.host, port: server.port } }, { runtime }), async (lambda) => {
      await lambda.invoke({ id: 'begins' });
      await lambda.invoke({ id: '1' });
      await lambda.recycle();
      const found = await lambda.invoke({ id: '1' });
      expect(found).toMatchObject({ coldStart: true, payload: { ids: ['1'], loads: 0 } });
      expect(emfLines(found.stdout)).toContainEqual(expect.objectContaining({ Hits: 1, SharedHits: 1 }));
    });
  });

  test('whose server has restarted while it was frozen calls the new one, at once and without an error', async () => {
    await withEmulator(sharingFunction({ settings: { kind: 'memcached', host: server.host, port: server.port } }, { runtime }), async (lambda) => {
      await lambda.invoke({ id: 'begins' });
      await lambda.invoke({ id: '1' });
      // The environment is frozen now, and does not hear that its connection is closed.
      await server.restart();
      const thawed = await lambda.invoke({ id: '2' });
      expect(thawed).toMatchObject({ coldStart: false, functionError: undefined, payload: { ids: ['2'], loads: 3 } });
      expect(emfLines(thawed.stdout).filter((line) => Number(line.SharedErrors ?? 0) + Number(line.SharedTimeouts ?? 0) > 0)).toEqual([]);

      // What it loads from now on is shared again.
      await lambda.invoke({ id: '3' });
      await lambda.recycle();
      expect(await lambda.invoke({ id: '3' })).toMatchObject({ payload: { ids: ['3'], loads: 0 } });
    });
  });
});
