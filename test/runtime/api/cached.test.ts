import { installedRuntime } from '../../../lambda-runtime/api/installed.js';
import { cached, cachedMany } from '../../../lambda-runtime/api/runtime.js';
import { isolated } from '../../../lambda-runtime/api/testing.js';

/** Where the runtime of the environment is found: without one, `cached` makes a local one. */
const RUNTIME = Symbol.for('cdk-cached-function.runtime');

interface Product {
  readonly id: string;
  readonly price: number;
}

const load = jest.fn(async (id: string): Promise<Product> => ({ id, price: load.mock.calls.length }));

beforeEach(() => {
  jest.useRealTimers();
  jest.spyOn(console, 'warn').mockImplementation();
  load.mockClear();
  delete (globalThis as Record<symbol, unknown>)[RUNTIME];
});

afterEach(() => {
  jest.restoreAllMocks();
});

describe('a cached function', () => {
  test('returns its loader\'s result, and calls it once', async () => {
    const product = cached('product', load);
    expect(await product('a')).toEqual({ id: 'a', price: 1 });
    expect(await product('a')).toEqual({ id: 'a', price: 1 });
    expect(await product('b')).toEqual({ id: 'b', price: 2 });
    expect(load.mock.calls).toEqual([['a'], ['b']]);
  });

  test('works outside Lambda without any set-up', async () => {
    const product = cached('product', load);
    await product('a');
    await product('a');
    expect(load).toHaveBeenCalledTimes(1);
    expect(console.warn).not.toHaveBeenCalled();
  });

  test('shares the environment\'s one runtime, whichever copy of this package it is imported from', () => {
    cached('product', load);
    const installed = installedRuntime();
    jest.isolateModules(() => {
      const copy = jest.requireActual<typeof import('../../../lambda-runtime/api/runtime.js')>('../../../lambda-runtime/api/runtime.js');
      expect(() => copy.cached('product', load)).toThrow("Two caches are named 'product'");
    });
    expect(installedRuntime()).toBe(installed);
  });

  test('with a name in use is a TypeError that names both places', () => {
    cached('product', load);
    expect(() => cached('product', load)).toThrow(TypeError);
    expect(() => cachedMany('product', () => [])).toThrow(/one at .*cached\.test\.ts:\d+:\d+, one at .*cached\.test\.ts:\d+:\d+: give each its own name/);
    expect(() => isolated(() => cached('product', load))).not.toThrow();
  });

  test('may be defined again by the same place: a module is evaluated again', async () => {
    const define = (value: number) => cached('product', () => value);
    const [first, second] = [1, 2].map(define);
    expect([await first(), await second()]).toEqual([1, 2]);
  });

  test('is separate from the function\'s other caches', async () => {
    const [product, stock] = [cached('product', load), cached('stock', () => 5)];
    await product('a');
    expect(await (stock as unknown as typeof product)('a')).toBe(5);
  });

  test('has the loader\'s name, for stack traces', () => {
    expect(cached('product', async function getProduct() { return 1; }).name).toBe('getProduct');
    expect(cached('product-2', async () => 1).name).toBe('product-2');
  });

  test('accepts a loader that is not asynchronous', async () => {
    const square = cached('square', (n: number) => n * n);
    expect(await square(3)).toBe(9);
    const failing = cached('failing', (): number => { throw new RangeError('no'); });
    await expect(failing()).rejects.toThrow(RangeError);
  });

  test('returns at peek the value, its times and which memory has it, or undefined', async () => {
    jest.useFakeTimers({ now: new Date('2026-01-01T00:00:00Z'), doNotFake: ['setImmediate', 'performance', 'nextTick', 'queueMicrotask'] });
    const product = cached('product', load, { ttl: { minutes: 1 } });
    expect(await product.peek('a')).toBeUndefined();
    await product('a');
    expect(await product.peek('a')).toEqual({
      value: { id: 'a', price: 1 }, storedAt: new Date('2026-01-01T00:00:00Z'), freshUntil: new Date('2026-01-01T00:01:00Z'), scope: 'environment',
    });
  });

  test('distinguishes a peeked undefined from a missing entry', async () => {
    const missing = cached('missing', () => undefined);
    await missing();
    expect(await missing.peek()).toMatchObject({ value: undefined, scope: 'environment' });
  });

  test('calls the loader for refresh, removes at invalidate, stores at prime, and reports how far each reached', async () => {
    const product = cached('product', load);
    await product('a');
    expect(await product.refresh('a')).toEqual({ id: 'a', price: 2 });
    expect(await product('a')).toEqual({ id: 'a', price: 2 });
    expect(await product.invalidate('a')).toEqual({ scope: 'environment' });
    expect(await product('a')).toEqual({ id: 'a', price: 3 });
    expect(await product.prime('a', { id: 'a', price: 99 })).toEqual({ stored: true, scope: 'environment' });
    expect(await product('a')).toEqual({ id: 'a', price: 99 });
    const connection = cached('connection', async (): Promise<unknown> => 1);
    expect(await connection.prime(new URL('https://example.com'))).toEqual({ stored: false, scope: 'environment' });
  });

  test('primes a call with several arguments, or with none', async () => {
    const price = cached('price', async (id: string, options: { currency: string }) => `${id} in ${options.currency}`);
    await price.prime('a', { currency: 'EUR' }, 'primed');
    expect(await price('a', { currency: 'EUR' })).toBe('primed');
    const settings = cached('settings', async () => 'loaded');
    await settings.prime('primed');
    expect(await settings()).toBe('primed');
  });

  test('primes a call with undefined as an optional argument', async () => {
    const price = cached('price', async (id: string, currency?: string) => `${id} in ${currency ?? 'EUR'}`);
    await price.prime('a', undefined, 'primed');
    expect(await price('a', undefined)).toBe('primed');
  });

  test('expires by the fake timers of its users\' tests', async () => {
    const product = cached('product', load, { ttl: { minutes: 1 } });
    await product('a');
    jest.useFakeTimers({ now: Date.now() + 120_000, doNotFake: ['setImmediate', 'performance', 'nextTick', 'queueMicrotask'] });
    await product('a');
    expect(load).toHaveBeenCalledTimes(2);
  });
});

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends (<T>() => T extends B ? 1 : 2) ? true : false;

