import { IMPORTS } from './code';
import type { Scenario } from '../scenario';

/** Origins that are slow, fail, or have nothing. */

/** Its loads take as long as the scenario sets; `loaded()` waits until the last one has ended. */
const SLOW = (options: string) => `${IMPORTS}
  let milliseconds = 0;
  let last;
  export const price = cached('price', (id) => last = (async () => {
    await new Promise((resolve) => { setTimeout(resolve, milliseconds); });
    return origin('price/' + id);
  })(), ${options});
  export const slowDown = () => { milliseconds = 150; };
  export const loaded = () => last.then(() => 'loaded', () => 'failed');
`;

const FAILING = (options: string) => `${IMPORTS}
  export const price = cached('price', (id) => origin('price/' + id), ${options});
  export const caught = (id) => price(id).catch(({ message }) => message);
  export const peeked = async (id) => (await price.peek(id))?.value ?? 'nothing';
`;

const STALE_HIT = { Hits: 1, StaleHits: 1, Misses: 0 };

export const SLOW_ORIGINS: readonly Scenario[] = [
  {
    name: 'a load that takes longer than softTimeout continues while callers get the stale value, and no second one begins',
    code: SLOW('{ ttl: { minutes: 5 }, staleIfError: { hours: 1 }, softTimeout: { milliseconds: 20 } }'),
    steps: [
      { call: ['slowDown'] },
      // Nothing else is there: it is waited for.
      { call: ['price', '1'], answer: 'price/1#1', counted: { Hits: 0, Misses: 1 } },
      { change: 'price/1' },
      { advance: { minutes: 6 } },
      { call: ['price', '1'], answer: 'price/1#1', counted: STALE_HIT },
      { call: ['loaded'], answer: 'loaded' },
      { call: ['price', '1'], answer: 'price/1#2', counted: { Hits: 1, StaleHits: 0, OriginCalls: 0 } },
      { originCalls: { 'price/1': 2 } },
    ],
  },
  {
    name: 'after a failure stale values are returned without another loader call until retryAfter is over',
    code: FAILING('{ ttl: { minutes: 5 }, staleIfError: { hours: 1 }, retryAfter: { minutes: 2 } }'),
    steps: [
      { call: ['price', '1'], answer: 'price/1#1' },
      { fail: 'price/1' },
      { advance: { minutes: 6 } },
      { call: ['price', '1'], answer: 'price/1#1', counted: { ...STALE_HIT, OriginCalls: 1 }, logged: ['no price/***'] },
      { call: ['price', '1'], answer: 'price/1#1', counted: { ...STALE_HIT, OriginCalls: 0 } },
      { advance: { seconds: 90 } },
      { call: ['price', '1'], answer: 'price/1#1', counted: { ...STALE_HIT, OriginCalls: 0 } },
      { advance: { seconds: 30 } },
      { call: ['price', '1'], answer: 'price/1#1', counted: { ...STALE_HIT, OriginCalls: 1 } },
      { change: 'price/1' },
      { advance: { minutes: 2 } },
      { call: ['price', '1'], answer: 'price/1#2', counted: { Hits: 0, Misses: 1 } },
      { originCalls: { 'price/1': 4 } },
    ],
  },
  {
    name: 'a refresh after the response that fails is not repeated until retryAfter is over',
    code: FAILING('{ ttl: { minutes: 5 }, staleWhileRevalidate: { hours: 1 }, retryAfter: { minutes: 2 } }'),
    steps: [
      { call: ['price', '1'], answer: 'price/1#1' },
      { fail: 'price/1' },
      { advance: { minutes: 6 } },
      { call: ['price', '1'], answer: 'price/1#1', counted: { ...STALE_HIT, OriginErrors: 1 }, logged: ['failed after the response'] },
      { call: ['price', '1'], answer: 'price/1#1', counted: { ...STALE_HIT, OriginCalls: 0 } },
      { change: 'price/1' },
      { advance: { minutes: 2 } },
      { call: ['price', '1'], answer: 'price/1#1', counted: { ...STALE_HIT, OriginCalls: 1 } },
      { call: ['price', '1'], answer: 'price/1#2', counted: { Hits: 1, StaleHits: 0 } },
    ],
  },
  {
    name: 'a refresh() that fails rejects, and leaves the stored value',
    code: `${FAILING('{ ttl: { minutes: 5 }, staleIfError: { hours: 1 } }')}
      export const refreshed = (id) => price.refresh(id).catch(({ message }) => message);
    `,
    steps: [
      { call: ['price', '1'], answer: 'price/1#1' },
      { fail: 'price/1' },
      { call: ['refreshed', '1'], answer: 'no price/1', counted: { OriginErrors: 1 } },
      { call: ['price', '1'], answer: 'price/1#1', counted: { Hits: 1, StaleHits: 0 } },
    ],
  },
  {
    name: 'negativeTtl applies to null, undefined and the errors that cacheErrors selects, and to nothing else',
    code: `${IMPORTS}
      let calls = 0;
      const load = async (what) => {
        calls++;
        if (what === 'missing' || what === 'down') throw Object.assign(new Error(what), { code: what });
        return { 'null': null, 'undefined': undefined }[what] ?? (what in { 'null': 1, 'undefined': 1 } ? { 'null': null }[what] : 'a value');
      };
      const thing = cached('thing', load, { ttl: { hours: 1 }, negativeTtl: { minutes: 1 }, cacheErrors: ({ code }) => code === 'missing' });
      export const get = async (what) => {
        const before = calls;
        const answer = await thing(what).then((value) => value === undefined ? 'undefined' : value, ({ message }) => message);
        return [answer, calls - before];
      };
    `,
    steps: [
      ...(['null', 'undefined', 'missing', 'value'] as const).flatMap((what) => {
        const answer = { null: null, undefined: 'undefined', missing: 'missing', value: 'a value' }[what];
        return [{ call: ['get', what] as const, answer: [answer, 1] }, { call: ['get', what] as const, answer: [answer, 0], counted: { Hits: 1 } }];
      }),
      { call: ['get', 'down'], answer: ['down', 1] },
      { call: ['get', 'down'], answer: ['down', 1] },
      { advance: { minutes: 1 } },
      { call: ['get', 'null'], answer: [null, 1] },
      { call: ['get', 'undefined'], answer: ['undefined', 1] },
      { call: ['get', 'missing'], answer: ['missing', 1] },
      { call: ['get', 'value'], answer: ['a value', 0] },
    ],
  },
  {
    name: 'a stale value whose loader returns nothing, or must not be cached, is not returned again',
    code: `${IMPORTS}
      let next = 'first';
      export const set = (value) => { next = value; };
      export const thing = cached('thing', () => {
        if (next === 'uncached') loadContext().doNotCache();
        return next === 'none' ? new URL('https://example.com') : next;
      }, { ttl: { minutes: 5 }, staleIfError: { hours: 1 } });
      export const text = async () => String(await thing());
    `,
    steps: [
      { call: ['text'], answer: 'first' },
      { call: ['set', 'uncached'] },
      { advance: { minutes: 6 } },
      { call: ['text'], answer: 'uncached', counted: { Hits: 0, Misses: 1 } },
      { call: ['set', 'second'] },
      { call: ['text'], answer: 'second', counted: { Hits: 0, Misses: 1 } },
      { call: ['set', 'none'] },
      { advance: { minutes: 6 } },
      { call: ['text'], answer: 'https://example.com/', counted: { Uncacheable: 1 }, logged: ['thing'] },
      { call: ['set', 'third'] },
      { call: ['text'], answer: 'third', counted: { Hits: 0, Misses: 1 } },
      { call: ['text'], answer: 'third', counted: { Hits: 1, OriginCalls: 0 } },
    ],
  },
  {
    name: 'callers whose results cannot be shared do not wait for each other, and do again once results can be shared',
    code: `${IMPORTS}
      let shared = false;
      let under = 0, most = 0, loads = 0;
      const thing = cached('thing', async () => {
        loads++;
        most = Math.max(most, ++under);
        await new Promise((resolve) => { setTimeout(resolve, 5); });
        under--;
        return shared ? 'plain' : Object.assign(() => 'own', { number: loads });
      });
      export const crowd = async () => {
        most = loads = 0;
        const answers = await Promise.all([thing(), thing(), thing()]);
        return [loads, new Set(answers).size];
      };
      export const share = () => { shared = true; };
      export const mostAtOnce = () => most;
    `,
    steps: [
      { call: ['crowd'], answer: [3, 3], logged: ['thing'] },
      // Nobody waits for the first one any more.
      { call: ['crowd'], answer: [3, 3], counted: { Bypasses: 2 } },
      { call: ['mostAtOnce'], answer: 3 },
      { call: ['share'] },
      { call: ['crowd'], answer: [3, 1] },
      { call: ['crowd'], answer: [0, 1], counted: { Hits: 3 } },
    ],
  },
  {
    name: 'with jitter, values that were loaded together do not expire together',
    code: `${IMPORTS}
      let loads = 0;
      const number = cached('number', (id) => { loads++; return id; }, { ttl: { minutes: 10 }, jitter: 1 });
      export const isBetween = async (least, most) => {
        loads = 0;
        await Promise.all(Array.from({ length: 400 }, (_, id) => number(id)));
        return loads >= least && loads <= most || loads;
      };
    `,
    steps: [
      { call: ['isBetween', 400, 400], answer: true },
      { advance: { minutes: 5 } },
      { call: ['isBetween', 120, 280], answer: true },
      { advance: { minutes: 10 } },
      { call: ['isBetween', 400, 400], answer: true },
    ],
  },
];
