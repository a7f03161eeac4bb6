import { HIT, IMPORTS, MISS } from './code';
import type { Scenario } from '../scenario';

/** The moment in which something ends: the clock moves in steps only. */

const STANDING = { needs: ['own clock'], variables: { TEST_CLOCK_STANDS: 'still' } } as const;

const PRICE = (options: string) => `${IMPORTS}
  export const price = cached('price', (id) => origin('price/' + id), ${options});
  export const caught = (id) => price(id).catch(({ message }) => message);
  export const peeked = async (id) => (await price.peek(id))?.value ?? 'nothing';
`;

const MINUTES = { minutes: 5 };
const ALMOST = { milliseconds: 5 * 60_000 - 1 };
const A_MILLISECOND = { milliseconds: 1 };

export const BOUNDARIES: readonly Scenario[] = [
  {
    ...STANDING,
    name: 'a value is fresh for its ttl, and not a millisecond longer',
    code: PRICE('{ ttl: { minutes: 5 } }'),
    steps: [
      { call: ['price', '1'], answer: 'price/1#1', counted: MISS },
      { change: 'price/1' },
      { call: ['price', '1'], answer: 'price/1#1', counted: HIT },
      { advance: ALMOST },
      { call: ['peeked', '1'], answer: 'price/1#1' },
      { call: ['price', '1'], answer: 'price/1#1', counted: HIT },
      { advance: A_MILLISECOND },
      { call: ['peeked', '1'], answer: 'nothing' },
      { call: ['price', '1'], answer: 'price/1#2', counted: MISS },
    ],
  },
  {
    ...STANDING,
    name: 'a value is stale from the end of its ttl to the end of staleWhileRevalidate, and not a millisecond longer',
    code: PRICE('{ ttl: { minutes: 5 }, staleWhileRevalidate: { minutes: 5 } }'),
    steps: [
      { call: ['price', '1'], answer: 'price/1#1' },
      { call: ['price', '2'], answer: 'price/2#1' },
      { change: 'price/1' }, { change: 'price/2' },
      { advance: ALMOST },
      { call: ['price', '1'], answer: 'price/1#1', counted: { ...HIT, StaleHits: 0 } },
      { advance: A_MILLISECOND },
      { call: ['price', '1'], answer: 'price/1#1', counted: { StaleHits: 1, OriginCalls: 1 } },
      { call: ['price', '1'], answer: 'price/1#2', counted: { ...HIT, StaleHits: 0 } },
      { advance: MINUTES },
      { call: ['price', '2'], answer: 'price/2#2', counted: { ...MISS, StaleHits: 0 } },
    ],
  },
  {
    ...STANDING,
    name: 'a value replaces an error to the end of staleIfError, and not a millisecond longer',
    code: PRICE('{ ttl: { minutes: 5 }, staleIfError: { minutes: 5 }, retryAfter: { milliseconds: 1 } }'),
    steps: [
      { call: ['price', '1'], answer: 'price/1#1' },
      { fail: 'price/1' },
      { advance: MINUTES },
      { advance: ALMOST },
      { call: ['price', '1'], answer: 'price/1#1', counted: { StaleHits: 1, OriginCalls: 1 }, logged: ['no price/***'] },
      { advance: A_MILLISECOND },
      { call: ['caught', '1'], answer: 'no price/1', counted: { StaleHits: 0, OriginCalls: 1 } },
    ],
  },
  {
    ...STANDING,
    name: 'the loader is called again when retryAfter is over, and not a millisecond earlier',
    code: PRICE('{ ttl: { minutes: 5 }, staleIfError: { hours: 1 }, retryAfter: { minutes: 5 } }'),
    steps: [
      { call: ['price', '1'], answer: 'price/1#1' },
      { fail: 'price/1' },
      { advance: MINUTES },
      { call: ['price', '1'], answer: 'price/1#1', counted: { StaleHits: 1, OriginCalls: 1 }, logged: ['no price/***'] },
      { advance: ALMOST },
      { call: ['price', '1'], answer: 'price/1#1', counted: { StaleHits: 1, OriginCalls: 0 } },
      { advance: A_MILLISECOND },
      { call: ['price', '1'], answer: 'price/1#1', counted: { StaleHits: 1, OriginCalls: 1 } },
    ],
  },
  {
    ...STANDING,
    name: 'an absent value is cached for negativeTtl, and not a millisecond longer',
    code: `${IMPORTS}
      const price = cached('price', () => null, { ttl: { hours: 1 }, negativeTtl: { minutes: 5 } });
      export const isAbsent = async (id) => await price(id) === null;
    `,
    steps: [
      { call: ['isAbsent', '1'], answer: true, counted: MISS },
      { advance: ALMOST },
      { call: ['isAbsent', '1'], answer: true, counted: HIT },
      { advance: A_MILLISECOND },
      { call: ['isAbsent', '1'], answer: true, counted: MISS },
    ],
  },
  {
    ...STANDING,
    name: 'no call joins a load that has lasted for the whole ttl',
    code: `${IMPORTS}
      const gates = [];
      const price = cached('price', () => new Promise((resolve) => { gates.push(resolve); }), { ttl: { minutes: 5 } });
      export const begin = () => { void price('1'); return gates.length; };
      export const join = async () => {
        const call = price('1');
        await new Promise((resolve) => { setTimeout(resolve, 5); });
        gates.forEach((open, load) => open('load ' + load));
        return [gates.length, await call];
      };
    `,
    steps: [{ call: ['begin'], answer: 1 }, { advance: MINUTES }, { call: ['join'], answer: [2, 'load 1'] }],
  },
];
