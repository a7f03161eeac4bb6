import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { CacheEvent } from '../../lambda-runtime/engine/events.js';
import { MINUTE, CacheFixture, watch } from '../equipment/cache-fixture';

const KINDS = ['hit', 'stale-hit', 'coalesced', 'miss', 'load', 'refresh', 'error', 'eviction'];

let seen: [string, CacheEvent][];
const listeners = KINDS.map((kind) => ({
  channel: `cdk-cached-function:${kind}`,
  listen: (event: unknown) => void seen.push([kind, event as CacheEvent]),
}));

beforeEach(() => {
  seen = [];
  listeners.forEach(({ channel, listen }) => subscribe(channel, listen));
});

afterEach(() => {
  listeners.forEach(({ channel, listen }) => unsubscribe(channel, listen));
});

const kinds = () => seen.map(([kind]) => kind);

describe('diagnostics_channel publishes', () => {
  test('a miss, its load and a hit, with the cache and the key', async () => {
    const fixture = new CacheFixture();
    await fixture.load('a', 'v');
    await fixture.get('a');
    expect(kinds()).toEqual(['load', 'miss', 'hit']);
    for (const [, event] of seen) {
      expect(event).toMatchObject({ cache: 'product', key: 'a' });
    }
    expect(seen[0][1].milliseconds).toBeGreaterThanOrEqual(0);
  });

  test('a coalesced load', async () => {
    const fixture = new CacheFixture();
    const results = [fixture.get('a'), fixture.get('a')];
    await fixture.lastCall.resolve('v');
    await Promise.all(results);
    expect(kinds().sort()).toEqual(['coalesced', 'load', 'miss']);
  });

  test('a stale hit and its refresh', async () => {
    const fixture = new CacheFixture({ staleWhileRevalidate: { minutes: 1 } });
    await fixture.load('a', 'v');
    fixture.now += MINUTE;
    seen = [];
    await fixture.get('a');
    expect(kinds()).toEqual(['stale-hit']);
    await fixture.afterResponse();
    await fixture.lastCall.resolve('new');
    expect(kinds()).toEqual(['stale-hit', 'refresh', 'load']);
    expect(seen[1][1]).toEqual({ cache: 'product', key: 'a' });
  });

  test('a failed load, with its error', async () => {
    const fixture = new CacheFixture();
    const error = new Error('down');
    const result = watch(fixture.get('a'));
    await fixture.lastCall.reject(error);
    expect(result.outcome).toEqual({ error });
    expect(kinds()).toEqual(['error', 'miss']);
    expect(seen[0][1]).toEqual({ cache: 'product', key: 'a', error, milliseconds: expect.any(Number) });
    expect(seen[0][1].error).toBe(error);
  });

  test('an eviction, with the evicted key', async () => {
    const fixture = new CacheFixture({ maxBytes: 3_200 });
    for (const key of ['a', 'b', 'c']) {
      await fixture.load(key, 'x'.repeat(1_000));
    }
    expect(seen.filter(([kind]) => kind === 'eviction')).toEqual([['eviction', { cache: 'product', key: 'a' }]]);
  });

  test('nothing if there is no subscriber', async () => {
    listeners.forEach(({ channel, listen }) => unsubscribe(channel, listen));
    const fixture = new CacheFixture();
    await fixture.load('a', 'v');
    await fixture.get('a');
    expect(seen).toEqual([]);
  });
});
