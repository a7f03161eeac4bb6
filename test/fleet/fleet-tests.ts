import { type Backend, describeIfThere, type Startable } from './backend.js';
import { type Fleet, useFleet } from './fleet-fixture.js';
import { Environment, KEY_PREFIX, type Version } from './fleet.js';
import { testInvalidations } from './invalidation-tests.js';

const SECOND = 1_000;
const KEY_OF_A = `${KEY_PREFIX}a`;

/** What every kind of shared tier must do for environments that have it in common. */
export function testFleet(kind: Startable<Backend>): void {
  describeIfThere(kind)(`environments with ${kind.name}`, () => {
    const fleet = useFleet(() => kind.start());
    testEntries(fleet);
    testInvalidations(fleet);
  });
}

function testEntries(fleet: Fleet): void {
  const { environment, get } = fleet;

  test('what one has loaded is a hit in the others', async () => {
    const [one, two] = [await environment(), await environment()];
    expect(await get(one, 'a')).toEqual(await get(two, 'a'));
    expect(fleet.originCalls).toEqual(['a']);
    expect(one.counters).toMatchObject({ hits: 0, misses: 1, sharedHits: 0, sharedMisses: 1, originCalls: 1 });
    expect(two.counters).toMatchObject({ hits: 1, misses: 0, sharedHits: 1, sharedMisses: 0, originCalls: 0 });
    // And then it is in memory.
    await get(two, 'a');
    expect(two.counters).toMatchObject({ hits: 2, sharedHits: 1 });
  });

  test('an entry has one ttl in all tiers: moving does not renew it', async () => {
    const [one, two] = [await environment(), await environment()];
    await get(one, 'a');
    two.now += 9 * SECOND;
    await get(two, 'a');
    two.now += SECOND;
    await get(two, 'a');
    expect(fleet.originCalls).toEqual(['a', 'a']);
  });

  test('what the tier has is returned, though memory has no room for all of it', async () => {
    const [one, two] = [await environment(), await environment({ maxBytes: 800 })];
    const keys = ['a', 'b', 'c', 'd'];
    const loaded = await Promise.all(keys.map((key) => one.get(key)));
    await one.settle();
    expect(await Promise.all(keys.map((key) => two.get(key)))).toEqual(loaded);
    expect(fleet.originCalls).toEqual(keys);
    expect(two.counters.sharedHits).toBe(4);
    // How many have room is the estimate's business.
    expect(two.counters.evictions).toBeGreaterThan(0);
    // What is held and confirmed is returned, too, though others were found first and took its room.
    two.now += 2 * SECOND;
    expect(await Promise.all(keys.map((key) => two.get(key)))).toEqual(loaded);
    expect(fleet.originCalls).toEqual(keys);
    // Nor for a single one.
    const three = await environment({ maxBytes: 100 });
    expect(await get(three, 'a')).toEqual(loaded[0]);
    expect(fleet.originCalls).toEqual(keys);
  });

  test('many keys are one request', async () => {
    const [one, two] = [await environment(), await environment()];
    const keys = Array.from({ length: 50 }, (_, index) => `k${index}`);
    await Promise.all(keys.map((key) => one.get(key)));
    await one.settle();
    const before = await fleet.backend.requestCount();
    await Promise.all(keys.map((key) => two.get(key)));
    const after = await fleet.backend.requestCount();
    expect(after - before).toBe(1);
    expect(two.counters).toMatchObject({ hits: 50, sharedHits: 50 });
    expect(fleet.originCalls).toHaveLength(50);
  });

  test('a hundred callers of one key send one request, and load once', async () => {
    const one = await environment();
    const before = await fleet.backend.requestCount();
    await Promise.all(Array.from({ length: 100 }, () => one.get('a')));
    await one.settle();
    const after = await fleet.backend.requestCount();
    expect(fleet.originCalls).toEqual(['a']);
    expect(after - before).toBe(1);
    expect(one.counters).toMatchObject({ misses: 1, hits: 99, coalescedHits: 99, sharedMisses: 1 });
  });

  test('values keep their types, and are frozen like those from memory', async () => {
    const value = { at: new Date(0), ids: new Set([1n]), price: NaN, bytes: new Uint8Array([1]), nothing: undefined, names: new Map([['a', { deep: [1] }]]) };
    const options = { ttl: { seconds: 10 } };
    const one = new Environment(fleet.backend, () => Promise.resolve(value as unknown as Version), options);
    await one.open();
    await get(one, 'a');
    const two = new Environment(fleet.backend, () => Promise.reject(new Error('not called')), options);
    const got = await get(two, 'a') as unknown as typeof value;
    expect(got).toStrictEqual(value);
    expect(Object.isFrozen(got)).toBe(true);
  });

  test('refreshed and primed values replace what the others have', async () => {
    const [one, two] = [await environment(), await environment()];
    await get(one, 'a');
    await get(two, 'a');
    await one.refresh('a');
    await one.settle();
    two.now += 2 * SECOND;
    expect(await get(two, 'a')).toEqual({ key: 'a', version: 2 });
    expect(await one.prime('a', { key: 'a', version: 77 })).toEqual({ stored: true, scope: 'fleet' });
    two.now += 2 * SECOND;
    expect(await get(two, 'a')).toEqual({ key: 'a', version: 77 });
  });

  test('a primed value is a hit elsewhere, and is still confirmed after memoryTtl', async () => {
    const [one, two] = [await environment(), await environment()];
    const primed = { key: 'a', version: 77 };
    expect(await one.prime('a', primed)).toEqual({ stored: true, scope: 'fleet' });
    for (let i = 0; i < 3; i++) {
      expect([await get(one, 'a'), await get(two, 'a')]).toEqual([primed, primed]);
      one.now += 2 * SECOND;
      two.now += 2 * SECOND;
    }
    expect(fleet.originCalls).toEqual([]);
    expect([...one.warnings, ...two.warnings]).toEqual([]);
  });

  test('an entry that the tier has lost is loaded again by environments that have a copy', async () => {
    const one = await environment();
    await get(one, 'a');
    await fleet.backend.evict(KEY_OF_A);
    one.now += 2 * SECOND;
    expect(await get(one, 'a')).toEqual({ key: 'a', version: 2 });
  });

  test('a value that could not be stored is confirmed as long as nothing else is stored', async () => {
    const [one, two] = [await environment(), await environment()];
    await get(one, 'a');
    const store = jest.spyOn(one.store, 'store').mockResolvedValue(undefined);
    expect(await one.refresh('a')).toEqual({ key: 'a', version: 2 });
    store.mockRestore();
    one.now += 2 * SECOND;
    expect(await get(one, 'a')).toEqual({ key: 'a', version: 2 });
    await two.invalidate('a');
    one.now += 2 * SECOND;
    expect(await get(one, 'a')).toEqual({ key: 'a', version: 3 });
  });

  test('a value that has expired by the end of its load is not stored', async () => {
    const one = await environment();
    const slow = new Environment(fleet.backend, (key) => {
      slow.now += 11 * SECOND;
      return Promise.resolve({ key, version: 1 });
    }, { ttl: { seconds: 10 } });
    await slow.open();
    const store = jest.spyOn(slow.store, 'store');
    expect(await get(slow, 'a')).toEqual({ key: 'a', version: 1 });
    expect(store).not.toHaveBeenCalled();
    expect(slow.counters).toMatchObject({ sharedErrors: 0 });
    expect(await get(one, 'a')).toEqual({ key: 'a', version: 1 });
    expect(fleet.originCalls).toEqual(['a']);
  });

  test('an entry is stale for no longer than both its own windows and its reader\'s policy allow', async () => {
    const stored = await environment({ staleIfError: { seconds: 60 } });
    await get(stored, 'a');
    const broken = async (seconds: number) => {
      const created = new Environment(fleet.backend, () => Promise.reject(new Error('the origin is broken')), {
        ttl: { seconds: 10 }, staleIfError: { seconds }, memoryTtl: { seconds: 1_000 },
      });
      await created.open();
      expect(await get(created, 'a')).toMatchObject({ version: 1 });
      return created;
    };
    for (const [policySeconds, allowedSeconds] of [[20, 20], [600, 60]]) {
      const reader = await broken(policySeconds);
      reader.now += (10 + allowedSeconds) * SECOND - 1;
      expect(await get(reader, 'a')).toMatchObject({ version: 1 });
      reader.now += 1;
      await expect(get(reader, 'a')).rejects.toThrow('the origin is broken');
    }
  });

  test('clocks that differ a little cost no hits', async () => {
    const [one, two] = [await environment(), await environment()];
    two.now += 500;
    await get(two, 'a');
    await get(one, 'a');
    await get(one, 'a');
    expect(fleet.originCalls).toEqual(['a']);
  });

  test('an entry that has not changed transfers neither value nor copy after memoryTtl', async () => {
    const one = await environment();
    const value = await get(one, 'a');
    one.now += 2 * SECOND;
    expect(await get(one, 'a')).toBe(value);
    expect(one.counters).toMatchObject({ sharedHits: 1, hits: 1 });
  });

  test('a server that lost everything starts again, and nothing earlier is trusted', async () => {
    const [one, two] = [await environment(), await environment()];
    await get(one, 'a');
    await get(two, 'a');
    await fleet.backend.clear();
    two.now += 2 * SECOND;
    await get(two, 'a');
    expect(fleet.originCalls).toEqual(['a', 'a']);
    one.now = two.now;
    await get(two, 'b');
    await get(one, 'b');
    expect(fleet.originCalls).toEqual(['a', 'a', 'b']);
  });

  test('entries expire on the server too, when no environment could use them', async () => {
    const one = await environment({ ttl: { seconds: 10 }, staleIfError: { seconds: 60 } });
    await get(one, 'a');
    const ttl = await fleet.backend.remaining(KEY_OF_A);
    expect(ttl).toBeGreaterThan(60 * SECOND);
    expect(ttl).toBeLessThanOrEqual(70 * SECOND);
  });
}
