import type { Fleet } from './fleet-fixture.js';
import { Environment, KEY_PREFIX, type Version } from './fleet.js';
import { loadContext } from '../../lambda-runtime/engine/load-context.js';
import { type ChangeLog, changeHash, changesSince, LOGGED_CHANGES } from '../../lambda-runtime/shared/change-log.js';

const SECOND = 1_000;
const DAY = 86_400 * SECOND;
const KEY_OF_A = `${KEY_PREFIX}a`;

/** What an invalidation in one environment does to the entries of the others. */
export function testInvalidations(fleet: Fleet): void {
  const { environment, get } = fleet;

  test.each<[string, (by: Environment) => Promise<unknown>]>([
    ['an invalidated key', (by) => by.invalidate('a')],
    ['an invalidated tag', (by) => by.invalidateTags('red')],
    ['an invalidated cache', (by) => by.invalidateAll()],
  ])('%s is gone at once in environments without a copy, and in others after memoryTtl', async (_, invalidate) => {
    const [one, two, three] = [await environment(), await environment(), await environment()];
    await get(one, 'a');
    await get(two, 'a');
    await invalidate(one);
    expect(await get(three, 'a')).toEqual({ key: 'a', version: 2 });
    expect(await get(two, 'a')).toEqual({ key: 'a', version: 1 });
    two.now += 2 * SECOND;
    expect(await get(two, 'a')).toEqual({ key: 'a', version: 2 });
    expect(await get(one, 'a')).toEqual({ key: 'a', version: 2 });
    expect(fleet.originCalls).toHaveLength(2);
  });

  test.each<[string, (by: Environment) => Promise<unknown>]>([
    ['key', (by) => by.invalidate('a')],
    ['tag', (by) => by.invalidateTags('red')],
    ['cache', (by) => by.invalidateAll()],
  ])('an invalidated %s reaches other environments\' copies before any environment has loaded it again', async (_, invalidate) => {
    const [one, two] = [await environment(), await environment()];
    await get(two, 'a');
    await invalidate(one);
    two.now += 2 * SECOND;
    expect(await get(two, 'a')).toEqual({ key: 'a', version: 2 });
  });

  test('an invalidation reaches other environments\' copies even if the shared entry was evicted', async () => {
    const [one, two] = [await environment(), await environment()];
    await get(two, 'a');
    await fleet.backend.evict(KEY_OF_A);
    await one.invalidateTags('red');
    two.now += 2 * SECOND;
    expect(await get(two, 'a')).toEqual({ key: 'a', version: 2 });
  });

  test('a tag that was never invalidated invalidates nothing', async () => {
    const [one, two] = [await environment(), await environment()];
    await get(one, 'a');
    await one.invalidateTags('blue');
    await get(two, 'a');
    expect(fleet.originCalls).toEqual(['a']);
  });

  test.each<[string, () => Promise<void>]>([
    ['has lost', () => fleet.backend.evict(KEY_OF_A)],
    ['has something unreadable for', () => fleet.backend.overwrite(KEY_OF_A, 'written by something else, and longer than a tombstone')],
    ['has something short and unreadable for', () => fleet.backend.overwrite(KEY_OF_A, 'short')],
  ])('an invalidated key that the tier %s confirms no copy in other environments', async (_, change) => {
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

  test.each([18, 60, 600])('an invalidation reaches an environment that was idle for %i minutes, and an entry whose loader set a longer ttl', async (minutes) => {
    let version = 1;
    const load = (key: string) => {
      loadContext().ttl = { days: 1 };
      return Promise.resolve({ key, version });
    };
    const [one, two] = [1, 2].map(() => new Environment(fleet.backend, load, { ttl: { minutes: 1 }, memoryTtl: { seconds: 2 } }));
    await one.open();
    await two.open();
    await get(two, 'a');
    version = 2;
    await one.invalidate('a');
    two.now += minutes * 60 * SECOND;
    expect(await get(two, 'a')).toEqual({ key: 'a', version: 2 });
  });

  test('tombstones outlive the oldest possible entry', async () => {
    const one = await environment({ ttl: { days: 365 } });
    await get(one, 'a');
    expect(await fleet.backend.remaining(KEY_OF_A)).toBeLessThanOrEqual(30 * DAY);
    expect(await fleet.backend.remaining(KEY_OF_A)).toBeGreaterThan(30 * DAY - 60 * SECOND);
    await one.invalidate('a');
    expect(await fleet.backend.remaining(KEY_OF_A)).toBeLessThanOrEqual(31 * DAY + 2 * SECOND);
    expect(await fleet.backend.remaining(KEY_OF_A)).toBeGreaterThan(31 * DAY - 60 * SECOND);
  });

  describe('the log of changes', () => {
    const latest = ({ versions }: ChangeLog) => versions.at(-1)!;
    const ofKey = (key: string) => changeHash(`k:${KEY_PREFIX}${key}`);

    async function logAfter(change: () => Promise<unknown>): Promise<ChangeLog> {
      await change();
      return (await fleet.backend.log())!;
    }

    test('names the changes since a version, in order, and no loads or refreshes', async () => {
      const one = await environment();
      const before = await logAfter(() => one.invalidate('before'));
      await get(one, 'a');
      await one.refresh('a');
      await one.settle();
      expect(changesSince((await fleet.backend.log())!, latest(before))).toEqual([]);
      await one.invalidate('a');
      await one.prime('b', { key: 'b', version: 7 });
      await one.invalidateTags('red', 'blue');
      const after = await logAfter(() => one.invalidateAll());
      expect(changesSince(after, latest(before))).toEqual([ofKey('a'), ofKey('b'), changeHash('t:red'), changeHash('t:blue'), changeHash('c:product')]);
      expect(changesSince(after, latest(after))).toEqual([]);
    });

    test('holds a bounded number of changes, and reports when it no longer reaches back far enough', async () => {
      const one = await environment();
      const first = await logAfter(() => one.invalidate('first'));
      const keys = Array.from({ length: 2 * LOGGED_CHANGES }, (_, index) => `k${index}`);
      let recent: ChangeLog | undefined;
      for (const key of keys) {
        const log = await logAfter(() => one.invalidate(key));
        recent = key === `k${LOGGED_CHANGES - 1}` ? log : recent;
        expect(log.hashes.length).toBeLessThan(LOGGED_CHANGES + 64);
      }
      const log = (await fleet.backend.log())!;
      expect(changesSince(log, latest(first))).toBeUndefined();
      expect(changesSince(log, latest(recent!))).toEqual(keys.slice(LOGGED_CHANGES).map(ofKey));
    });

    test('does not reach back to before it was lost, nor across more changes at once than it has room for', async () => {
      const one = await environment();
      const before = await logAfter(() => one.invalidate('a'));
      await fleet.backend.clear();
      const after = await logAfter(() => one.invalidate('a'));
      expect(changesSince(after, latest(before))).toBeUndefined();
      const tags = Array.from({ length: LOGGED_CHANGES + 1 }, (_, index) => `tag ${index}`);
      const many = await logAfter(() => one.invalidateTags(...tags));
      expect(changesSince(many, latest(after))).toBeUndefined();
      expect(changesSince(await logAfter(() => one.invalidate('a')), latest(many))).toEqual([ofKey('a')]);
    });

    test('misses nothing when many environments change at the same time', async () => {
      const many = await Promise.all(Array.from({ length: 20 }, () => environment()));
      const before = await logAfter(() => many[0].invalidate('first'));
      const scopes = await Promise.all(many.map((each, index) => each.invalidate(`k${index}`)));
      expect(scopes).toEqual(many.map(() => ({ scope: 'fleet' })));
      expect(changesSince((await fleet.backend.log())!, latest(before))!.toSorted()).toEqual(many.map((_, index) => ofKey(`k${index}`)).sort());
    });
  });

  test('a load that began before an invalidation elsewhere does not store after it', async () => {
    const one = await environment();
    const two = await environment();
    const slow = Promise.withResolvers<Version>();
    const three = new Environment(fleet.backend, () => slow.promise, { ttl: { seconds: 10 } });
    const loading = three.get('a');
    await three.store.idle();
    await two.invalidate('a');
    slow.resolve({ key: 'a', version: -1 });
    await loading;
    await three.settle();
    expect(await get(one, 'a')).toEqual({ key: 'a', version: 1 });
  });
}
