import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import type { Entry } from '../../../lambda-runtime/engine/entry.js';
import type { EvictionPolicy } from '../../../lambda-runtime/memory/memory-store.js';
import { MemoryTier } from '../../../lambda-runtime/memory/memory-tier.js';
import { hashOf } from '../../../lambda-runtime/values/key-hash.js';
import { CacheFixture } from '../../equipment/cache-fixture';

/** Creates entries, and records which of them were evicted. */
class Owner {
  public readonly gone: Entry[] = [];

  public entry(key: string, bytes: number): Entry {
    return { key, bytes, owner: this, hash: hashOf(key, 0), uses: 0, recencyEpoch: 0 } as unknown as Entry; // the tier looks at nothing else
  }

  public evicted(entry: Entry): void {
    this.gone.push(entry);
  }
}

describe('the memory tier with LRU eviction', () => {
  type Operation = { readonly do: 'add'; readonly bytes: number } | { readonly do: 'touch' | 'remove'; readonly which: number };

  const operation: fc.Arbitrary<Operation> = fc.oneof(
    { weight: 4, arbitrary: fc.record({ do: fc.constant('add' as const), bytes: fc.integer({ min: 1, max: 120 }) }) },
    { weight: 3, arbitrary: fc.record({ do: fc.constant('touch' as const), which: fc.nat() }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('remove' as const), which: fc.nat() }) },
  );

  /** Runs the operations, and has the same entries in a list, least recently used first. */
  function replay(operations: readonly Operation[], bounds: { readonly maxBytes: number; readonly maxEntries?: number }): void {
    const tier = new MemoryTier({ ...bounds, eviction: 'lru' });
    const owner = new Owner();
    const list: Entry[] = [];
    const gone: Entry[] = [];
    const sum = () => list.reduce((bytes, entry) => bytes + entry.bytes, 0);
    for (const [index, each] of operations.entries()) {
      if (each.do === 'add') {
        const entry = owner.entry(`k${index}`, each.bytes);
        expect(tier.add(entry)).toBe(each.bytes <= bounds.maxBytes);
        if (each.bytes <= bounds.maxBytes) {
          list.push(entry);
          while (sum() > bounds.maxBytes || list.length > (bounds.maxEntries ?? Infinity)) {
            gone.push(list.shift()!);
          }
        }
      } else if (list.length > 0) {
        const [entry] = list.splice(each.which % list.length, 1);
        if (each.do === 'touch') {
          tier.touch(entry);
          list.push(entry);
        } else {
          tier.remove(entry);
        }
      }
      expect(tier.bytes).toBeLessThanOrEqual(bounds.maxBytes);
      expect(tier.bytes).toBe(sum());
      expect(tier.size).toBe(list.length);
      // Only the least recently used entries are evicted, and their owner is notified; it is not notified of those that it removed itself.
      expect(owner.gone.map(({ key }) => key)).toEqual(gone.map(({ key }) => key));
    }
  }

  test('never holds more bytes than its bound, and evicts the least recently used entries', () => {
    fc.assert(fc.property(fc.array(operation, { maxLength: 60 }), (operations) => replay(operations, { maxBytes: 400 })), { numRuns: 150 });
  });

  test('never holds more entries than their bound', () => {
    const bounds = { maxBytes: 2_000, maxEntries: 5 };
    fc.assert(fc.property(fc.array(operation, { maxLength: 40 }), (operations) => replay(operations, bounds)), { numRuns: 100 });
  });

  test('rejects an entry larger than itself, and evicts nothing for it', () => {
    fc.assert(fc.property(fc.array(operation, { maxLength: 30 }), (operations) => replay(operations, { maxBytes: 100 })), { numRuns: 100 });
  });

  test('does nothing when an entry is removed a second time', () => {
    const [tier, owner] = [new MemoryTier({ maxBytes: 100 }), new Owner()];
    const [removed, kept] = [owner.entry('removed', 40), owner.entry('kept', 40)];
    tier.add(removed);
    tier.add(kept);
    tier.remove(removed);
    tier.remove(removed);
    expect(tier.bytes).toBe(40);
    expect(owner.gone).toEqual([]);
  });
});

describe('a cache in bounded memory', () => {
  /** The hit ratio of the cache, with room for so many entries, and that of an exact LRU. */
  async function hitRatios(trace: ArrayLike<number>, room: number, eviction: EvictionPolicy = 'lru'): Promise<{ cache: number; lru: number }> {
    const one = new CacheFixture({ loader: () => 'a product' });
    await one.get(1);
    const cache = new CacheFixture({ loader: () => 'a product', maxBytes: room * one.memory.bytes, eviction });
    for (let index = 0; index < trace.length; index++) {
      await cache.get(trace[index]);
    }
    expect(cache.memory.size).toBe(room);
    expect(cache.counters.hits + cache.counters.misses).toBe(trace.length);
    return { cache: cache.counters.hits / trace.length, lru: exactLruHits(trace, room) / trace.length };
  }

  function exactLruHits(trace: ArrayLike<number>, room: number): number {
    const recent = new Set<number>(); // in the order of use
    let hits = 0;
    for (let index = 0; index < trace.length; index++) {
      const key = trace[index];
      hits += Number(recent.delete(key));
      recent.add(key);
      if (recent.size > room) {
        recent.delete(recent.values().next().value!);
      }
    }
    return hits;
  }

  /** Popularity falls with the rank, as Zipf found; always the same trace. */
  function zipfTrace(length: number, keys: number): number[] {
    let seed = 42;
    const random = () => {
      seed = (seed * 16_807) % 2_147_483_647;
      return seed / 2_147_483_647;
    };
    return Array.from({ length }, () => Math.ceil(keys ** random()));
  }

  test.each([[10], [100], [1_000]])('with room for %d entries hits as often as an exact LRU on a random trace, within 1 %%', async (room) => {
    const { cache, lru } = await hitRatios(zipfTrace(20_000, 5_000), room);
    expect(lru).toBeGreaterThan(0.1);
    expect(Math.abs(cache - lru)).toBeLessThan(0.01);
  });

  test.each([[200], [5_000]])('with room for %d entries hits as often as an exact LRU on the real trace, within 1 %%', async (room) => {
    const data = gunzipSync(readFileSync(join(__dirname, '../../../examples/data/web07.trace.gz')));
    const trace = Array.from({ length: 30_000 }, (_, index) => data.readInt32BE(4 * index) + 1);
    const { cache, lru } = await hitRatios(trace, room);
    expect(lru).toBeGreaterThan(0.1);
    expect(Math.abs(cache - lru)).toBeLessThan(0.01);
  });

  test('keeps frequently used entries during a scan of keys that are used once', async () => {
    const scan = Array.from({ length: 5_000 }, (_, index) => index % 10 === 0 ? 1 : index + 2);
    const { cache } = await hitRatios(scan, 50);
    expect(cache).toBe(499 / 5_000);
  });

  test('counts every entry that it evicts', async () => {
    const cache = new CacheFixture({ loader: () => 'x'.repeat(1_000), maxBytes: 100_000 });
    for (let id = 1; id <= 500; id++) {
      await cache.get(id);
    }
    expect(cache.counters.evictions).toBe(500 - cache.memory.size);
    expect(cache.memory.size).toBeGreaterThan(50);
    expect(cache.memory.size).toBeLessThan(100);
  });
});
