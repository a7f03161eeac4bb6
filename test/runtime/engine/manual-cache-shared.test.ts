import { ALONE, ManualFixture } from './manual-fixture';
import type { SharedEntriesDeps } from '../../../lambda-runtime/engine/shared-port.js';
import type { SharedLookup, VersionToken } from '../../../lambda-runtime/engine/shared.js';
import { SharedEntries } from '../../../lambda-runtime/shared/shared-entries.js';
import type { SharedStore } from '../../../lambda-runtime/shared/shared-store.js';
import { MINUTE } from '../../equipment/cache-fixture';

const VERSION: VersionToken = { id: 'twelve bytes', indexVersion: 'e:1' };

/** A tier that answers at once. */
class PromptTier implements SharedStore {
  public answer: SharedLookup = { isLocalCopyValid: false, version: VERSION };
  public reads = 0;
  public readonly written: unknown[] = [];

  public entriesOf(deps: SharedEntriesDeps): SharedEntries {
    return new SharedEntries(this, deps);
  }

  public read(): Promise<SharedLookup> {
    this.reads++;
    return Promise.resolve(this.answer);
  }

  public readMany(wanted: readonly unknown[]): Promise<readonly SharedLookup[]> {
    return Promise.all(wanted.map(() => this.read()));
  }

  public store(...[, , { value }]: Parameters<SharedStore['store']>): Promise<VersionToken> {
    this.written.push(value);
    return Promise.resolve(VERSION);
  }

  public fenceOf(): never {
    throw new Error('None of these tests asks for coherence.');
  }

  public invalidate = () => Promise.resolve(true);
  public invalidateCache = () => Promise.resolve(true);
  public invalidateTags = () => Promise.resolve(true);
}

describe('a manual cache with a shared tier', () => {
  const inTier = (cache: ManualFixture, value: unknown): SharedLookup => ({
    isLocalCopyValid: false,
    version: VERSION,
    entry: {
      value,
      validator: undefined,
      storedAt: cache.now,
      freshUntil: cache.now + 60 * MINUTE,
      staleWhileRevalidateMs: 0,
      staleIfErrorMs: 0,
      tags: [],
      version: VERSION,
    },
  });

  test('finds what another environment has stored, once for all concurrent callers', async () => {
    const tier = new PromptTier();
    const cache = new ManualFixture({}, tier);
    tier.answer = inTier(cache, 'of another');
    expect(cache.manual.isShared).toBe(true);
    const [one, two] = await Promise.all([cache.manual.find('page'), cache.manual.find('page')]);
    expect([one.value, two.value]).toEqual(['of another', 'of another']);
    expect(tier.reads).toBe(1);
    expect(cache.counters).toMatchObject({ sharedHits: 1, sharedMisses: 0, coalescedHits: 1 });
    expect(cache.manual.inMemory('page')?.value).toBe('of another');
  });

  test('finds what memory has no room for', async () => {
    const tier = new PromptTier();
    const cache = new ManualFixture({}, tier);
    const large = 'x'.repeat(2_000_000);
    tier.answer = inTier(cache, large);
    expect((await cache.manual.find('page')).value).toBe(large);
    expect(cache.manual.inMemory('page')).toBeUndefined();
  });

  test('returns nothing from the tier that has expired', async () => {
    const tier = new PromptTier();
    const cache = new ManualFixture({}, tier);
    tier.answer = inTier(cache, 'old');
    cache.now += 60 * MINUTE;
    const found = await cache.manual.find('page');
    expect(found).toEqual({ key: 'page', version: VERSION });
    expect(cache.counters).toMatchObject({ sharedHits: 0, sharedMisses: 1 });
  });

  test('stores what it loads for the others, and reads the tier again after memoryTtl', async () => {
    const tier = new PromptTier();
    const cache = new ManualFixture({ memoryTtl: { seconds: 10 } }, tier);
    expect(await cache.bring('page')).toBe('page');
    expect(tier.written).toEqual(['page']);
    expect(cache.counters.sharedMisses).toBe(1);
    cache.now += 10_000 - 1;
    expect(cache.manual.inMemory('page')?.value).toBe('page');
    cache.now += 1;
    expect(cache.manual.inMemory('page')).toBeUndefined();
    tier.answer = { isLocalCopyValid: true, version: VERSION };
    expect((await cache.manual.find('page')).value).toBe('page');
    expect(tier.reads).toBe(2);
    expect(cache.manual.inMemory('page')?.value).toBe('page');
  });

  test('reads the tier again when the bound of its coherence is over', async () => {
    const tier = new PromptTier();
    const cache = new ManualFixture({ coherence: { seconds: 10 } }, tier);
    await cache.bring('page');
    cache.now += 10_000;
    expect(cache.manual.inMemory('page')).toBeUndefined();
  });

  test.each<ConstructorParameters<typeof ManualFixture>[0]>([{ coherence: 'invocation' }, { coherence: { seconds: 10 } }, { memoryTtl: { seconds: 10 } }])(
    'with %j and without an answer of the tier, finds a value that only the origin can confirm', async (options) => {
      const tier = new PromptTier();
      const cache = new ManualFixture(options, tier);
      await cache.bring('page');
      cache.now += 10_000;
      tier.answer = { isLocalCopyValid: false };
      expect(await cache.manual.find('page')).toMatchObject({ value: 'page', isUnconfirmed: true, version: undefined });
      tier.answer = { isLocalCopyValid: true, version: VERSION };
      expect((await cache.manual.find('page')).isUnconfirmed).toBeUndefined();
    });

  test('does not use the answer to a lookup from before the call, and before a freeze, for longer than memory may be used', async () => {
    const tier = new PromptTier();
    const cache = new ManualFixture({ coherence: 'invocation' }, tier);
    tier.answer = inTier(cache, 'old');
    const gate = Promise.withResolvers<unknown>();
    tier.read = async () => {
      tier.reads++;
      const { answer } = tier;
      await gate.promise;
      return answer;
    };
    const before = cache.manual.find('page');
    await Promise.resolve();
    tier.answer = inTier(cache, 'new');
    const after = [cache.manual.find('page'), cache.manual.find('page')];
    gate.resolve(undefined);
    expect((await before).value).toBe('old');
    expect((await Promise.all(after)).map(({ value }) => value)).toEqual(['new', 'new']);
    expect(tier.reads).toBe(2);
    expect(cache.counters).toMatchObject({ sharedHits: 2, coalescedHits: 1 });
  });

  test('does not read the tier during a load of the key', async () => {
    const tier = new PromptTier();
    const cache = new ManualFixture({}, tier);
    const gate = Promise.withResolvers<unknown>();
    const load = cache.manual.load({ key: 'page' }, () => gate.promise, ALONE);
    expect(await cache.manual.find('page')).toEqual({ key: 'page' });
    expect(tier.reads).toBe(0);
    gate.resolve('page');
    await load;
  });
});
