import { Runtime } from '../../../lambda-runtime/api/environment-runtime.js';
import type { CachedOptions } from '../../../lambda-runtime/api/runtime.js';
import { Invocation, runInvocation, takeOutsideInvocations } from '../../../lambda-runtime/lambda/invocation.js';
import { MODE_VARIABLE, type RuntimeSettings } from '../../../src/contract/runtime-settings.js';
import { runModule } from '../../equipment/node-process.js';
import { type EmfDocument, emfErrors } from '../metrics/emf-schema.js';

const SETTINGS: RuntimeSettings = { namespace: 'dev/Shop', caching: {}, caches: {} };

const newRuntime = (environment: NodeJS.ProcessEnv = {}, settings = SETTINGS) =>
  new Runtime({ environment, runAfterResponse: () => false }, settings);

let warn: jest.SpyInstance;

beforeEach(() => {
  takeOutsideInvocations();
  warn = jest.spyOn(console, 'warn').mockImplementation();
});

afterEach(() => {
  jest.restoreAllMocks();
});

const identity = (id: string) => id;
const parse = (lines: readonly string[]) => lines.map((line) => JSON.parse(line) as EmfDocument);

async function ttlOf(runtime: Runtime, options?: CachedOptions<typeof identity>): Promise<number> {
  const product = runtime.cached('product', identity, options);
  await product('a');
  const { storedAt, freshUntil } = (await product.peek('a'))!;
  return freshUntil.getTime() - storedAt.getTime();
}

describe('an operator\'s policy that names no cache', () => {
  const settings = { ...SETTINGS, caches: { produkt: { ttlMs: 1_000 }, price: {} } };
  const end = (runtime: Runtime, times: number) => Array.from({ length: times }, () => runtime.invocationEnded());

  test('causes one warning, when ten invocations have ended', () => {
    const runtime = newRuntime({}, settings);
    runtime.cached('product', identity);
    runtime.cached('price', identity);
    end(runtime, 9);
    expect(warn).not.toHaveBeenCalled();
    end(runtime, 100);
    expect(warn.mock.calls).toEqual([[expect.stringMatching(/addCachePolicy names produkt, .* only these caches: product, price\. Use the names that the code passes to cached\(\)/)]]);
  });

  test('causes no warning if the cache is defined while an event is handled', () => {
    const runtime = newRuntime({}, settings);
    end(runtime, 9);
    runInvocation(new Invocation('1'), () => ['produkt', 'price'].forEach((name) => runtime.cached(name, identity)));
    end(runtime, 100);
    expect(warn).not.toHaveBeenCalled();
  });
});

describe('a clock that is set back', () => {
  const MINUTE = 60_000;

  beforeEach(() => jest.useFakeTimers({ now: Date.UTC(2026, 0, 1) }));
  afterEach(() => jest.useRealTimers());

  test('while a handler works prolongs no entry, though a freeze follows that is longer', async () => {
    const runtime = newRuntime();
    let loads = 0;
    const product = runtime.cached('product', () => ++loads, { ttl: { minutes: 10 }, jitter: 0 });
    const invoke = async (duringIt?: () => void) => {
      runtime.invocationOpened(MINUTE);
      duringIt?.();
      const value = await product();
      runtime.invocationEnded();
      return value;
    };
    await invoke();
    await invoke(() => jest.setSystemTime(Date.now() - 5 * MINUTE));
    jest.setSystemTime(Date.now() + 6 * MINUTE);
    expect(await invoke()).toBe(2);
  });
});

