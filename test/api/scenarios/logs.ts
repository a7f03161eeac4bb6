import { Size } from 'aws-cdk-lib';
import { IMPORTS, MISS, STALE } from './code';
import { MODE_VARIABLE } from '../../../src/contract/runtime-settings';
import type { Scenario } from '../scenario';

/** What is counted and logged is true, and holds nothing of the user's. */

const PRICE = `${IMPORTS}
  export const price = cached('price', (id) => origin('price/' + id));
`;

/** An origin that answers later than the server refuses: what is refused after the response is counted with the next invocation. */
const SLOW_PRICE = `${IMPORTS}
  export const price = cached('price', async (id) => {
    await new Promise((resolve) => setTimeout(resolve, 300));
    return origin('price/' + id);
  });
`;

/** Its message holds everything that it was called with, and its ids besides. */
const FAILING = (define: string) => `${IMPORTS}
  let fails = false;
  const fail = (data) => {
    if (!fails) return 'a value';
    const error = new RangeError('upstream refused ' + JSON.stringify(data) + ' at ' + encodeURIComponent('ann@example.com') + ' of ann');
    throw Object.assign(error, { code: 'E_UPSTREAM' });
  };
  const options = { ttl: { minutes: 5 }, WINDOW: { hours: 1 } };
  ${define}
  export const begin = () => { fails = true; };
`;

/** Calls by which an entry has become stale when its loader begins to fail. */
const LEAK_FREE = (what: string) => new RegExp(`'user' ${what}: RangeError E_UPSTREAM: upstream refused (?!.*(?:ann|hidden|@)).* at \\*\\*\\* of \\*\\*\\*`);

const HIDDEN_ERRORS: readonly Scenario[] = ([
  ['staleIfError', 'failed, and a stale value was returned'],
  ['staleWhileRevalidate', 'failed after the response'],
] as const).flatMap(([window, what]): Scenario[] => ([
  ['cached', "const user = cached('user', (...args) => fail(args), options); export const one = () => user({ mail: 'ann@example.com', tags: ['ann', 'hidden'] });"],
  ['cachedMany', "const user = cachedMany('user', (ids) => ids.map(() => fail(ids)), options); export const one = async () => (await user(['ann@example.com', 'ann', 'hidden']))[0];"],
] as const).map(([kind, define]): Scenario => ({
  name: `${window} of ${kind}: the reason of the loader's failure is logged once, without the loader's arguments`,
  code: FAILING(define).replace('WINDOW', window),
  steps: [
    { call: ['one'], answer: 'a value' },
    { call: ['begin'] },
    { advance: { minutes: 6 } },
    { call: ['one'], answer: 'a value', logged: [LEAK_FREE(what)] },
    { advance: { minutes: 1 } },
    { call: ['one'], answer: 'a value' },
  ],
})));

