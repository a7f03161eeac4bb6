import { entryOf, KEY, NOTHING, OTHER_KEY, ScriptedServer } from './scripted-server';
import { encodeEntry, idOf, tombstone } from '../../../lambda-runtime/shared/envelope.js';

describe('a lookup', () => {
  test('returns what is stored, with its version token', async () => {
    const server = new ScriptedServer();
    const bytes = server.has(KEY, entryOf('tea'));
    expect(await server.find()).toEqual({
      isLocalCopyValid: false,
      version: { id: idOf(bytes), indexVersion: 'e:5' },
      entry: { ...entryOf('tea'), isJson: true, version: { id: idOf(bytes), indexVersion: 'e:5' } },
    });
    expect(server.begun).toBe(1);
  });

  test('of nothing returns the token with which only the first write succeeds', async () => {
    expect(await new ScriptedServer().find()).toEqual({ isLocalCopyValid: false, version: { id: '', indexVersion: 'e:5' } });
  });

  test('is one read for all concurrent calls of one invocation, and another for another invocation or another cache', async () => {
    const server = new ScriptedServer();
    server.has(OTHER_KEY, entryOf('coffee'));
    const [, second] = await Promise.all([
      server.find(KEY, { tags: ['red'] }), server.find(OTHER_KEY, { tags: ['red', 'blue'] }),
      server.tier.read(KEY, { ...server.scope, invocation: {} }), server.tier.read(KEY, { ...server.scope, cacheName: 'offer' }),
    ]);
    expect(second.entry?.value).toBe('coffee');
    expect(server.reads).toEqual([
      { keys: [KEY, OTHER_KEY], indexTags: ['c:product', 't:red', 't:blue'] }, { keys: [KEY], indexTags: ['c:product'] }, { keys: [KEY], indexTags: ['c:offer'] },
    ]);
    await server.find();
    expect(server.reads).toHaveLength(4);
  });

  test('that fails finds nothing', async () => {
    const server = new ScriptedServer();
    server.has(KEY, entryOf('tea'));
    server.broken.add('read');
    expect(await server.find()).toEqual(NOTHING);
    expect(server.counters).toMatchObject({ sharedErrors: 1 });
  });

  test('without an index finds nothing, and begins a new one', async () => {
    const server = new ScriptedServer();
    server.has(KEY, entryOf('tea'));
    server.latest = undefined;
    expect(await server.find()).toEqual(NOTHING);
    expect(server.begun).toBe(2);
  });

  test('of keys that the server did not look up returns nothing about them, and is counted and logged once', async () => {
    const server = new ScriptedServer();
    server.values.set(KEY, 'unread');
    server.has(OTHER_KEY, entryOf('coffee'));
    const [unread, read] = await Promise.all([server.find(KEY), server.find(OTHER_KEY)]);
    expect(unread).toEqual(NOTHING);
    expect(read.entry?.value).toBe('coffee');
    expect(server.counters.sharedErrors).toBe(1);
    expect(server.warnings).toEqual([expect.stringContaining('throttled')]);
  });

  test('of something unreadable returns no entry, and is counted and logged once', async () => {
    const server = new ScriptedServer();
    for (const times of [1, 2]) {
      server.values.set(KEY, Buffer.from('nothing that this library wrote'));
      expect(await server.find()).toEqual({ isLocalCopyValid: false, version: { id: 'nothing that', indexVersion: 'e:5' } });
      expect(server.counters.sharedUnreadable).toBe(times);
    }
    expect(server.warnings).toEqual([expect.stringContaining('cannot be read')]);
  });

  test('of a tombstone returns no entry, and its version token', async () => {
    const server = new ScriptedServer();
    const bytes = tombstone(KEY);
    server.values.set(KEY, bytes);
    expect(await server.find(KEY, { version: { id: 'another id..', indexVersion: 'e:5' }, tags: [] })).toEqual({ isLocalCopyValid: false, version: { id: idOf(bytes), indexVersion: 'e:5' } });
  });
});

