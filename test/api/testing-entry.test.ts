import { cached, cachedMany } from 'cdk-cached-function/runtime';
import { fakeClock, isolated, reset } from 'cdk-cached-function/testing';

let loads = 0;
const thing = cached('thing', async (id: string) => ({ id, load: ++loads }), { ttl: { minutes: 1 } });
const things = cachedMany('things', async (ids: readonly string[]) => ids.map((id) => ({ id, load: ++loads })));

beforeEach(() => {
  reset();
  loads = 0;
});

test('reset() removes all entries, and the functions stay usable', async () => {
  expect(await thing('a')).toEqual({ id: 'a', load: 1 });
  expect(await thing('a')).toEqual({ id: 'a', load: 1 });
  reset();
  expect(await thing('a')).toEqual({ id: 'a', load: 2 });
});

test('isolated() gives separate entries, also to tests that run at the same time', async () => {
  await thing('a');
  const isolatedLoads = await Promise.all([1, 2].map(() => isolated(async () => [(await thing('a')).load, (await thing('a')).load])));

  expect(isolatedLoads).toEqual([[2, 2], [3, 3]]);
  expect(await thing('a')).toEqual({ id: 'a', load: 1 });
});

test('a fake clock moves only on request, and can be reset', async () => {
  const clock = fakeClock();
  await thing('a');
  clock.advance({ seconds: 59 });
  expect((await thing('a')).load).toBe(1);
  clock.advance({ seconds: 1 });
  expect((await thing('a')).load).toBe(2);
  clock.restore();
  reset();
  expect((await thing('a')).load).toBe(3);
});

test('a cache\'s operations work after reset(), too', async () => {
  await thing.prime('a', { id: 'a', load: 42 });
  expect((await thing.peek('a'))?.value).toEqual({ id: 'a', load: 42 });
  reset();
  expect(await thing.peek('a')).toBeUndefined();
  expect((await things.settled(['a', 'b'])).map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled']);
  expect(await things(['b', 'c'])).toEqual([{ id: 'b', load: 2 }, { id: 'c', load: 3 }]);
});

test('invalid options fail where they are written', () => {
  expect(() => cached('bad', () => 1, { ttl: { seconds: 0 } })).toThrow(/ttl of cache 'bad' must be longer than zero/);
});

test('in Lambda, with the layer, its functions throw errors that state their purpose', () => {
  const slot = globalThis as { [key: symbol]: unknown };
  const symbol = Symbol.for('cdk-cached-function.runtime');
  const local = slot[symbol];
  slot[symbol] = { cached: () => {} };
  try {
    expect(() => reset()).toThrow(/is for unit tests/);
  } finally {
    slot[symbol] = local;
  }
});
