import { AsyncLocalStorage } from 'node:async_hooks';
import { Runtime } from '../../lambda-runtime/api/environment-runtime.js';
import type { CachedOptions, UserLoader } from '../../lambda-runtime/api/options.js';
import { loadContext } from '../../lambda-runtime/engine/load-context.js';
import { Background } from '../../lambda-runtime/lambda/background.js';
import { Invocation, runInvocation } from '../../lambda-runtime/lambda/invocation.js';
import { settled } from '../equipment/cache-fixture';

/** What runs later uses what was true when the call was made. */

const STALE = { ttl: { minutes: 1 }, staleWhileRevalidate: { hours: 1 } } as const;

const users = new AsyncLocalStorage<string>();

class Environment {
  public now = Date.UTC(2026, 0, 1);
  public readonly background = new Background();
  public readonly reports: Record<string, unknown>[] = [];
  public readonly runtime: Runtime = new Runtime({
    environment: {},
    now: () => this.now,
    runAfterResponse: (work) => this.background.add(work),
    report: (invocation) => this.reports.push(...this.runtime.metricLines(invocation).map((line) => JSON.parse(line) as Record<string, unknown>)),
  });

  public cached<L extends UserLoader>(loader: L, options: CachedOptions<L> = STALE) {
    return this.runtime.cached('thing', loader, options);
  }

  /** An event of a tenant, handled for a user. */
  public handle<T>(tenant: string | undefined, user: string, handler: () => T): T {
    return runInvocation(new Invocation(`of ${user}`, tenant), () => users.run(user, handler));
  }

  public async expire(): Promise<void> {
    this.now += 60_000;
    await settled();
  }

  /** Work after the response starts outside any caller's context. */
  public async afterResponse(): Promise<void> {
    await users.exit(() => this.background.finish(1_000));
  }
}

let warn: jest.SpyInstance;

beforeEach(() => {
  warn = jest.spyOn(console, 'warn').mockImplementation();
});

afterEach(() => {
  jest.restoreAllMocks();
});

test('a refresh runs in the async context of the call that queued it', async () => {
  const environment = new Environment();
  const thing = environment.cached(async (id: string) => `${id} for ${users.getStore()}`);
  const both = () => Promise.all(['ann', 'bob'].map((user) => environment.handle(undefined, user, () => thing(user[0]))));
  await both();
  await environment.expire();
  expect(await both()).toEqual(['a for ann', 'b for bob']);
  await environment.afterResponse();
  expect(await both()).toEqual(['a for ann', 'b for bob']);
  // Each event has a line of its own for what was done after its response.
  expect(environment.reports).toMatchObject([{ RequestId: 'of ann', OriginCalls: 1 }, { RequestId: 'of bob', OriginCalls: 1 }]);
});

test('the work of one event is counted in one line, also if it was aborted or did not begin', async () => {
  const environment = new Environment();
  const things = environment.runtime.cachedMany('things', async (ids: string[]) => {
    await new Promise((_, reject) => loadContext().signal.addEventListener('abort', () => reject(new Error('aborted'))));
    return ids;
  }, STALE);
  const ids = Array.from({ length: 15 }, (_, i) => `${i}`);
  await Promise.all(ids.map((id) => things.prime(id, 'v')));
  await environment.expire();
  await environment.handle(undefined, 'ann', () => things(ids));
  await environment.background.finish(10);
  await settled();
  // Ten at a time.
  expect(environment.reports).toMatchObject([{ RequestId: 'of ann', OriginCalls: 1, OriginErrors: 1, DroppedRefreshes: 5 }]);
});

test('tenants share nothing in memory: neither loads under way, nor entries, nor refreshes', async () => {
  const environment = new Environment();
  let loads = 0;
  const settings = environment.cached(async () => {
    await null;
    return `${users.getStore()} ${++loads}`;
  });
  const both = () => Promise.all(['ann', 'bob'].map((user) => environment.handle(`tenant of ${user}`, user, () => settings())));
  expect(await both()).toEqual(['ann 1', 'bob 2']);
  expect(await both()).toEqual(['ann 1', 'bob 2']);
  await environment.expire();
  expect(await both()).toEqual(['ann 1', 'bob 2']);
  await environment.afterResponse();
  expect(await both()).toEqual(['ann 3', 'bob 4']);
  const keys = ['a:b', 'a%3Ab', undefined].map((tenant) => environment.handle(tenant, 'ann', () => settings.keyOf()));
  expect(keys).toEqual([':2:thing:@a%3Ab:()', ':2:thing:@a%253Ab:()', ':2:thing::()']);
});

test('a refresh gets the arguments of the call that queued it', async () => {
  const environment = new Environment();
  const list = environment.cached(async (query: { cursor?: string }) => ({ next: query.cursor === undefined ? 'end' : undefined, at: query.cursor }));
  const all = async () => {
    const query: { cursor?: string } = { cursor: undefined };
    const pages: unknown[] = [];
    do {
      const { next, at } = await list(query);
      pages.push(at);
      query.cursor = next;
    } while (query.cursor !== undefined && pages.length < 9);
    return pages;
  };
  expect(await all()).toEqual([undefined, 'end']);
  await environment.expire();
  await all();
  await environment.afterResponse();
  expect(await all()).toEqual([undefined, 'end']);
});

test('a loader that changes its arguments changes no other caller\'s', async () => {
  const environment = new Environment();
  const sum = environment.cached(async (numbers: number[]) => {
    let total = 0;
    while (numbers.length > 0) {
      total += numbers.pop()!;
    }
    return total;
  });
  const numbers = [1, 2, 3];
  expect(await sum(numbers)).toBe(6);
  expect(numbers).toEqual([1, 2, 3]);
  expect(await sum([1, 2, 3])).toBe(6);
  expect((await sum.peek([1, 2, 3]))?.value).toBe(6);
});

test('a call that only the option key makes cacheable is not stored if its key changes meanwhile', async () => {
  class Query {
    public constructor(public page: number) {}
  }
  const environment = new Environment();
  const page = environment.cached(async (query: Query) => {
    await null;
    return `page ${query.page}`;
  }, { key: ({ page: number }) => number });
  const query = new Query(1);
  const [first, joined] = [page(query), page(new Query(1))];
  query.page = 2;
  expect(await first).toBe('page 2');
  // It called the loader itself.
  expect(await joined).toBe('page 1');
  expect(await page.peek(new Query(1))).toBeUndefined();
  expect(await page.peek(new Query(2))).toBeUndefined();
  expect(warn.mock.calls).toEqual([[expect.stringContaining("A value of cache 'thing' is not cached: its key changed while the loader ran")]]);
});

test('calls of cachedMany in one tick each run in their own async context', async () => {
  const environment = new Environment();
  const things = environment.runtime.cachedMany('things', async (ids: string[]) => ids.map((id) => `${id} for ${users.getStore()}`), STALE);
  const both = () => Promise.all(['ann', 'bob'].map((user) => environment.handle(undefined, user, () => things([`1 ${user}`, `2 ${user}`]))));
  const expected = ['ann', 'bob'].map((user) => [`1 ${user} for ${user}`, `2 ${user} for ${user}`]);
  expect(await both()).toEqual(expected);
  await environment.expire();
  await both();
  await environment.afterResponse();
  expect(await both()).toEqual(expected);
  expect(environment.reports).toMatchObject([{ OriginCalls: 1 }, { OriginCalls: 1 }]);
});
