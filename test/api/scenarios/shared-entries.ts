import { HIT, IMPORTS, SOON, STALE, TRUSTING_BRIEFLY } from './code';
import type { Scenario } from '../scenario';

/** What one environment has stored is for the others what it is for its own. */

const SHARED_HIT = { ...HIT, SharedHits: 1, SharedMisses: 0, SharedErrors: 0, SharedUnreadable: 0 };

export const SHARED_ENTRIES: readonly Scenario[] = [
  {
    name: 'an entry has its validator, its age and its tags in every environment',
    needs: ['fleet'],
    code: `${IMPORTS}
      export const price = cached('price', async (id) => {
        const context = loadContext();
        const text = await origin('price/' + id);
        if (context.stale !== undefined && context.validator === text) return context.notModified();
        context.validator = text;
        context.tags = ['prices'];
        return { text, stale: context.stale?.value.text ?? 'none' };
      }, { ttl: { minutes: 5 }, staleWhileRevalidate: { minutes: 30 } });
      export const age = async (id) => { const { storedAt, freshUntil, scope } = await price.peek(id); return [freshUntil - storedAt, scope]; };
      export const forget = (...tags) => invalidateTags(...tags);
    `,
    steps: [
      { call: ['price', '1'], answer: { text: 'price/1#1', stale: 'none' } },
      { advance: { minutes: 1 } },
      { call: ['age', '1'], in: 'b', answer: [300_000, 'fleet'] },
      { call: ['age', '1'], in: 'b', answer: [300_000, 'environment'] },
      { advance: { minutes: 5 } },
      // Renewed by the validator that the other has stored.
      { call: ['price', '1'], in: 'b', answer: { text: 'price/1#1', stale: 'none' }, counted: { StaleHits: 1, OriginCalls: 1 } },
      { call: ['price', '1'], in: 'b', answer: { text: 'price/1#1', stale: 'none' }, counted: HIT },
      { change: 'price/1' },
      // A Memcached whose clock has just jumped counts the entry's life from before that: so the window is much longer.
      { advance: { minutes: 6 } },
      { call: ['price', '1'], in: 'c', answer: { text: 'price/1#1', stale: 'none' }, counted: { StaleHits: 1, SharedHits: 1, OriginCalls: 1 } },
      { call: ['price', '1'], in: 'c', answer: { text: 'price/1#2', stale: 'price/1#1' }, counted: HIT },
      { call: ['forget', 'prices'], in: 'c', answer: { scope: 'fleet' } },
      // The others have been notified.
      { call: ['price', '1'], in: 'd', answer: { text: 'price/1#2', stale: 'none' }, counted: { SharedMisses: 1, OriginCalls: 1 } },
    ],
  },
  {
    name: 'a refresh after the response takes what another environment has loaded meanwhile',
    needs: ['fleet'],
    code: `${IMPORTS}
      export const price = cached('price', (id) => origin('price/' + id), ${STALE});
    `,
    steps: [
      { call: ['price', '1'], answer: 'price/1#1' },
      { call: ['price', '1'], in: 'b', answer: 'price/1#1', counted: SHARED_HIT },
      { change: 'price/1' },
      { advance: { minutes: 6 } },
      { call: ['price', '1'], answer: 'price/1#1', counted: { StaleHits: 1, OriginCalls: 1 } },
      { call: ['price', '1'], in: 'b', answer: 'price/1#1', counted: { StaleHits: 1, OriginCalls: 0 } },
      { call: ['price', '1'], in: 'b', answer: 'price/1#2', counted: HIT },
      { originCalls: { 'price/1': 2 } },
    ],
  },
  {
    name: 'a call for many ids and calls for one of them share a lookup, and a repeated id is looked up once',
    needs: ['fleet'],
    code: `${IMPORTS}
      export const prices = cachedMany('price', (ids) => Promise.all(ids.map((id) => origin('price/' + id))), ${STALE});
      export const atOnce = async () => {
        const many = prices(['1', '2', '2', '3']);
        const one = prices(['2']);
        return [await many, await one];
      };
    `,
    steps: [
      { call: ['prices', ['1', '2']], answer: ['price/1#1', 'price/2#1'] },
      { call: ['atOnce'], in: 'b', answer: [['price/1#1', 'price/2#1', 'price/2#1', 'price/3#1'], ['price/2#1']], counted: { OriginCalls: 1, Misses: 1, Hits: 4, SharedHits: 2 } },
      { call: ['atOnce'], in: 'b', answer: [['price/1#1', 'price/2#1', 'price/2#1', 'price/3#1'], ['price/2#1']], counted: { OriginCalls: 0, Hits: 5, SharedHits: 0 } },
      { change: 'price/1' }, { change: 'price/2' }, { change: 'price/3' },
      { advance: { minutes: 6 } },
      { call: ['prices', ['1', '2', '3', '4']], in: 'c', answer: ['price/1#1', 'price/2#1', 'price/3#1', 'price/4#1'], counted: { SharedHits: 3, StaleHits: 3, Misses: 1 } },
      { call: ['prices', ['1', '2', '3', '4']], in: 'c', answer: ['price/1#2', 'price/2#2', 'price/3#2', 'price/4#1'], counted: { Hits: 4, StaleHits: 0 } },
    ],
  },
  {
    name: 'a lookup of many ids does not return what is invalidated meanwhile',
    needs: ['fleet'],
    code: `${IMPORTS}
      export const prices = cachedMany('price', (ids) => Promise.all(ids.map((id) => origin('price/' + id))));
      export const racing = async () => {
        const before = prices(['1', '2']);
        const { scope } = await prices.invalidate('1');
        await before;
        return [scope, ...await prices(['1', '2'])];
      };
    `,
    steps: [
      { call: ['prices', ['1', '2']], answer: ['price/1#1', 'price/2#1'] },
      { change: 'price/1' }, { change: 'price/2' },
      { call: ['racing'], in: 'b', answer: ['fleet', 'price/1#2', 'price/2#1'] },
      { call: ['prices', ['1', '2']], in: 'c', answer: ['price/1#2', 'price/2#1'] },
    ],
  },
  {
    name: 'an entry of the tier is stale for no longer than both the environment that reads it and the one that stored it allow',
    needs: ['fleet'],
    code: `${IMPORTS}
      const isPatient = process.env.TEST_ENVIRONMENT !== 'a';
      const window = (name) => isPatient ? { [name]: { hours: 1 } } : { [name]: { minutes: 1 } };
      const price = (name) => cached(name, (id) => origin(name + '/' + id), { ttl: { minutes: 5 }, ...window(name) });
      export const whileRevalidate = price('staleWhileRevalidate');
      export const ifError = price('staleIfError');
      export const caught = (id) => ifError(id).catch(({ message }) => message);
    `,
    steps: [
      { call: ['whileRevalidate', '1'], answer: 'staleWhileRevalidate/1#1' },
      { call: ['whileRevalidate', '2'], in: 'b', answer: 'staleWhileRevalidate/2#1' },
      { call: ['ifError', '1'], answer: 'staleIfError/1#1' },
      { call: ['ifError', '2'], in: 'b', answer: 'staleIfError/2#1' },
      { change: 'staleWhileRevalidate/1' }, { change: 'staleWhileRevalidate/2' }, { fail: 'staleIfError/1' }, { fail: 'staleIfError/2' },
      { advance: { minutes: 7 } },
      { call: ['whileRevalidate', '1'], in: 'c', answer: 'staleWhileRevalidate/1#2' },
      { call: ['whileRevalidate', '2'], answer: 'staleWhileRevalidate/2#2' },
      { call: ['caught', '1'], in: 'c', answer: 'no staleIfError/1' },
      { call: ['caught', '2'], answer: 'no staleIfError/2' },
      { call: ['caught', '2'], in: 'c', answer: 'staleIfError/2#1', logged: [/stale value was returned/] },
    ],
  },
  {
    name: 'an entry of the tier is fresh for as long as the environment that stored it decided',
    needs: ['fleet'],
    code: `${IMPORTS}
      export const price = cached('price', (id) => origin('price/' + id), { ttl: process.env.TEST_ENVIRONMENT === 'a' ? { hours: 1 } : { minutes: 1 } });
    `,
    steps: [
      { call: ['price', '1'], answer: 'price/1#1' },
      { call: ['price', '2'], in: 'b', answer: 'price/2#1' },
      { change: 'price/1' }, { change: 'price/2' },
      { advance: { minutes: 2 } },
      { call: ['price', '1'], in: 'c', answer: 'price/1#1' },
      { call: ['price', '2'], answer: 'price/2#2' },
    ],
  },
  {
    name: 'the tier returns all kinds of plain data unchanged; it holds neither errors nor anything else',
    needs: ['fleet'],
    code: `${IMPORTS}
      const values = { map: new Map([['a', new Set([1n])]]), bytes: Buffer.from('bytes'), nothing: null, none: undefined, url: new URL('https://example.com') };
      const thing = cached('thing', async (name) => {
        if (name === 'error') throw new RangeError('failed');
        await origin(name);
        return values[name];
      }, { negativeTtl: { minutes: 1 }, cacheErrors: () => true });
      const show = (value) => value instanceof Map ? [...value].map(([key, set]) => key + [...set].map((one) => typeof one)).join()
        : Buffer.isBuffer(value) ? value.toString() : String(value);
      export const get = (name) => thing(name).then(show, String);
    `,
    steps: [
      ...([['map', 'abigint'], ['bytes', 'bytes'], ['nothing', 'null'], ['none', 'undefined']] as const).flatMap(([name, answer]) => [
        { call: ['get', name] as const, answer, counted: { Misses: 1 } },
        { call: ['get', name] as const, in: 'b', answer, counted: SHARED_HIT },
      ]),
      { call: ['get', 'error'], answer: 'RangeError: failed', counted: { OriginErrors: 1 } },
      { call: ['get', 'error'], in: 'b', answer: 'RangeError: failed', counted: { OriginErrors: 1 } },
      { call: ['get', 'error'], in: 'b', answer: 'RangeError: failed', counted: HIT },
      { call: ['get', 'url'], answer: 'https://example.com/', counted: { Uncacheable: 1 }, logged: ['thing'] },
      { call: ['get', 'url'], in: 'b', answer: 'https://example.com/', counted: { Uncacheable: 1, SharedMisses: 1 }, logged: ['thing'] },
    ],
  },
  {
    name: 'many ids are looked up in the tier in one request, and only what it lacks is loaded',
    needs: ['fleet'],
    code: `${IMPORTS}
      export const prices = cachedMany('price', (ids) => Promise.all(ids.map((id) => origin('price/' + id))));
      export const twice = async (id) => Promise.all([prices([id]), prices([id])]);
    `,
    steps: [
      { call: ['prices', ['1', '2', '3']], counted: { SharedMisses: 3, Misses: 3, OriginCalls: 1 } },
      {
        call: ['prices', ['4', '3', '2', '1']],
        in: 'b',
        answer: ['price/4#1', 'price/3#1', 'price/2#1', 'price/1#1'],
        counted: { SharedHits: 3, SharedMisses: 1, Hits: 3, Misses: 1, OriginCalls: 1 },
      },
      // One lookup for both.
      { call: ['twice', '2'], in: 'c', answer: [['price/2#1'], ['price/2#1']], counted: { SharedHits: 1, CoalescedHits: 1, Hits: 2, OriginCalls: 0 } },
    ],
  },
  {
    name: 'a primed value reaches environments that hold another one, and a load that began earlier does not replace it',
    needs: ['fleet'],
    code: `${IMPORTS}
      let open;
      export const price = cached('price', async (id) => {
        if (id === 'slow') await new Promise((resolve) => { open = resolve; });
        return origin('price/' + id);
      }, { memoryTtl: { milliseconds: 200 } });
      export const primed = async () => {
        const loading = price('slow');
        while (open === undefined) await new Promise((resolve) => { setTimeout(resolve, 1); });
        const { stored, scope } = await price.prime('slow', 'primed');
        open();
        return [stored, scope, await loading, await price('slow')];
      };
    `,
    steps: [
      { call: ['price', '1'], answer: 'price/1#1' },
      { call: ['price', '1'], in: 'b', answer: 'price/1#1' },
      { call: ['price.prime', '1', 'primed'], answer: { stored: true, scope: 'fleet' } },
      { call: ['price', '1'], answer: 'primed', counted: { OriginCalls: 0 } },
      { advance: SOON },
      { call: ['price', '1'], in: 'b', answer: 'primed', counted: SHARED_HIT },
      { call: ['primed'], answer: [true, 'fleet', 'price/slow#1', 'primed'] },
      { call: ['price', 'slow'], in: 'b', answer: 'primed', counted: SHARED_HIT },
    ],
  },
  {
    name: 'in shadow mode what another environment has stored is compared, too',
    needs: ['fleet'],
    variables: { CDK_CACHED_FUNCTION_MODE: 'shadow' },
    code: `${IMPORTS}
      export const price = cached('price', (id) => origin('price/' + id));
    `,
    steps: [
      { call: ['price', '1'], answer: 'price/1#1', counted: { Misses: 1, Hits: 0 } },
      { call: ['price', '1'], in: 'b', answer: 'price/1#1', counted: { Hits: 1, Mismatches: 0 } },
      { change: 'price/1' },
      { call: ['price', '1'], in: 'c', answer: 'price/1#2', counted: { Hits: 1, Mismatches: 1 } },
      { fail: 'price/1' },
      { call: ['price', '1'], in: 'c', error: { errorType: 'Error', errorMessage: 'no price/1' }, counted: { OriginErrors: 1 } },
    ],
  },
  {
    name: 'a value does not replace a newer one that another environment has stored',
    needs: ['fleet'],
    code: `${IMPORTS}
      let open;
      let loading;
      const isSlow = process.env.TEST_ENVIRONMENT === 'a';
      export const price = cached('price', async (id) => {
        const text = await origin('price/' + id);
        if (isSlow) await new Promise((resolve) => { open = resolve; });
        return text;
      }, ${TRUSTING_BRIEFLY});
      export const begin = async (id) => {
        loading = price(id);
        while (open === undefined) await new Promise((resolve) => { setTimeout(resolve, 1); });
      };
      export const end = () => { open(); return loading; };
    `,
    steps: [
      { call: ['begin', '1'] },
      { change: 'price/1' },
      { call: ['price', '1'], in: 'b', answer: 'price/1#2' },
      { call: ['end'], answer: 'price/1#1' },
      { call: ['price', '1'], in: 'c', answer: 'price/1#2', counted: SHARED_HIT },
      { advance: SOON },
      { call: ['price', '1'], in: 'b', answer: 'price/1#2', counted: SHARED_HIT },
    ],
  },
  {
    name: 'the tier is read again after memoryTtl, and not before',
    needs: ['fleet'],
    code: `${IMPORTS}
      export const price = cached('price', (id) => origin('price/' + id), { ttl: { hours: 1 }, memoryTtl: { minutes: 1 } });
    `,
    steps: [
      { call: ['price', '1'], answer: 'price/1#1', counted: { SharedMisses: 1 } },
      { advance: { seconds: 40 } },
      { call: ['price', '1'], answer: 'price/1#1', counted: { ...HIT, SharedHits: 0, SharedMisses: 0 } },
      { advance: { seconds: 20 } },
      { call: ['price', '1'], answer: 'price/1#1', counted: SHARED_HIT },
      { advance: { seconds: 40 } },
      { call: ['price', '1'], answer: 'price/1#1', counted: { ...HIT, SharedHits: 0 } },
      { advance: { hours: 1 } },
      { call: ['price', '1'], answer: 'price/1#1', counted: { SharedHits: 0, SharedMisses: 1, OriginCalls: 1 } },
    ],
  },
];
