import { Runtime } from '../../lambda-runtime/api/environment-runtime.js';
import type { CachedManyOptions } from '../../lambda-runtime/api/options.js';
import type { CachedMany } from '../../lambda-runtime/api/types.js';
import { Counters } from '../../lambda-runtime/engine/counters.js';
import { type LoadContext, loadContext } from '../../lambda-runtime/engine/load-context.js';
import { Background } from '../../lambda-runtime/lambda/background.js';
import { Invocation, runInvocation } from '../../lambda-runtime/lambda/invocation.js';
import { elapse, fakeTimers, MINUTE, settled, watch } from '../equipment/cache-fixture';

interface Batch {
  readonly ids: readonly unknown[];
  readonly context: LoadContext;
  resolve(values: unknown): Promise<void>;
  reject(error: unknown): Promise<void>;
}

const DOWN = new Error('the origin is down');

class Shop {
  public now = Date.UTC(2026, 0, 1);
  public readonly batches: Batch[] = [];
  public readonly background = new Background();
  public readonly runtime: Runtime;
  public readonly products: CachedMany<string, unknown>;

  public constructor(options: CachedManyOptions = {}) {
    this.runtime = new Runtime({ environment: {}, now: () => this.now, runAfterResponse: (work) => this.background.add(work) });
    this.products = this.runtime.cachedMany('product', (ids: unknown[]) => new Promise((resolve, reject) => {
      this.batches.push({
        ids,
        context: loadContext(),
        resolve: (values) => {
          resolve(values);
          return settled();
        },
        reject: (error) => {
          // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors
          reject(error);
          return settled();
        },
      });
    }), { ttl: { minutes: 1 }, ...options });
  }

  public async load(...ids: string[]): Promise<void> {
    const loaded = this.products(ids);
    await settled();
    await this.batches.at(-1)!.resolve(ids.map((id) => `value of ${id}`));
    await loaded;
  }
}