export const LOGS: readonly Scenario[] = [
  ...HIDDEN_ERRORS,
  {
    name: 'an error of the option key is logged with its class and place, but without its message, which quotes the arguments',
    code: `${IMPORTS}
      let calls = 0;
      export const user = cached('user', (token) => ++calls, { key: (token) => JSON.parse(token).sub });
    `,
    steps: [
      { call: ['user', 'secret-token'], answer: 1, logged: [/'user' cannot be its key: SyntaxError at (?!.*secret).*scenario\.[cm]js:\d+:\d+\./] },
      { call: ['user', 'another-token'], answer: 2 },
    ],
  },
  {
    name: 'values that are too large cause one warning for each cache, and others are still logged',
    needs: ['lambda'],
    props: { caching: { maxMemory: Size.mebibytes(1) } },
    code: `${IMPORTS}
      export const large = cached('large', (n) => 'x'.repeat(2_000_000 + n));
      export const odd = cached('odd', () => new URL('https://example.com'));
      export const all = async () => { for (let n = 0; n < 12; n++) await large(n); await odd(); };
    `,
    steps: [{ call: ['all'], logged: [/'large' is not cached: its \d+ bytes exceed/, /'odd' is not cached: it is or contains an instance of URL/] }],
  },
  {
    name: 'an unknown option is a TypeError that names it, the cache, and the most similar option',
    code: `${IMPORTS}
      const messageOf = (define) => { try { define(); return 'none'; } catch (error) { return error.name + ': ' + error.message; } };
      export const one = () => messageOf(() => cached('price', () => 1, { stalewhileRevalidate: { minutes: 1 } }));
      export const many = () => messageOf(() => cachedMany('price', () => [], { batchsize: 5 }));
      export const memory = () => messageOf(() => cached('price', () => 1, { memoryTTL: undefined }));
      export const key = () => messageOf(() => cachedMany('price', () => [], { key: String }));
    `,
    steps: [
      { call: ['one'], answer: "TypeError: stalewhileRevalidate of cache 'price' is not an option. Did you mean staleWhileRevalidate?" },
      { call: ['many'], answer: "TypeError: batchsize of cache 'price' is not an option. Did you mean batchSize?" },
      { call: ['memory'], answer: "TypeError: memoryTTL of cache 'price' is not an option. Did you mean memoryTtl?" },
      { call: ['key'], answer: "TypeError: key of cache 'price' is not an option here, but of cached()." },
    ],
  },
  {
    name: 'LoadTimeoutError is exported, and instanceof recognizes it wherever it was thrown, even from the cache',
    code: `${IMPORTS}
      import { LoadTimeoutError, WriteOutcomeUnknownError } from 'cdk-cached-function/runtime';
      export const slow = cached('slow', () => new Promise(() => {}), {
        hardTimeout: { milliseconds: 30 }, negativeTtl: { minutes: 1 }, cacheErrors: (error) => error instanceof LoadTimeoutError,
      });
      export const caught = async () => {
        try {
          await slow();
        } catch (error) {
          return [error instanceof LoadTimeoutError, error instanceof WriteOutcomeUnknownError, error.name, error.stack.startsWith('LoadTimeoutError: The loader')].join();
        }
      };
    `,
    steps: [
      { call: ['caught'], answer: 'true,false,LoadTimeoutError,true', counted: { OriginErrors: 1 } },
      { call: ['caught'], answer: 'true,false,LoadTimeoutError,true', counted: { Hits: 1 } },
    ],
  },
  {
    name: 'the mode\'s case does not matter',
    needs: ['lambda'],
    variables: { [MODE_VARIABLE]: 'Off' },
    code: `${IMPORTS}
      export const price = cached('price', (id) => origin('price/' + id), ${STALE});
    `,
    steps: [{ call: ['price', '1'], answer: 'price/1#1', counted: { Bypasses: 1 } }, { call: ['price', '1'], answer: 'price/1#1', counted: { Bypasses: 1 } }],
  },
  {
    name: 'an entry for which Redis has no memory is counted and logged, although no call waits for it',
    needs: ['redis'],
    code: PRICE,
    steps: [
      { call: ['price', '1'], answer: 'price/1#1', counted: { ...MISS, SharedErrors: 0 } },
      { redis: ['CONFIG', 'SET', 'maxmemory', '1'] },
      { call: ['price', '2'], answer: 'price/2#1', counted: { ...MISS, SharedErrors: 1 }, logged: [/shared cache failed: OOM/] },
      { call: ['price', '3'], answer: 'price/3#1', counted: { ...MISS, SharedErrors: 1 } },
    ],
  },
  {
    name: 'a Redis that refuses scripts is counted in SharedErrors and logged, in addition to misses',
    needs: ['redis'],
    code: SLOW_PRICE,
    steps: [
      { call: ['price', '1'], answer: 'price/1#1', counted: { ...MISS, SharedErrors: 0 } },
      { redis: ['ACL', 'SETUSER', 'default', '-eval'] },
      { redis: ['FLUSHALL'] },
      { call: ['price', '2'], answer: 'price/2#1', counted: { ...MISS, SharedErrors: 1 }, logged: [/shared cache failed: NOPERM/] },
      { redis: ['ACL', 'SETUSER', 'default', '+eval'] },
    ],
  },
  {
    name: 'at most ten kinds of one warning about one cache are logged',
    code: `${IMPORTS}
      export const thing = cached('thing', (one) => one.constructor.name);
      export const other = cached('other', (one) => one.constructor.name);
      const odd = (number) => new ({ ['Odd' + 'abcdefghijklmnop'[number]]: class {} }['Odd' + 'abcdefghijklmnop'[number]])();
      export const all = async () => { for (let number = 0; number < 14; number++) { await thing(odd(number)); await thing(odd(number)); } await other(odd(0)); };
    `,
    steps: [{ call: ['all'], logged: [...Array.from('abcdefghij', (letter) => new RegExp(`'thing'.*Odd${letter}`)), /'other'.*Odda/] }],
  },
];
