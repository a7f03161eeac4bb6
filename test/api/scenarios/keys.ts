import { IMPORTS } from './code';
import type { Scenario } from '../scenario';

/** Kind D: one call has one key. */

const PRICE = `${IMPORTS}
  export const price = cached('price', (id, currency) => origin('price/' + id + '/' + (currency ?? 'EUR')));
  export const both = async (id) => [await price(id), await price(id, undefined), await price(id, undefined, undefined)];
  export const explicit = (id) => price(id, undefined);
  export const forgetExplicit = async (id) => { await price.invalidate(id, undefined); };
  export const primeExplicit = async (id, value) => (await price.prime(id, undefined, value)).stored;
  export const refreshExplicit = (id) => price.refresh(id, undefined);
  export const peekExplicit = async (id) => (await price.peek(id, undefined))?.value;
  export const keys = (id) => [price.keyOf(id, undefined) === price.keyOf(id), price.keyOf(id, null) === price.keyOf(id), price.keyOf(undefined, id) === price.keyOf(id)];
`;

export const KEYS: readonly Scenario[] = [
  {
    name: 'a trailing undefined makes no different call',
    code: PRICE,
    steps: [
      { call: ['both', '2'], answer: ['price/2/EUR#1', 'price/2/EUR#1', 'price/2/EUR#1'], counted: { Hits: 2, Misses: 1, OriginCalls: 1 } },
      { call: ['keys', '2'], answer: [true, false, false] },
      { call: ['peekExplicit', '2'], answer: 'price/2/EUR#1' },
      { change: 'price/2/EUR' },
      { call: ['price.invalidate', '2'] },
      { call: ['both', '2'], answer: ['price/2/EUR#2', 'price/2/EUR#2', 'price/2/EUR#2'] },
      { change: 'price/2/EUR' },
      { call: ['forgetExplicit', '2'] },
      { call: ['both', '2'], answer: ['price/2/EUR#3', 'price/2/EUR#3', 'price/2/EUR#3'] },
      { change: 'price/2/EUR' },
      { call: ['refreshExplicit', '2'], answer: 'price/2/EUR#4' },
      { call: ['price', '2'], answer: 'price/2/EUR#4' },
      { call: ['explicit', '2'], in: 'b', answer: 'price/2/EUR#4' },
    ],
  },
  {
    name: 'what prime() stores is found with or without the optional argument',
    code: PRICE,
    steps: [
      { call: ['primeExplicit', '1', 'primed'], answer: true },
      { call: ['both', '1'], answer: ['primed', 'primed', 'primed'] },
      { call: ['price.prime', '2', 'primed'] },
      { call: ['both', '2'], answer: ['primed', 'primed', 'primed'] },
      { originCalls: { 'price/1/EUR': 0, 'price/2/EUR': 0 } },
    ],
  },
  {
    name: 'the loader does not get the trailing undefined either',
    anyMemory: true,
    code: `${IMPORTS}
      const count = cached('count', (...args) => args.length);
      export const counts = async () => [
        await count(), await count(undefined), await count(undefined, undefined), await count('1'), await count('1', undefined),
        await count(undefined, '1'), await count(undefined, '1', undefined), await count(null),
      ];
    `,
    steps: [{ call: ['counts'], answer: [0, 0, 0, 1, 1, 2, 2, 1] }, { call: ['counts'], answer: [0, 0, 0, 1, 1, 2, 2, 1] }],
  },
  {
    name: 'in modes off and shadow the loader does not get the trailing undefined either',
    anyMemory: true,
    variables: { CDK_CACHED_FUNCTION_MODE: 'off' },
    code: `${IMPORTS}
      const count = cached('count', (...args) => args.length);
      export const counts = async () => [await count(undefined), await count('1', undefined), await count.refresh('1', undefined)];
    `,
    steps: [{ call: ['counts'], answer: [0, 1, 1] }],
  },
  {
    name: 'an absent property and an undefined one are two keys',
    anyMemory: true,
    code: `${IMPORTS}
      const names = cached('names', (q) => Object.keys(q).join());
      export const both = async () => [await names({ a: 1 }), await names({ a: 1, b: undefined }), await names({ a: 1 })];
    `,
    steps: [{ call: ['both'], answer: ['a', 'a,b', 'a'], counted: { Misses: 2, Hits: 1 } }],
  },
  {
    name: 'undefined is an id of cachedMany like any other',
    anyMemory: true,
    code: `${IMPORTS}
      const kinds = cachedMany('kind', (ids) => ids.map((id) => String(id)));
      export const some = () => kinds([undefined, 'a', null, undefined]);
    `,
    steps: [
      { call: ['some'], answer: ['undefined', 'a', 'null', 'undefined'] },
      { call: ['some'], answer: ['undefined', 'a', 'null', 'undefined'], counted: { OriginCalls: 0 } },
    ],
  },
  ...([
    ['an object with a property that is not enumerable', "Object.defineProperty({ a: 1 }, 'hidden', { value: 2 })"],
    ['a Buffer with a property of its own', "Object.assign(Buffer.from('bytes'), { label: 'x' })"],
    ['an array with a property that is no index', "Object.assign([1], { label: 'x' })"],
    ['a Date with a property of its own', "Object.assign(new Date(0), { label: 'x' })"],
    ['a Map with a property of its own', "Object.assign(new Map(), { label: 'x' })"],
    ['an object with an accessor that is not enumerable', "Object.defineProperty({ a: 1 }, 'hidden', { get: () => 2 })"],
  ] as const).map(([what, expression]): Scenario => ({
    name: `${what} makes no key, and is not cached`,
    code: `${IMPORTS}
      const make = () => ${expression};
      const label = (value) => String(value.label ?? value.hidden);
      let loads = 0;
      const made = cached('made', () => { loads++; return make(); });
      const given = cached('given', (value) => { loads++; return label(value); });
      export const asValue = async () => label(await made());
      export const asArgument = () => given(make());
      export const total = () => loads;
    `,
    steps: [
      { call: ['asValue'], matches: /^(x|2)$/, counted: { Uncacheable: 1 }, logged: ['made'] },
      { call: ['asValue'], matches: /^(x|2)$/, counted: { Uncacheable: 1 } },
      { call: ['asArgument'], matches: /^(x|2)$/, counted: { Bypasses: 1 }, logged: ['given'] },
      { call: ['asArgument'], matches: /^(x|2)$/, counted: { Bypasses: 1 } },
      { call: ['total'], answer: 4 },
    ],
  })),
];
