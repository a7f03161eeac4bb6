import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { GetItemCommand } from '@aws-sdk/client-dynamodb';
import { describeIfThere, PATIENT, type Topology } from './backend.js';
import { DYNAMODB } from './dynamodb-backend.js';
import { Environment, INDEX_KEY, KEY_PREFIX } from './fleet.js';
import { MEMCACHED } from './memcached-backend.js';
import { REDIS } from './redis-backend.js';
import type { SharedEntry } from '../../lambda-runtime/engine/shared.js';
import { changeHash } from '../../lambda-runtime/shared/change-log.js';
import { decodeEntry, encodeEntry, type ReadEnvelope, ID_LENGTH, tombstone } from '../../lambda-runtime/shared/envelope.js';
import { decodeIndex, encodeIndex } from '../../lambda-runtime/stores/memcached/invalidation-index.js';
import { startMemcached } from '../equipment/memcached-servers';
import { startRedis } from '../equipment/redis-servers';

interface Example {
  readonly key: string;
  readonly indexVersion: string;
  readonly entry: Omit<SharedEntry, 'validator'> & { readonly validator?: string };
  readonly text?: string;
  readonly base64?: string;
}

interface Documented {
  readonly entries: readonly Example[];
  readonly tombstone: { readonly key: string; readonly text: string };
  readonly hashes: { readonly [changed: string]: string };
  readonly redis: { readonly [field: string]: string };
  readonly memcached: { readonly [key: string]: string };
  readonly dynamodb: { readonly [key: string]: object };
}

const document = readFileSync(join(__dirname, '../../docs/wire-format.md'), 'utf8');
const documented = Object.assign({}, ...[...document.matchAll(/```json\n([^]*?)```/g)].map(([, json]) => JSON.parse(json) as object)) as Documented;
const EPOCH = 'bWFkZSB1cCBp';

/** What JSON cannot show. */
function valueOf({ entry }: Example): SharedEntry {
  const text = JSON.stringify(entry.value);
  const value = text.includes('a Date') ? { at: new Date(0) } : text.includes('5000 times') ? 'x'.repeat(5_000) : entry.value;
  return { validator: undefined, ...entry, value };
}

describe('docs/wire-format.md', () => {
  test.each(documented.entries.map((example) => [example.text ?? example.base64, example] as const))('has the bytes of an entry: %s', (_, example) => {
    const bytes = example.text === undefined ? Buffer.from(example.base64!, 'base64') : Buffer.from(example.text);
    const envelope = { entry: valueOf(example), indexVersion: example.indexVersion };
    const { entry: { isJson, version, ...entry }, indexVersion } = decodeEntry(example.key, bytes) as ReadEnvelope;
    expect({ entry, indexVersion }).toStrictEqual(envelope);
    expect(version).toEqual({ id: bytes.toString('latin1', 0, 12), indexVersion });
    expect(isJson).toBe(/^.{20}[jJ]/.test(bytes.toString('latin1')));
    const encoded = encodeEntry(example.key, envelope);
    if (example.text === undefined) {
      // Other versions of Zstandard may write other bytes.
      expect(encoded.toString('latin1', 20, 21)).toBe('J');
    } else {
      expect(encoded.subarray(ID_LENGTH).toString()).toBe(example.text.slice(ID_LENGTH));
    }
  });

  test('has the bytes of a tombstone', () => {
    const { key, text } = documented.tombstone;
    expect(decodeEntry(key, Buffer.from(text))).toBe('tombstone');
    expect(tombstone(key).subarray(ID_LENGTH).toString()).toBe(text.slice(ID_LENGTH));
  });

  test('has the hashes of changes', () => {
    for (const [changed, hash] of Object.entries(documented.hashes)) {
      expect(changeHash(changed)).toBe(hash);
    }
  });

  test('has the bytes of an index in Memcached', () => {
    const bytes = Buffer.from(documented.memcached[INDEX_KEY]);
    expect(encodeIndex(INDEX_KEY, decodeIndex(INDEX_KEY, bytes)!)).toEqual(bytes);
  });
});

/** Does what the document says its examples are made by. */
async function changeThings(topology: Omit<Topology, 'stop'>): Promise<void> {
  const one = new Environment(topology, (key) => Promise.resolve({ key, version: 1 }), { ttl: { seconds: 10 } });
  await one.open();
  await one.invalidateTags('red');
  await one.invalidateAll();
  await one.invalidate('a');
}

describeIfThere(REDIS)('docs/wire-format.md and Redis', () => {
  test('agree on the index', async () => {
    const server = await startRedis();
    try {
      await changeThings({ settings: { kind: 'redis', host: server.host, port: server.port, ...PATIENT } });
      const lines = (await server.call('HGETALL', INDEX_KEY)).split('\n');
      const versions = [...new Set(lines.join().match(/\d{16}/g))].sort();
      const replaced = lines.map((line) => line.replace(/\d{16}/g, (indexVersion) => String(1764000000000000 + versions.indexOf(indexVersion))));
      const fields = Object.fromEntries(replaced.flatMap((line, index) => index % 2 === 0 ? [[line, replaced[index + 1]]] : [])) as object;
      expect(fields).toEqual(documented.redis);
      expect(await server.call('GETRANGE', `${KEY_PREFIX}a`, 12, -1)).toBe(documented.tombstone.text.slice(ID_LENGTH));
    } finally {
      await server.stop();
    }
  });
});

describeIfThere(MEMCACHED)('docs/wire-format.md and Memcached', () => {
  test('agree on index and log', async () => {
    const server = await startMemcached();
    try {
      await changeThings({ settings: { kind: 'memcached', host: server.host, port: server.port, ...PATIENT } });
      const read = async (key: string) => (await server.call(`get ${key}`)).split('\r\n')[1];
      const index = decodeIndex(INDEX_KEY, Buffer.from(await read(INDEX_KEY)))!;
      expect(encodeIndex(INDEX_KEY, { ...index, epoch: EPOCH }).toString()).toBe(documented.memcached[INDEX_KEY]);
      expect((await read(`${INDEX_KEY}log`)).replace(/^[\w-]{12}/, EPOCH)).toBe(documented.memcached[`${INDEX_KEY}log`]);
    } finally {
      await server.stop();
    }
  });
});

describeIfThere(DYNAMODB)('docs/wire-format.md and DynamoDB', () => {
  test('agree on index, tags and log', async () => {
    const backend = await DYNAMODB.start();
    try {
      await changeThings(backend);
      for (const [key, documentedItem] of Object.entries(documented.dynamodb)) {
        const { Item } = await backend.client.send(new GetItemCommand({ TableName: 'cache', Key: { key: { S: key } } }));
        expect(Item).toMatchObject({ epoch: { S: expect.stringMatching(/^[\w-]{12}$/) as string } });
        expect({ ...Item, epoch: { S: EPOCH } }).toEqual({ key: { S: key }, ...documentedItem });
      }
    } finally {
      await backend.stop();
    }
  });
});
