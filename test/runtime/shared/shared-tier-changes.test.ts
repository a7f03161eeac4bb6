import { entryOf, KEY, NOTHING, NOW, OTHER_KEY, ScriptedServer } from './scripted-server';
import { UNCONDITIONAL } from '../../../lambda-runtime/engine/shared.js';
import { changeHash } from '../../../lambda-runtime/shared/change-log.js';
import { decodeEntry, idOf } from '../../../lambda-runtime/shared/envelope.js';
import { TOMBSTONE_RETENTION_MS } from '../../../lambda-runtime/shared/tier.js';

describe('a write', () => {
  const version = { id: 'twelve bytes', indexVersion: 'e:4' };

  test('of a loaded value has its lookup\'s condition and version, and returns its version token', async () => {
    const server = new ScriptedServer();
    const stored = await server.tier.store(KEY, server.scope, entryOf('tea'), 1_234, version);
    const [[{ bytes, ...write }]] = server.writes;
    expect(write).toEqual({ key: KEY, retentionMs: 1_234, expected: 'twelve bytes', isOnce: false });
    expect(decodeEntry(KEY, bytes)).toMatchObject({ entry: entryOf('tea'), indexVersion: 'e:4' });
    expect(stored).toEqual({ id: idOf(bytes), indexVersion: 'e:4' });
    expect([server.reads, server.logged]).toEqual([[], []]);
  });

  test('of several values is one request', async () => {
    const server = new ScriptedServer();
    const store = (key: string) => server.tier.store(key, server.scope, entryOf(key), 1_000, version);
    await Promise.all([store(KEY), store(OTHER_KEY)]);
    await store(KEY);
    expect(server.writes.map((writes) => writes.map(({ key }) => key))).toEqual([[KEY, OTHER_KEY], [KEY]]);
  });

  test('of a primed value is unconditional, has the latest version, and is logged then', async () => {
    const server = new ScriptedServer();
    const stored = await server.tier.store(KEY, server.scope, entryOf('tea'), 1_000, UNCONDITIONAL);
    const [[{ bytes, expected, isOnce }]] = server.writes;
    expect(expected).toBeUndefined();
    expect(isOnce).toBe(true);
    expect(stored).toEqual({ id: idOf(bytes), indexVersion: 'e:5' });
    expect(server.logged).toEqual([[changeHash(`k:${KEY}`)]]);
  });

  test.each(['read', 'write', 'log'])('of a primed value has not reached the fleet if the server cannot %s', async (operation) => {
    const server = new ScriptedServer();
    server.broken.add(operation);
    expect(await server.tier.store(KEY, server.scope, entryOf('tea'), 1_000, UNCONDITIONAL)).toBeUndefined();
    expect(server.logged).toEqual([]);
    expect(server.counters.sharedErrors).toBe(1);
  });

  test('of a primed value writes nothing if the index is lost', async () => {
    const server = new ScriptedServer();
    server.latest = undefined;
    expect(await server.tier.store(KEY, server.scope, entryOf('tea'), 1_000, UNCONDITIONAL)).toBeUndefined();
    expect(server.writes).toEqual([]);
  });

  test('of what is too large for the server is counted and logged once for each cache, and not sent', async () => {
    const server = new ScriptedServer();
    server.maxBytes = 50;
    for (const cacheName of ['product', 'product', 'offer']) {
      expect(await server.tier.store(KEY, { ...server.scope, cacheName }, entryOf('x'.repeat(100)), 1_000, version)).toBeUndefined();
    }
    expect(server.writes).toEqual([]);
    expect(server.counters.uncacheable).toBe(3);
    expect(server.warnings).toEqual([
      expect.stringMatching(/^A value of cache 'product' is not shared: /), expect.stringMatching(/^A value of cache 'offer' is not shared: /),
    ]);
  });
});

describe('an invalidation', () => {
  test('of a key writes a tombstone that outlives every entry, and logs the change', async () => {
    const server = new ScriptedServer();
    expect(await server.tier.invalidate(KEY)).toBe(true);
    const [[{ bytes, ...write }]] = server.writes;
    expect(write).toEqual({ key: KEY, retentionMs: TOMBSTONE_RETENTION_MS, expected: undefined });
    expect(decodeEntry(KEY, bytes)).toBe('tombstone');
    expect(server.logged).toEqual([[changeHash(`k:${KEY}`)]]);
  });

  test('of a cache, or of tags, sends each once', async () => {
    const server = new ScriptedServer();
    expect(await server.tier.invalidateCache('product')).toBe(true);
    expect(await server.tier.invalidateTags(['red', 'blue', 'red'])).toBe(true);
    expect(server.invalidated).toEqual([['c:product'], ['t:red', 't:blue']]);
  });

  test('that fails is logged, and this environment trusts nothing earlier', async () => {
    const server = new ScriptedServer();
    server.has(KEY, entryOf('tea', { storedAt: NOW + 1_000 }));
    expect((await server.find()).entry?.value).toBe('tea');
    server.broken.add('write');
    expect(await server.tier.invalidate(KEY)).toBe(false);
    expect(server.warnings).toContainEqual(expect.stringContaining('An invalidation did not reach the shared cache'));
    // The clock of the environment that stored it may be ahead by a second.
    expect((await server.find()).entry).toBeUndefined();
    server.has(KEY, entryOf('coffee', { storedAt: NOW + 1_001 }));
    expect((await server.find()).entry?.value).toBe('coffee');
  });

  test('that failed before this client existed counts as well', async () => {
    const server = new ScriptedServer({ ignoreEntriesBefore: NOW });
    server.has(KEY, entryOf('tea'));
    expect((await server.find()).entry).toBeUndefined();
    server.has(KEY, entryOf('coffee', { storedAt: NOW + 1 }));
    expect((await server.find()).entry?.value).toBe('coffee');
  });
});

describe('an environment whose clock is wrong', () => {
  test.each([[61_400, '61 s ahead of'], [-61_400, '61 s behind']])('(%i ms) neither reads nor stores, and logs that once', async (offset, text) => {
    const server = new ScriptedServer();
    server.has(KEY, entryOf('tea'));
    server.clockOffsetMs = offset;
    expect(await server.find()).toEqual(NOTHING);
    expect(await server.tier.store(KEY, server.scope, entryOf('tea'), 1_000, { id: '', indexVersion: 'e:5' })).toBeUndefined();
    expect(server.writes).toEqual([]);
    expect(server.counters.sharedSkips).toBe(2);
    expect(server.warnings).toEqual([expect.stringContaining(text)]);
  });

  test('still invalidates for the others', async () => {
    const server = new ScriptedServer();
    server.clockOffsetMs = 61_400;
    expect(await server.tier.invalidate(KEY)).toBe(true);
    expect(server.writes).toHaveLength(1);
  });
});
