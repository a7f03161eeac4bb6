import { runOnLayer } from './layer';

/**
 * What polyfills and instrumentation do to the globals, before the handler's own code defines its caches: on the layer as it is shipped.
 * Each replacement breaks in its own way the code that relies on it.
 */
const REPLACEMENTS = {
  'Promise by one without withResolvers': `
    class Polyfill { constructor(run) { this.promise = new Native(run); } then(...args) { return this.promise.then(...args); } }
    Polyfill.all = async () => ['not these'];
    Polyfill.race = async () => 'not this';
    Polyfill.resolve = (value) => new Polyfill((fulfil) => fulfil(value));
    globalThis.Promise = Polyfill;
  `,
  'Map and Set by ones that keep nothing': `
    globalThis.Map = class { get() {} set() { return this; } has() { return false; } delete() {} get size() { return 0; } [Symbol.iterator]() { return [].values(); } };
    globalThis.Set = globalThis.Map;
  `,
  'timers by ones that never fire': `
    globalThis.setTimeout = globalThis.setImmediate = globalThis.queueMicrotask = () => ({ unref() {} });
    globalThis.clearTimeout = () => { throw new Error('clearTimeout'); };
  `,
  'Date by one whose days pass in no time': 'let now = 0; globalThis.Date = class extends Date { static now() { return now += 1e8; } };',
  'all that is left by nothing': `
    for (const name of ['AbortController', 'AbortSignal', 'Buffer', 'URL', 'Symbol', 'Error', 'TypeError', 'JSON', 'Math', 'Object', 'Array', 'String', 'Number', 'WeakMap']) {
      globalThis[name] = undefined;
    }
  `,
};

/** What the user's code itself needs, taken before. */
const HANDLER = `
  import { cached, cachedMany } from 'cdk-cached-function/runtime';
  import { setTimeout as delay } from 'node:timers/promises';
  const Native = Promise;
  const Error = globalThis.Error;
  REPLACE
  let loads = 0;
  const thing = cached('thing', async (id) => { loads++; await delay(1); if (id === 'broken') throw new Error(id); return { id, loads }; });
  const things = cachedMany('things', async (ids) => { await delay(1); return ids.map((id) => 'value of ' + id); });
  export const handler = async ({ plain }) => plain ? 'plain' : {
    one: await thing('a'), again: await thing('a'), many: await things(['x', 'y', 'x', 'z']),
    broken: await thing('broken').then(() => 'fine', (error) => error.message),
  };
`;

describe.each(Object.entries(REPLACEMENTS))('if the user\'s code replaces %s', (_, replace) => {
  test('handlers run, and caches return the right values', () => {
    const { answers, metrics, stderr } = runOnLayer(HANDLER.replace('REPLACE', replace), [{ plain: true }, {}, {}], {
      settings: { caching: { ttlMs: 60_000, staleWhileRevalidateMs: 60_000, hardTimeoutMs: 5_000 } },
      // Nothing freezes here, and there is no Extensions API.
      environment: { AWS_LAMBDA_MAX_CONCURRENCY: '64' },
    });
    const right = { one: { id: 'a', loads: 1 }, again: { id: 'a', loads: 1 }, many: ['value of x', 'value of y', 'value of x', 'value of z'], broken: 'broken' };
    expect(answers).toEqual([{ value: 'plain' }, { value: right }, { value: right }]);
    expect(metrics.filter(({ CacheName }) => CacheName === 'thing')).toMatchObject([{ Hits: 1, Misses: 2, OriginErrors: 1 }, { Hits: 2, Misses: 1 }]);
    expect(stderr).toBe('');
  });
});