describe('cachedMany', () => {
  test('loads what is missing, each id once, and returns the values in the order of the ids', async () => {
    const shop = new Shop();
    await shop.load('a');
    const result = shop.products(['b', 'a', 'c', 'b']);
    await settled();
    expect(shop.batches.map(({ ids }) => ids)).toEqual([['a'], ['b', 'c']]);
    await shop.batches[1].resolve(['value of b', 'value of c']);
    expect(await result).toEqual(['value of b', 'value of a', 'value of c', 'value of b']);
  });

  test('does not call the loader for no ids, nor if all are fresh', async () => {
    const shop = new Shop();
    expect(await shop.products([])).toEqual([]);
    await shop.load('a', 'b');
    await shop.products(['a', 'b']);
    expect(shop.batches).toHaveLength(1);
  });

  test('never passes more than batchSize ids at once', async () => {
    const shop = new Shop({ batchSize: 3 });
    const result = shop.products([...'abcdefgh']);
    await settled();
    expect(shop.batches.map(({ ids }) => ids.join(''))).toEqual(['abc', 'def', 'gh']);
    await Promise.all(shop.batches.map(({ ids, resolve }) => resolve(ids)));
    expect(await result).toEqual([...'abcdefgh']);
  });

  test('shares a load under way with other calls for the same id', async () => {
    const shop = new Shop();
    const one = shop.products(['a', 'b']);
    await settled();
    const two = shop.products(['b', 'c']);
    await settled();
    expect(shop.batches.map(({ ids }) => ids)).toEqual([['a', 'b'], ['c']]);
    await shop.batches[1].resolve(['C']);
    await shop.batches[0].resolve(['A', 'B']);
    expect(await Promise.all([one, two])).toEqual([['A', 'B'], ['B', 'C']]);
  });

  test('makes a batch of one call\'s ids, and shares ids that another call loads', async () => {
    const shop = new Shop();
    const results = [shop.products(['a']), shop.products(['b']), shop.products(['a', 'c', 'd'])];
    await settled();
    expect(shop.batches.map(({ ids }) => ids)).toEqual([['a'], ['b'], ['c', 'd']]);
    await shop.batches[0].resolve(['A']);
    await shop.batches[1].resolve(['B']);
    await shop.batches[2].resolve(['C', 'D']);
    expect(await Promise.all(results)).toEqual([['A'], ['B'], ['A', 'C', 'D']]);
  });

  test.each<[string, (ids: string[]) => string[]]>([
    ['sorts its ids', (ids) => ids.sort().map((id) => `value of ${id}`)],
    ['takes its ids out of the array', (ids) => {
      const values: string[] = [];
      while (ids.length > 0) {
        values.push(...ids.splice(0, 2).map((id) => `value of ${id}`));
      }
      return values;
    }],
  ])('a loader that %s gets its own array', async (what, load) => {
    const shop = new Shop();
    const ids = ['c', 'a', 'b'];
    const result = shop.products(ids);
    await settled();
    const [batch] = shop.batches;
    await batch.resolve(load(batch.ids as string[]));
    expect(ids).toEqual(['c', 'a', 'b']);
    if (what.startsWith('takes')) {
      expect(await result).toEqual(['value of c', 'value of a', 'value of b']);
    }
    await result;
  });

  test('distinguishes zero and minus zero', async () => {
    const shop = new Shop();
    const result = shop.products([-0, 0] as never[]);
    await settled();
    await shop.batches[0].resolve(['minus zero', 'zero']);
    expect(await result).toEqual(['minus zero', 'zero']);
  });

  test.each([[undefined], [null], [5]])('names what is not a list of ids: %s', async (ids) => {
    await expect(new Shop().products(ids as never)).rejects.toThrow(new TypeError(`The ids for cachedMany('product') must be an array, not ${ids}.`));
  });

  test('accepts a Map by id; an id that it lacks is undefined', async () => {
    const shop = new Shop();
    const result = shop.products(['a', 'b', 'c']);
    await settled();
    await shop.batches[0].resolve(new Map<string, unknown>([['c', 3], ['a', 1]]));
    expect(await result).toEqual([1, undefined, 3]);
  });

  test('treats an Error among the values as that id\'s own: the others are cached', async () => {
    const shop = new Shop();
    const result = watch(shop.products(['a', 'b', 'c']));
    const settledResult = shop.products.settled(['a', 'b', 'c']);
    await settled();
    await shop.batches[0].resolve(['A', DOWN, 'C']);
    expect((result.outcome as { error: unknown }).error).toBe(DOWN);
    expect(await settledResult).toEqual([{ status: 'fulfilled', value: 'A' }, { status: 'rejected', reason: DOWN }, { status: 'fulfilled', value: 'C' }]);
    void shop.products(['a', 'b', 'c']);
    await settled();
    expect(shop.batches[1].ids).toEqual(['b']);
    await shop.batches[1].resolve(['B']);
  });

  test('fails all ids of a failing batch with the same error, and no other batch', async () => {
    const shop = new Shop({ batchSize: 2 });
    const result = shop.products.settled(['a', 'b', 'c']);
    await settled();
    await shop.batches[0].reject(DOWN);
    await shop.batches[1].resolve(['C']);
    const [a, b, c] = await result;
    expect([(a as PromiseRejectedResult).reason, (b as PromiseRejectedResult).reason]).toEqual([DOWN, DOWN]);
    expect(c).toEqual({ status: 'fulfilled', value: 'C' });
    await shop.products(['c']);
    expect(shop.batches).toHaveLength(2);
  });

  test.each([[['A']], [['A', 'B', 'C']], ['AB'], [undefined]])('rejects %j for two ids, and describes what it needs', async (values) => {
    const shop = new Shop();
    const result = watch(shop.products(['a', 'b']));
    await settled();
    await shop.batches[0].resolve(values);
    expect(result.outcome).toEqual({ error: expect.objectContaining({ name: 'TypeError', message: expect.stringMatching(/cachedMany\('product'\) received 2 ids/) }) });
  });

  test('applies what the loader sets to its whole batch', async () => {
    const shop = new Shop();
    const result = shop.products(['a', 'b']);
    await settled();
    Object.assign(shop.batches[0].context, { tags: ['t'], ttl: { hours: 1 } });
    await shop.batches[0].resolve(['A', 'B']);
    await result;
    shop.now += 59 * MINUTE;
    expect(await shop.products(['a', 'b'])).toEqual(['A', 'B']);
    await shop.runtime.invalidateTags('t');
    void shop.products(['a', 'b']);
    await settled();
    expect(shop.batches).toHaveLength(2);
    shop.batches[1].context.doNotCache();
    await shop.batches[1].resolve(['A2', 'B2']);
    void shop.products(['a']);
    await settled();
    expect(shop.batches).toHaveLength(3);
    await shop.batches[2].resolve(['A3']);
  });

  test('refreshes stale ids after the response, in one batch', async () => {
    const shop = new Shop({ staleWhileRevalidate: { minutes: 1 } });
    await shop.load('a', 'b');
    shop.now += MINUTE;
    expect(await shop.products(['a', 'b'])).toEqual(['value of a', 'value of b']);
    const finished = shop.background.finish(5_000);
    await settled();
    expect(shop.batches.map(({ ids }) => ids)).toEqual([['a', 'b'], ['a', 'b']]);
    await shop.batches[1].resolve(['A', 'B']);
    await finished;
    expect(await shop.products(['a', 'b'])).toEqual(['A', 'B']);
  });

  test('aborts the batch when no caller waits for any id of it, not before', async () => {
    fakeTimers();
    const shop = new Shop({ hardTimeout: { milliseconds: 100 } });
    const a = watch(shop.products(['a', 'b']));
    await settled();
    const { signal } = shop.batches[0].context;
    await elapse(99);
    expect(signal.aborted).toBe(false);
    await elapse(1);
    expect(a.outcome).toEqual({ error: expect.objectContaining({ name: 'LoadTimeoutError' }) });
    expect(signal.reason).toMatchObject({ name: 'LoadTimeoutError' });
    await shop.batches[0].resolve(['too', 'late']);
    expect(jest.getTimerCount()).toBe(0);
    jest.useRealTimers();
    void shop.products(['a']);
    await settled();
    expect(shop.batches).toHaveLength(2);
    await shop.batches[1].resolve(['A']);
  });

  test('does not abort the batch while a caller waits for one id of it', async () => {
    fakeTimers();
    const shop = new Shop({ staleWhileRevalidate: { minutes: 1 } });
    await shop.load('a', 'b');
    shop.now += MINUTE;
    await shop.products(['a', 'b']);
    const finished = shop.background.finish(500);
    await settled();
    shop.now += MINUTE;
    const waiting = watch(shop.products(['b']));
    await elapse(500);
    await finished;
    expect(shop.batches[1].context.signal.aborted).toBe(false);
    await shop.batches[1].resolve(['A', 'B']);
    expect(waiting.outcome).toEqual({ value: ['B'] });
    jest.useRealTimers();
  });

  test('counts a hit or a miss for every id, and one origin call for every batch', async () => {
    const shop = new Shop();
    const invocation = new Invocation();
    await runInvocation(invocation, async () => {
      await shop.load('a');
      await shop.load('b', 'c');
      await shop.products(['a', 'b', 'c']);
    });
    expect(invocation.close()[0]).toMatchObject({ hits: 3, misses: 3, originCalls: 2 } satisfies Partial<Counters>);
  });

  test('leaves an outer load\'s context alone in a loader that bypasses the cache', async () => {
    const shop = new Shop();
    const outer = shop.runtime.cached('outer', async () => {
      loadContext().tags = ['mine'];
      await shop.products([(() => {}) as never]);
      return [...loadContext().tags];
    });
    const result = outer();
    await settled();
    await shop.batches[0].resolve(['v']);
    expect(await result).toEqual(['mine']);
  });
});