describe('a local copy', () => {
  const copyOf = (bytes: Buffer, stamp = 'e:5') => ({ version: { id: idOf(bytes), indexVersion: stamp }, tags: ['red'] });

  test('is valid if the tier still holds the same', async () => {
    const server = new ScriptedServer();
    const bytes = server.has(KEY, entryOf('tea'));
    expect(await server.find(KEY, copyOf(bytes))).toEqual({ isLocalCopyValid: true, version: { id: idOf(bytes), indexVersion: 'e:5' } });
    expect(await server.find(KEY, copyOf(bytes, 'e:3'))).toMatchObject({ isLocalCopyValid: true });
  });

  test('is not transferred again to confirm it', async () => {
    const server = new ScriptedServer();
    const bytes = server.has(KEY, entryOf('tea'));
    bytes.write('damaged', 20);
    expect(await server.find(KEY, copyOf(bytes))).toMatchObject({ isLocalCopyValid: true });
    expect(server.counters.sharedUnreadable).toBe(0);
  });

  test.each([['c:product'], ['t:red']])('is invalid if %s was invalidated since', async (indexTag) => {
    const server = new ScriptedServer();
    const bytes = server.has(KEY, entryOf('tea', { tags: ['red'] }), 'e:3');
    server.indexTags.set(indexTag, 'e:4');
    expect(await server.find(KEY, copyOf(bytes, 'e:3'))).toMatchObject({ isLocalCopyValid: false });
    expect(await server.find(KEY, copyOf(bytes, 'e:4'))).toMatchObject({ isLocalCopyValid: true });
  });

  test('is replaced by what the tier holds', async () => {
    const server = new ScriptedServer();
    const old = encodeEntry(KEY, { entry: entryOf('tea'), indexVersion: 'e:5' });
    server.has(KEY, entryOf('coffee'));
    expect(await server.find(KEY, copyOf(old))).toMatchObject({ isLocalCopyValid: false, entry: { value: 'coffee' } });
  });

  test('is not confirmed by a missing entry', async () => {
    const server = new ScriptedServer();
    expect(await server.find(KEY, { version: { id: '', indexVersion: 'e:5' }, tags: [] })).toMatchObject({ isLocalCopyValid: false });
    expect(await server.find(KEY, { tags: [] })).toMatchObject({ isLocalCopyValid: false });
  });
});

describe('an entry with unexpected tags', () => {
  test('costs a second request if anything was invalidated since, and none otherwise', async () => {
    const server = new ScriptedServer();
    server.has(KEY, entryOf('tea', { tags: ['red', 'blue'] }), 'e:5');
    expect((await server.find()).entry?.value).toBe('tea');
    expect(server.reads).toHaveLength(1);

    server.has(KEY, entryOf('tea', { tags: ['red', 'blue'] }), 'e:4');
    expect((await server.find()).entry?.value).toBe('tea');
    expect(server.reads.slice(1)).toEqual([{ keys: [KEY], indexTags: ['c:product'] }, { keys: [], indexTags: ['t:red', 't:blue'] }]);
  });

  test('is invalid if one of them was invalidated', async () => {
    const server = new ScriptedServer();
    server.has(KEY, entryOf('tea', { tags: ['red', 'blue'] }), 'e:3');
    server.indexTags.set('t:blue', 'e:4');
    expect(await server.find()).toMatchObject({ isLocalCopyValid: false, version: { indexVersion: 'e:5' } });
    expect((await server.find()).entry).toBeUndefined();
  });

  test('is not used if the second request has no answer, or everything was invalidated meanwhile', async () => {
    const failing = new ScriptedServer();
    failing.has(KEY, entryOf('tea', { tags: ['red'] }), 'e:4');
    failing.before.set(2, () => failing.broken.add('read'));
    expect(await failing.find()).toEqual(NOTHING);

    const forgetting = new ScriptedServer();
    forgetting.has(KEY, entryOf('tea', { tags: ['red'] }), 'e:4');
    forgetting.before.set(2, () => {
      forgetting.lowWaterMark = 'e:6';
    });
    expect(await forgetting.find()).toEqual(NOTHING);
  });
});
