import { type Backend, describeIfThere, type Startable } from './backend.js';
import { Environment, KEY_PREFIX, tag, type Version } from './fleet.js';
import { loadContext } from '../../lambda-runtime/engine/load-context.js';
import type { CachedOptions, UserLoader } from '../../lambda-runtime/options.js';
import { type ChangeLog, changeHash, changesSince, LOGGED_CHANGES } from '../../lambda-runtime/tiers/change-log.js';

const SECOND = 1_000;
const DAY = 86_400 * SECOND;
const KEY_OF_A = `${KEY_PREFIX}a`;

/** What every kind of shared tier must do for environments that have it in common. */
export function testFleet(kind: Startable<Backend>): void {
  describeIfThere(kind)(`environments with ${kind.name}`, () => describeFleet(() => kind.start()));
}

function describeFleet(start: () => Promise<Backend>): void {
  let backend: Backend;
  let originCalls: string[];
  const tagsOf: { [key: string]: string[] } = { a: ['red'], b: ['red', 'blue'] };

  beforeAll(async () => {
    backend = await start();
  });
  afterAll(() => backend?.stop());
  beforeEach(async () => {
    originCalls = [];
    await backend.clear();
  });

  async function environment(options: CachedOptions<UserLoader> & { readonly maxBytes?: number } = {}): Promise<Environment> {
    const created = new Environment(backend, (key) => {
      tag(...tagsOf[key] ?? []);
      originCalls.push(key);
      return Promise.resolve({ key, version: originCalls.length });
    }, { ttl: { seconds: 10 }, memoryTtl: { seconds: 2 }, ...options });
    await created.open();
    return created;
  }

  async function get(from: Environment, key: string): Promise<Version> {
    const value = await from.get(key);
    await from.settle();
    return value;
  }

  test('what one has loaded is a hit in the others', async () => {
    const [one, two] = [await environment(), await environment()];
    expect(await get(one, 'a')).toEqual(await get(two, 'a'));
    expect(originCalls).toEqual(['a']);
    expect(one.counters).toMatchObject({ hits: 0, misses: 1, sharedHits: 0, sharedMisses: 1, originCalls: 1 });
    expect(two.counters).toMatchObject({ hits: 1, misses: 0, sharedHits: 1, sharedMisses: 0, originCalls: 0 });
    // And then it is in memory.
    await get(two, 'a');
    expect(two.counters).toMatchObject({ hits: 2, sharedHits: 1 });
  });

  test('an entry has one ttl, wherever it is: it is not renewed by moving', async () => {
    const [one, two] = [await environment(), await environment()];
    await get(one, 'a');
    two.now += 9 * SECOND;
    await get(two, 'a');
    two.now += SECOND;
    await get(two, 'a');
    expect(originCalls).toEqual(['a', 'a']);
  });

  test('what is found is handed out, though memory has no room for all of it', async () => {
    const [one, two] = [await environment(), await environment({ maxBytes: 800 })];
    const keys = ['a', 'b', 'c', 'd'];
    const loaded = await Promise.all(keys.map((key) => one.get(key)));
    await one.settle();
    expect(await Promise.all(keys.map((key) => two.get(key)))).toEqual(loaded);
    expect(originCalls).toEqual(keys);
    expect(two.counters.sharedHits).toBe(4);
    // How many have room is the estimate's business.
    expect(two.counters.evictions).toBeGreaterThan(0);
    // What is held and confirmed is handed out, too, though others were found first and took its room.
    two.now += 2 * SECOND;
    expect(await Promise.all(keys.map((key) => two.get(key)))).toEqual(loaded);
    expect(originCalls).toEqual(keys);
    // Nor for a single one.
    const three = await environment({ maxBytes: 100 });
    expect(await get(three, 'a')).toEqual(loaded[0]);
    expect(originCalls).toEqual(keys);
  });

  test('many keys are one question', async () => {
    const [one, two] = [await environment(), await environment()];
    const keys = Array.from({ length: 50 }, (_, index) => `k${index}`);
    await Promise.all(keys.map((key) => one.get(key)));
    await one.settle();
    const before = await backend.questions();
    await Promise.all(keys.map((key) => two.get(key)));
    const after = await backend.questions();
    expect(after - before).toBe(1);
    expect(two.counters).toMatchObject({ hits: 50, sharedHits: 50 });
    expect(originCalls).toHaveLength(50);
  });

  test('a hundred callers of one key ask once, and load once', async () => {
    const one = await environment();
    const before = await backend.questions();
    await Promise.all(Array.from({ length: 100 }, () => one.get('a')));
    await one.settle();
    const after = await backend.questions();
    expect(originCalls).toEqual(['a']);
    expect(after - before).toBe(1);
    expect(one.counters).toMatchObject({ misses: 1, hits: 99, joinedHits: 99, sharedMisses: 1 });
  });

  test('values keep their types, and are as frozen as those from memory', async () => {
    const value = { at: new Date(0), ids: new Set([1n]), price: NaN, bytes: new Uint8Array([1]), nothing: undefined, names: new Map([['a', { deep: [1] }]]) };
    const options = { ttl: { seconds: 10 } };
    const one = new Environment(backend, () => Promise.resolve(value as unknown as Version), options);
    await one.open();
    await get(one, 'a');
    const two = new Environment(backend, () => Promise.reject(new Error('not called')), options);
    const got = await get(two, 'a') as unknown as typeof value;
    expect(got).toStrictEqual(value);
    expect(Object.isFrozen(got)).toBe(true);
  });

  test.each<[string, (by: Environment) => Promise<unknown>]>([
    ['an invalidated key', (by) => by.invalidate('a')],
    ['an invalidated tag', (by) => by.invalidateTags('red')],
    ['an invalidated cache', (by) => by.invalidateAll()],
  ])('%s is gone at once where there is no memory of it, and elsewhere when memoryTtl is over', async (_, invalidate) => {
    const [one, two, three] = [await environment(), await environment(), await environment()];
    await get(one, 'a');
    await get(two, 'a');
    await invalidate(one);
    expect(await get(three, 'a')).toEqual({ key: 'a', version: 2 });
    expect(await get(two, 'a')).toEqual({ key: 'a', version: 1 });
    two.now += 2 * SECOND;
    expect(await get(two, 'a')).toEqual({ key: 'a', version: 2 });
    expect(await get(one, 'a')).toEqual({ key: 'a', version: 2 });
    expect(originCalls).toHaveLength(2);
  });

  test.each<[string, (by: Environment) => Promise<unknown>]>([
    ['key', (by) => by.invalidate('a')],
    ['tag', (by) => by.invalidateTags('red')],
    ['cache', (by) => by.invalidateAll()],
  ])('an invalidated %s reaches what others hold before anybody has loaded it again', async (_, invalidate) => {
    const [one, two] = [await environment(), await environment()];
    await get(two, 'a');
    await invalidate(one);
    two.now += 2 * SECOND;
    expect(await get(two, 'a')).toEqual({ key: 'a', version: 2 });
  });

  test('an invalidation reaches what others hold even where the shared entry was evicted', async () => {
    const [one, two] = [await environment(), await environment()];
    await get(two, 'a');
    await backend.evict(KEY_OF_A);
    await one.invalidateTags('red');
    two.now += 2 * SECOND;
    expect(await get(two, 'a')).toEqual({ key: 'a', version: 2 });
  });

  test('a tag that nobody has invalidated invalidates nothing', async () => {
    const [one, two] = [await environment(), await environment()];
    await get(one, 'a');
    await one.invalidateTags('blue');
    await get(two, 'a');
    expect(originCalls).toEqual(['a']);
  });

  test('refreshing and priming replace what the others have', async () => {
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

  test('a primed value is a hit elsewhere, and is still confirmed when memoryTtl is over', async () => {
    const [one, two] = [await environment(), await environment()];
    const primed = { key: 'a', version: 77 };
    expect(await one.prime('a', primed)).toEqual({ stored: true, scope: 'fleet' });
    for (let i = 0; i < 3; i++) {
      expect([await get(one, 'a'), await get(two, 'a')]).toEqual([primed, primed]);
      one.now += 2 * SECOND;
      two.now += 2 * SECOND;
    }
    expect(originCalls).toEqual([]);
    expect([...one.warnings, ...two.warnings]).toEqual([]);
  });

  test.each<[string, () => Promise<void>]>([
    ['has lost', () => backend.evict(KEY_OF_A)],
    ['has something unreadable for', () => backend.overwrite(KEY_OF_A, 'written by something else, and longer than a tombstone')],
    ['has something short and unreadable for', () => backend.overwrite(KEY_OF_A, 'short')],
  ])('what the tier %s confirms nothing: not what others hold, though the key was invalidated before', async (_, change) => {
    const [one, two] = [await environment(), await environment()];
    await get(two, 'a');
    await one.invalidate('a');
    await change();
    two.now += 2 * SECOND;
    expect(await get(two, 'a')).toEqual({ key: 'a', version: 2 });
    // And what was loaded then takes its place.
    one.now = two.now;
    expect(await get(one, 'a')).toEqual({ key: 'a', version: 2 });
  });

  test('an entry that the tier has lost is loaded again by those who hold it', async () => {
    const one = await environment();
    await get(one, 'a');
    await backend.evict(KEY_OF_A);
    one.now += 2 * SECOND;
    expect(await get(one, 'a')).toEqual({ key: 'a', version: 2 });
  });

  test('what could not be stored is confirmed as long as nothing else is stored', async () => {
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

  test.each([18, 60, 600])('an invalidation reaches an environment that was idle for %i minutes, and an entry whose loader set a longer ttl', async (minutes) => {
    let version = 1;
    const load = (key: string) => {
      loadContext().ttl = { days: 1 };
      return Promise.resolve({ key, version });
    };
    const [one, two] = [1, 2].map(() => new Environment(backend, load, { ttl: { minutes: 1 }, memoryTtl: { seconds: 2 } }));
    await one.open();
    await two.open();
    await get(two, 'a');
    version = 2;
    await one.invalidate('a');
    two.now += minutes * 60 * SECOND;
    expect(await get(two, 'a')).toEqual({ key: 'a', version: 2 });
  });

  test('tombstones outlive the oldest entry that there can be', async () => {
    const one = await environment({ ttl: { days: 365 } });
    await get(one, 'a');
    expect(await backend.remaining(KEY_OF_A)).toBeLessThanOrEqual(30 * DAY);
    expect(await backend.remaining(KEY_OF_A)).toBeGreaterThan(30 * DAY - 60 * SECOND);
    await one.invalidate('a');
    expect(await backend.remaining(KEY_OF_A)).toBeLessThanOrEqual(31 * DAY + 2 * SECOND);
    expect(await backend.remaining(KEY_OF_A)).toBeGreaterThan(31 * DAY - 60 * SECOND);
  });

  test('what nobody could use any more when it was loaded is not stored', async () => {
    const one = await environment();
    const slow = new Environment(backend, (key) => {
      slow.now += 11 * SECOND;
      return Promise.resolve({ key, version: 1 });
    }, { ttl: { seconds: 10 } });
    await slow.open();
    const store = jest.spyOn(slow.store, 'store');
    expect(await get(slow, 'a')).toEqual({ key: 'a', version: 1 });
    expect(store).not.toHaveBeenCalled();
    expect(slow.counters).toMatchObject({ sharedErrors: 0 });
    expect(await get(one, 'a')).toEqual({ key: 'a', version: 1 });
    expect(originCalls).toEqual(['a']);
  });

  test('an entry is stale for no longer than both its own windows and the policy of its reader allow', async () => {
    const stored = await environment({ staleIfError: { seconds: 60 } });
    await get(stored, 'a');
    const broken = async (seconds: number) => {
      const created = new Environment(backend, () => Promise.reject(new Error('the origin is broken')), {
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

  describe('the log of changes', () => {
    const latest = ({ stamps }: ChangeLog) => stamps.at(-1)!;
    const ofKey = (key: string) => changeHash(`k:${KEY_PREFIX}${key}`);

    async function logAfter(change: () => Promise<unknown>): Promise<ChangeLog> {
      await change();
      return (await backend.log())!;
    }

    test('names what was changed since, in order, and nothing that was only loaded or refreshed', async () => {
      const one = await environment();
      const before = await logAfter(() => one.invalidate('before'));
      await get(one, 'a');
      await one.refresh('a');
      await one.settle();
      expect(changesSince((await backend.log())!, latest(before))).toEqual([]);
      await one.invalidate('a');
      await one.prime('b', { key: 'b', version: 7 });
      await one.invalidateTags('red', 'blue');
      const after = await logAfter(() => one.invalidateAll());
      expect(changesSince(after, latest(before))).toEqual([ofKey('a'), ofKey('b'), changeHash('t:red'), changeHash('t:blue'), changeHash('c:product')]);
      expect(changesSince(after, latest(after))).toEqual([]);
    });

    test('remembers a number of changes, and knows what it has forgotten', async () => {
      const one = await environment();
      const first = await logAfter(() => one.invalidate('first'));
      const keys = Array.from({ length: 2 * LOGGED_CHANGES }, (_, index) => `k${index}`);
      let recent: ChangeLog | undefined;
      for (const key of keys) {
        const log = await logAfter(() => one.invalidate(key));
        recent = key === `k${LOGGED_CHANGES - 1}` ? log : recent;
        expect(log.hashes.length).toBeLessThan(LOGGED_CHANGES + 64);
      }
      const log = (await backend.log())!;
      expect(changesSince(log, latest(first))).toBeUndefined();
      expect(changesSince(log, latest(recent!))).toEqual(keys.slice(LOGGED_CHANGES).map(ofKey));
    });

    test('knows of no change before it was lost, nor of any when more are made at once than it has room for', async () => {
      const one = await environment();
      const before = await logAfter(() => one.invalidate('a'));
      await backend.clear();
      const after = await logAfter(() => one.invalidate('a'));
      expect(changesSince(after, latest(before))).toBeUndefined();
      const tags = Array.from({ length: LOGGED_CHANGES + 1 }, (_, index) => `tag ${index}`);
      const many = await logAfter(() => one.invalidateTags(...tags));
      expect(changesSince(many, latest(after))).toBeUndefined();
      expect(changesSince(await logAfter(() => one.invalidate('a')), latest(many))).toEqual([ofKey('a')]);
    });

    test('misses nothing of what many change at the same time', async () => {
      const many = await Promise.all(Array.from({ length: 20 }, () => environment()));
      const before = await logAfter(() => many[0].invalidate('first'));
      const scopes = await Promise.all(many.map((each, index) => each.invalidate(`k${index}`)));
      expect(scopes).toEqual(many.map(() => ({ scope: 'fleet' })));
      expect(changesSince((await backend.log())!, latest(before))!.toSorted()).toEqual(many.map((_, index) => ofKey(`k${index}`)).sort());
    });
  });

  test('clocks that differ a little cost no hits', async () => {
    const [one, two] = [await environment(), await environment()];
    two.now += 500;
    await get(two, 'a');
    await get(one, 'a');
    await get(one, 'a');
    expect(originCalls).toEqual(['a']);
  });

  test('an entry that is still the same costs neither its value nor a copy when memoryTtl is over', async () => {
    const one = await environment();
    const value = await get(one, 'a');
    one.now += 2 * SECOND;
    expect(await get(one, 'a')).toBe(value);
    expect(one.counters).toMatchObject({ sharedHits: 1, hits: 1 });
  });

  test('a server that lost everything is begun anew, and nothing from before is trusted', async () => {
    const [one, two] = [await environment(), await environment()];
    await get(one, 'a');
    await get(two, 'a');
    await backend.clear();
    two.now += 2 * SECOND;
    await get(two, 'a');
    expect(originCalls).toEqual(['a', 'a']);
    one.now = two.now;
    await get(two, 'b');
    await get(one, 'b');
    expect(originCalls).toEqual(['a', 'a', 'b']);
  });

  test('entries end on the server too, when nobody could use them any more', async () => {
    const one = await environment({ ttl: { seconds: 10 }, staleIfError: { seconds: 60 } });
    await get(one, 'a');
    const ttl = await backend.remaining(KEY_OF_A);
    expect(ttl).toBeGreaterThan(60 * SECOND);
    expect(ttl).toBeLessThanOrEqual(70 * SECOND);
  });

  test('a load that began before an invalidation elsewhere does not store after it', async () => {
    const one = await environment();
    const two = await environment();
    const slow = Promise.withResolvers<Version>();
    const three = new Environment(backend, () => slow.promise, { ttl: { seconds: 10 } });
    const loading = three.get('a');
    await three.store.idle();
    await two.invalidate('a');
    slow.resolve({ key: 'a', version: -1 });
    await loading;
    await three.settle();
    expect(await get(one, 'a')).toEqual({ key: 'a', version: 1 });
  });
}