describe('the policy of a cache', () => {
  test('is the default, then the code\'s options, then the construct\'s, then its policy for the cache', async () => {
    const ttl = { minutes: 10 };
    expect(await ttlOf(newRuntime())).toBe(300_000);
    expect(await ttlOf(newRuntime(), { ttl })).toBe(600_000);
    expect(await ttlOf(newRuntime({}, { ...SETTINGS, caching: { ttlMs: 1_000 } }), { ttl })).toBe(1_000);
    expect(await ttlOf(newRuntime({}, { ...SETTINGS, caching: { ttlMs: 1_000 }, caches: { product: { ttlMs: 2_000 } } }), { ttl })).toBe(2_000);
    expect(await ttlOf(newRuntime({}, { ...SETTINGS, caches: { other: { ttlMs: 2_000 } } }), { ttl })).toBe(600_000);
  });

  test('determines a call\'s whole key: namespace, name, version of the values, arguments', () => {
    const keyOf = (settings: RuntimeSettings, options?: CachedOptions<typeof identity>) => newRuntime({}, settings).cached('product', identity, options).keyOf('B001');
    expect(keyOf(SETTINGS)).toBe('dev/Shop:2:product::B001');
    expect(keyOf(SETTINGS, { valueVersion: '2' })).toBe('dev/Shop:2:product:2:B001');
    expect(keyOf({ ...SETTINGS, caches: { product: { valueVersion: '3' } } }, { valueVersion: '2' })).toBe('dev/Shop:2:product:3:B001');
    expect(keyOf(SETTINGS, { key: () => Symbol('s') })).toBeUndefined();
  });

  test.each([[''], ['my cache'], ['a'.repeat(65)], ['ünï'], ['a:b'], [5], [undefined]])('cannot be set for a cache named %j', (name) => {
    expect(() => newRuntime({}).cached(name as string, identity)).toThrow(`name must be 1 to 64 letters, digits, '_', '.' or '-', not ${JSON.stringify(name)}.`);
  });

  test('needs a function, and units in its ttl', () => {
    const runtime = newRuntime({});
    expect(() => runtime.cached('product', 'B001' as never)).toThrow(/cached\('product', loader\): loader must be a function, not string/);
    expect(() => runtime.cached('product', identity, { ttl: 30 as never })).toThrow(/ttl of cache 'product' must be a duration/);
  });

  test('is separate for caches of one name, with a warning for each that names both places', async () => {
    const runtime = newRuntime({});
    const first = runtime.cached('product', identity);
    const second = runtime.cached('product', (id: string) => `second ${id}`);
    expect(warn.mock.calls).toEqual([[expect.stringMatching(/Two caches are named 'product', one at .*runtime\.test\.ts:\d+:\d+, one at .*runtime\.test\.ts:\d+:\d+:/)]]);
    expect([await first('a'), await second('a'), await first('a')]).toEqual(['a', 'second a', 'a']);
  });

  test.each([undefined, 'off', 'shadow'])('runs a cache uncached that each event defines anew, logs that once and keeps nothing of it (mode %s)', async (mode) => {
    const runtime = newRuntime({ [MODE_VARIABLE]: mode });
    const handle = (id: string) => runInvocation(new Invocation('request'), () => runtime.cached('product', () => id)());
    expect(await handle('a')).toBe('a');
    for (let i = 0; i < 100; i++) {
      expect(await handle(`${i}`)).toBe(`${i}`);
    }
    expect(warn.mock.calls).toEqual([[expect.stringMatching(/Cache 'product' is defined in the handler again .*Define each cache once, outside the handler/)]]);
    const invocation = new Invocation('request');
    await runInvocation(invocation, () => runtime.cached('product', identity)('a'));
    expect(parse(runtime.metricLines(invocation))).toMatchObject([{ CacheName: 'product', Hits: 0, Bypasses: 1, MemoryBytes: 0 }]);
  });
});

describe('the mode', () => {
  const off = { [MODE_VARIABLE]: 'off' };

  test('off calls the loader for every call, returns its own objects, and counts bypasses', async () => {
    const runtime = newRuntime(off);
    const original = { id: 'a' };
    const loader = jest.fn(async () => original);
    const product = runtime.cached('product', loader);
    const invocation = new Invocation('request');
    await runInvocation(invocation, async () => {
      expect(await product()).toBe(original);
      expect(await product()).toBe(original);
    });
    expect(loader).toHaveBeenCalledTimes(2);
    expect(Object.isFrozen(original)).toBe(false);
    expect(parse(runtime.metricLines(invocation))).toMatchObject([{ Hits: 0, Misses: 0, Bypasses: 2, OriginCalls: 2 }]);
  });

  test('off stores nothing through the other operations either', async () => {
    const product = newRuntime(off).cached('product', identity);
    expect(await product.prime('a', 'v')).toEqual({ stored: false, scope: 'environment' });
    await product.refresh('b');
    expect(await product.peek('b')).toBeUndefined();
  });

  test('shadow returns the loader\'s result, even if that cannot be compared with the cached one', async () => {
    const answers = [new Set([undefined, { a: 1 }, {}]), new Set([[], { a: 1 }, {}])];
    const tags = newRuntime({ [MODE_VARIABLE]: 'shadow' }).cached('tags', async () => answers.shift());
    await tags();
    expect(await tags()).toEqual(new Set([[], { a: 1 }, {}]));
  });

  test.each([['OFF'], ['Off']])('%j is off: case does not matter', async (mode) => {
    const product = newRuntime({ [MODE_VARIABLE]: mode }).cached('product', identity);
    expect(warn).not.toHaveBeenCalled();
    await product('a');
    expect(await product.peek('a')).toBeUndefined();
  });

  test.each([['on'], ['0']])('%j is unknown: that is logged, and the cache is on', async (mode) => {
    const product = newRuntime({ [MODE_VARIABLE]: mode }).cached('product', identity);
    expect(warn.mock.calls).toEqual([[expect.stringContaining(`${MODE_VARIABLE} is '${mode}', but must be one of off`)]]);
    await product('a');
    expect(await product.peek('a')).toBeDefined();
  });

  test.each([[''], [undefined]])('%j causes no warning', (mode) => {
    expect(newRuntime({ [MODE_VARIABLE]: mode })).toBeDefined();
    expect(warn).not.toHaveBeenCalled();
  });
});

