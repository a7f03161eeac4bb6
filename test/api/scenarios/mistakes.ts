import { IMPORTS } from './code';
import type { Scenario } from '../scenario';

/** No mistake of a loader or a caller ends the process, or loses the answer. */

const TTL = (ttl: string) => `${IMPORTS}
  export const price = cached('price', (id) => { loadContext().ttl = ${ttl}; return origin('price/' + id); });
`;

const FAILING = (options: string, set = '') => `${IMPORTS}
  const thrown = new Error('no price');
  const price = cached('price', async () => { ${set}; throw thrown; }, ${options});
  export const failing = async () => { try { await price(); return 'nothing'; } catch (error) { return error === thrown; } };
`;

/** Plain data: the only one of them that can be cached. */
const PLAIN = 'Object.create(null)';

const WITHOUT_TEXT = [
  ['an object without a prototype', PLAIN],
  ['a Proxy that throws', 'new Proxy({}, { get() { throw null; }, getPrototypeOf() { throw null; } })'],
  ['a symbol', 'Symbol("s")'],
  ['an error whose message throws', 'Object.defineProperty(new Error(), "message", { get() { throw null; } })'],
  ['an error whose message has no text', 'Object.assign(new Error(), { message: Object.create(null) })'],
] as const;

export const MISTAKES: readonly Scenario[] = [
  {
    name: 'an option of the wrong type is a TypeError that names it and the cache',
    code: `${IMPORTS}
      const error = (options) => { try { cached('price', (id) => id, options); } catch ({ name, message }) { return name + ': ' + message; } };
      export const errors = () => [error({ key: 'id' }), error({ cacheErrors: true }), error({ mutable: 'no' })];
    `,
    steps: [{
      call: ['errors'],
      answer: [
        'TypeError: key of cache \'price\' must be a function, not id.',
        'TypeError: cacheErrors of cache \'price\' must be a function, not true.',
        'TypeError: mutable of cache \'price\' must be a boolean, not no.',
      ],
    }],
  },
  {
    name: 'options that are no object are a TypeError that names the cache',
    code: `${IMPORTS}
      import { cachedListener, cachedResponse } from 'cdk-cached-function/http';
      const error = (define) => { try { define(); } catch ({ name, message }) { return name + ': ' + message; } };
      export const errors = () => [
        error(() => cached('price', (id) => id, null)), error(() => cached('price', (id) => id, '5 minutes')), error(() => cached('price', (id) => id, [])),
        error(() => cachedMany('prices', (ids) => ids, null)), error(() => cachedResponse(async () => {}, null)), error(() => cachedListener(() => {}, 60)),
      ];
    `,
    steps: [{
      call: ['errors'],
      answer: [
        'TypeError: The options of cache \'price\' must be an object, not null.',
        'TypeError: The options of cache \'price\' must be an object, not 5 minutes.',
        'TypeError: The options of cache \'price\' must be an object, not an array.',
        'TypeError: The options of cache \'prices\' must be an object, not null.',
        'TypeError: cachedResponse(handler, options): options must be an object, not null.',
        'TypeError: cachedListener(listener, options): options must be an object, not 60.',
      ],
    }],
  },
  {
    name: 'an option cacheErrors that returns a promise caches no error, which is logged once',
    code: `${IMPORTS}
      let calls = 0;
      const price = cached('price', async () => { throw new Error('no price ' + ++calls); }, { negativeTtl: { minutes: 1 }, cacheErrors: async (error) => { if (calls > 1) throw error; return false; } });
      export const failing = () => price('1');
    `,
    steps: [
      {
        call: ['failing'],
        error: { errorType: 'Error', errorMessage: 'no price 1' },
        logged: ['The option cacheErrors of cache \'price\' returned a promise: it must return true or false. The error is not cached.'],
      },
      { call: ['failing'], error: { errorType: 'Error', errorMessage: 'no price 2' } },
    ],
  },
  {
    name: 'a loader called without its object gets no other object as this',
    code: `${IMPORTS}
      function kind() { 'use strict'; return typeof this; }
      const one = cached('one', kind);
      const many = cachedMany('many', function (ids) { 'use strict'; return ids.map(() => typeof this); });
      const none = cached('none', kind);
      export const kinds = async () => [await one(), ...await many(['1']), await none(Symbol())];
    `,
    steps: [{ call: ['kinds'], answer: ['undefined', 'undefined', 'undefined'], logged: ['cannot be its key'] }],
  },
  ...([
    ['zero', '{ seconds: 0 }', []], ['less than zero', '{ seconds: -1 }', []],
    ['NaN', '{ seconds: NaN }', ['price']], ['Infinity', '{ seconds: Infinity }', ['price']], ['a number', '300', ['price']], ['null', 'null', ['price']],
  ] as const).map(([what, ttl, logged]): Scenario => ({
    name: `a loader that sets a ttl of ${what} answers, and nothing is cached${logged.length > 0 ? ', which is logged once' : ''}`,
    code: TTL(ttl),
    steps: [
      { call: ['price', '1'], answer: 'price/1#1', logged },
      { change: 'price/1' },
      { call: ['price', '1'], answer: 'price/1#2', counted: { OriginCalls: 1 } },
      { call: ['price', '1'], in: 'b', answer: 'price/1#2', logged },
    ],
  })),
  {
    name: 'a mistake in a loader\'s tags does not hide one in its ttl: each is logged once',
    code: `${IMPORTS}
      export const price = cached('price', (id) => {
        const context = loadContext();
        if (id === 'tags') context.tags = [{}];
        if (id === 'ttl') context.ttl = { seconds: NaN };
        return origin('price/' + id);
      });
    `,
    steps: [
      { call: ['price', 'tags'], answer: 'price/tags#1', logged: [/'price'.*tags/] },
      { call: ['price', 'ttl'], answer: 'price/ttl#1', logged: [/'price'.*ttl/] },
      { call: ['price', 'tags'], answer: 'price/tags#1', counted: { OriginCalls: 1 } },
      { call: ['price', 'ttl'], answer: 'price/ttl#1', counted: { OriginCalls: 1 } },
    ],
  },
  {
    name: 'a loader that sets a ttl of undefined gets the cache\'s',
    code: TTL('undefined'),
    steps: [
      { call: ['price', '1'], answer: 'price/1#1' },
      { change: 'price/1' },
      { advance: { minutes: 4 } },
      { call: ['price', '1'], answer: 'price/1#1', counted: { Hits: 1, OriginCalls: 0 } },
    ],
  },
  {
    name: 'in mode off, a loader that sets an invalid ttl answers, too',
    variables: { CDK_CACHED_FUNCTION_MODE: 'off' },
    code: TTL('{ seconds: NaN }'),
    steps: [{ call: ['price', '1'], answer: 'price/1#1' }],
  },
  ...([
    ['undefined', 'undefined'], ['a text that is empty', '""'], ['unreadable', 'new Proxy([], { get() { throw null; } })'],
  ] as const).map(([what, tags]): Scenario => ({
    name: `a loader with negativeTtl that fails, and whose tags are ${what}, rejects with its own error`,
    code: FAILING('{ negativeTtl: { minutes: 1 }, cacheErrors: () => true }', `loadContext().tags = ${tags}`),
    steps: [
      { call: ['failing'], answer: true, logged: ['price'] },
      { call: ['failing'], answer: true, counted: { OriginCalls: 1 } },
    ],
  })),
  ...WITHOUT_TEXT.flatMap(([what, value]): Scenario[] => [
    {
      name: `an option cacheErrors that throws ${what} does not change the loader's error`,
      code: FAILING(`{ negativeTtl: { minutes: 1 }, cacheErrors: () => { throw ${value}; } }`),
      steps: [
        { call: ['failing'], answer: true, logged: ['cacheErrors'] },
        { call: ['failing'], answer: true, counted: { OriginCalls: 1 } },
      ],
    },
    {
      name: `an option key that throws ${what} makes the call uncached`,
      code: `${IMPORTS}
        export const price = cached('price', (id) => origin('price/' + id), { key: () => { throw ${value}; } });
      `,
      steps: [
        { call: ['price', '1'], answer: 'price/1#1', logged: ['price'] },
        { call: ['price', '1'], answer: 'price/1#1', counted: { OriginCalls: 1 } },
      ],
    },
    {
      name: `a loader that throws ${what} rejects with that, cached or not`,
      code: `${IMPORTS}
        const thrown = ${value};
        const uncached = cached('uncached', async () => { throw thrown; });
        const negative = cached('negative', async () => { throw thrown; }, { negativeTtl: { minutes: 1 }, cacheErrors: () => true });
        const isThrown = (error) => error === thrown || typeof error === 'object';
        export const failing = () => Promise.all([uncached, negative, negative].map((f) => f().then(() => 'nothing', isThrown)));
      `,
      steps: [
        { call: ['failing'], answer: [true, true, true], logged: value === PLAIN ? [] : ['negative'] },
      ],
    },
  ]),
];
