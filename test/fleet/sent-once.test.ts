import { describeIfThere, PATIENT, type Startable, type Topology } from './backend.js';
import { DYNAMODB, type DynamoDbBackend } from './dynamodb-backend.js';
import { Environment } from './fleet.js';
import { MEMCACHED } from './memcached-backend.js';
import { REDIS } from './redis-backend.js';
import { FaultyProxy } from '../equipment/faulty-proxy';

/** The command by which each client replaces an entry unconditionally. */
const WRITES: readonly (readonly [Startable<Topology>, RegExp])[] = [
  [REDIS, /\$3\r\nset\r\n/i], [MEMCACHED, /^(set|ms) /], [DYNAMODB, /DynamoDB_20120810\.PutItem/],
];

describe.each(WRITES)('an unconditional write (%#)', (backend, write) => {
  describeIfThere(backend)(backend.name, () => {
    let topology: Topology;
    let network: FaultyProxy;
    let one: Environment;
    let writes: number;
    let loseReplies: boolean;

    beforeEach(async () => {
      topology = await backend.start();
      const { server } = topology as DynamoDbBackend;
      const { settings } = topology;
      writes = 0;
      loseReplies = false;
      const target = 'host' in settings ? { host: settings.host, port: Number(settings.port) } : { host: '127.0.0.1', port: server.port };
      network = await FaultyProxy.start(target, {
        onRequest: (bytes) => {
          if (write.test(bytes.toString('latin1'))) {
            writes++;
            void (loseReplies && network.set('truncated', { only: 'existing' }));
          }
        },
      });
      one = new Environment({
        settings: { ...settings, ...PATIENT, ...('host' in settings && { port: network.port }) },
        ...(!('host' in settings) && { environment: server.environment(`http://127.0.0.1:${network.port}`) }),
      }, (key) => Promise.resolve({ key, version: 1 }), { ttl: { seconds: 3_600 } });
      await one.open();
    }, 60_000);
    afterEach(async () => {
      await network.stop();
      await topology.stop();
    });

    // The first might be carried out after others have changed the entry.
    test('is not sent again when the connection ends before the reply, and its caller gets the error', async () => {
      writes = 0;
      loseReplies = true;
      expect((await one.prime('a', { key: 'a', version: 2 })).scope).toBe('environment');
      expect(writes).toBe(1);
    });

    test('reaches the fleet after an idle connection was closed', async () => {
      await network.set('closed', { only: 'existing' });
      await network.set('pass');
      expect((await one.prime('a', { key: 'a', version: 2 })).scope).toBe('fleet');
    });

    test('is sent again if it is a tombstone: a late one is harmless', async () => {
      writes = 0;
      loseReplies = true;
      await one.invalidate('a');
      expect(writes).toBeGreaterThan(1);
    });
  });
});