describe('memory', () => {
  /** Fills two caches with far more than there is room for, and returns the bytes in memory by the metrics. */
  async function fill(environment: NodeJS.ProcessEnv, settings = SETTINGS): Promise<number> {
    const runtime = newRuntime(environment, settings);
    const caches = ['one', 'two'].map((name) => runtime.cached(name, (id: number) => `${id}`.padEnd(50_000)));
    const invocation = new Invocation('request');
    await runInvocation(invocation, async () => {
      for (let id = 0; id < 120; id++) {
        await caches[id % 2](id);
      }
    });
    return parse(runtime.metricLines(invocation))[0].MemoryBytes as number;
  }

  const MB = 1024 * 1024;

  test.each([
    ['a quarter of the function\'s', { AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '16' }, {}, 4 * MB],
    ["the construct's setting", { AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '16' }, { maxMemoryBytes: MB }, MB],
  ])('is bounded by %s, for all caches together', async (_, environment, settings, bound) => {
    const bytes = await fill(environment, { ...SETTINGS, ...settings });
    expect(bytes).toBeLessThanOrEqual(bound);
    expect(bytes).toBeGreaterThan(bound - 51_000);
  });

  test('holds no more entries than the construct says', async () => {
    expect(await fill({}, { ...SETTINGS, maxEntries: 3 })).toBeLessThan(3 * 51_000);
    // More than there can be, and more than an array can have.
    expect(await fill({}, { ...SETTINGS, maxMemoryBytes: 1_000_000, maxEntries: 2 ** 32 })).toBeLessThan(1_000_000);
  });
});

describe('the metrics of an invocation', () => {
  const environment = { AWS_LAMBDA_FUNCTION_NAME: 'get-product' };

  async function linesOf(settings: RuntimeSettings): Promise<string[]> {
    const runtime = newRuntime(environment, settings);
    const [product, price] = [runtime.cached('product', identity), runtime.cached('price', identity)];
    runtime.cached('unused', identity);
    const invocation = new Invocation('request');
    await runInvocation(invocation, async () => {
      await product('a');
      await product('a');
      await price('a');
    });
    return runtime.metricLines(invocation);
  }

  test('are a valid line for each cache that was used', async () => {
    const lines = await linesOf(SETTINGS);
    expect(lines.flatMap(emfErrors)).toEqual([]);
    expect(parse(lines)).toMatchObject([
      { FunctionName: 'get-product', CacheName: 'product', RequestId: 'request', Hits: 1, Misses: 1, OriginCalls: 1 },
      { FunctionName: 'get-product', CacheName: 'price', Hits: 0, Misses: 1 },
    ]);
  });

  test('are as many as the settings require', async () => {
    expect(await linesOf({ ...SETTINGS, metrics: 'cache' })).toHaveLength(2);
    expect(parse(await linesOf({ ...SETTINGS, metrics: 'function' }))).toMatchObject([{ Hits: 1, Misses: 2 }]);
    expect(await linesOf({ ...SETTINGS, metrics: 'none' })).toEqual([]);
  });

  test('are none if no cache was used', () => {
    for (const metrics of ['cache', 'function', 'none'] as const) {
      expect(newRuntime(environment, { ...SETTINGS, metrics }).metricLines(new Invocation('request'))).toEqual([]);
    }
  });

  test('add up even if a coalesced call ends after its invocation', async () => {
    const runtime = newRuntime(environment);
    const answers: ((value: unknown) => void)[] = [];
    const product = runtime.cached('product', () => new Promise<unknown>((resolve) => answers.push(resolve)));
    const invocation = new Invocation('request');
    const left = runInvocation(invocation, () => [product(), product()]);
    const metrics = runtime.metricLines(invocation);
    answers[0](() => 'cannot be cached');
    await left[0];
    await new Promise(setImmediate);
    answers[1](() => 'cannot be cached');
    await left[1];
    const all = parse([...metrics, ...runtime.metricLines(takeOutsideInvocations())]);
    const sum = (metric: string) => all.reduce((total, document) => total + ((document[metric] ?? 0) as number), 0);
    expect(sum('Hits') + sum('Misses') + sum('Bypasses')).toBe(2);
  });
});

describe('a mistake in a loader', () => {
  test('that sets tags to something other than a list prevents caching the value, and nothing else', () => {
    expect(runModule<unknown>(`
      import { cached, loadContext } from './lambda-runtime/api/runtime.js';
      const product = cached('product', async () => {
        loadContext().tags = 'a tag' as never;
        return 'loaded';
      });
      console.log(JSON.stringify(await product()));
    `)).toBe('loaded');
  });
});

describe('outside Lambda', () => {
  test('keeps no growing record of its calls', async () => {
    const product = newRuntime({}).cached('product', (id: number) => id);
    for (let id = 0; id < 20_000; id++) {
      await product(id);
    }
    const [counted] = takeOutsideInvocations().close();
    expect(counted?.originDurations.length ?? 0).toBeLessThan(10_000);
  });
});