/** Compiles only if the types are the same: what it checks is checked by `tsc`, when tests are type-checked. */
function expectType<A, B>(..._same: Equal<A, B> extends true ? [] : ['these types differ']): void {
  expect(true).toBe(true);
}

describe('the types of a cached function', () => {
  const price = cached('price', async (id: string, options: { currency: string }, ..._tags: string[]) => ({ id, amount: options.currency.length }));
  type Price = { id: string; amount: number };

  test('keep the loader\'s arguments and results', () => {
    expectType<Parameters<typeof price>, [id: string, options: { currency: string }, ...string[]]>();
    expectType<ReturnType<typeof price>, Promise<Price>>();
    expectType<Awaited<ReturnType<typeof price.refresh>>, Price>();
    expectType<NonNullable<Awaited<ReturnType<typeof price.peek>>>['value'], Price>();
    expectType<Parameters<typeof price.invalidate>, Parameters<typeof price>>();
    expectType<ReturnType<typeof price.keyOf>, string | undefined>();
  });

  test('let prime() omit optional arguments, and no others', () => {
    const quote = cached('quote', async (id: string, currency?: string, ..._days: number[]) => ({ id, currency }));
    type Quote = { id: string; currency: string | undefined };
    expectType<Parameters<typeof quote.prime>,
      [string, Quote] | [string, string | undefined, ...number[], Quote]>();
    expectType<Parameters<typeof price.prime>, [string, { currency: string }, ...string[], Price]>();
    // @ts-expect-error the first argument must be there
    const misuse = () => quote.prime({ id: 'a', currency: undefined });
    expect(misuse).toBeDefined();
  });

  test('make one promise of any result', () => {
    const square = cached('square', (n: number) => n * n);
    expectType<ReturnType<typeof square>, Promise<number>>();
    const either = cached('either', (): number | Promise<string> => 1);
    expectType<ReturnType<typeof either>, Promise<number | string>>();
  });

  test('allow a cached function wherever its loader is allowed', () => {
    const find: (id: string) => Promise<Product> = cached('product', load);
    expectType<ReturnType<typeof find>, Promise<Product>>();
  });

  test('reject what the loader does not accept, and unknown options', () => {
    const product = cached('product', async (id: string): Promise<Product> => ({ id, price: 1 }));
    const misuse = [
      // @ts-expect-error the loader takes a string
      () => product(5),
      // @ts-expect-error nothing is appended to the loader's arguments
      () => product('a', { ttl: { seconds: 5 } }),
      // @ts-expect-error the value must be the loader's
      () => product.prime('a', { id: 'a' }),
      // @ts-expect-error a duration has a unit
      () => cached('product', load, { ttl: 30 }),
      // @ts-expect-error there is no such unit
      () => cached('product', load, { ttl: { secs: 30 } }),
      // @ts-expect-error the key is made of the loader's arguments
      () => cached('product', load, { key: (id: number) => id }),
      // @ts-expect-error a peeked entry cannot be changed
      async () => { (await product.peek('a'))!.value = { id: 'b', price: 2 }; },
    ];
    expect(misuse).toHaveLength(7);
  });
});
