import { HIT, IMPORTS, MISS, OTHERS_ROW, SCOPE_ROW, STALE } from './code';
import type { Scenario } from '../scenario';

/** Every public function, as the README shows it. */

const PRICE = `${IMPORTS}
  export const price = cached('price', (id) => { loadContext().tags = ['prices', 'price-' + id]; return origin('price/' + id); }, ${STALE});
  export const forget = (...tags) => invalidateTags(...tags);
  export const peeked = async (id) => { const entry = await price.peek(id); return entry && [entry.value, entry.freshUntil - entry.storedAt]; };
`;

const HERE = { scope: 'environment' };
const EVERYWHERE = { fleet: { answer: { scope: 'fleet' }, row: SCOPE_ROW } };

export const BASICS: readonly Scenario[] = [
  {
    name: 'a value is loaded once and returned until its ttl is over',
    code: PRICE,
    steps: [
      { call: ['price', '1'], answer: 'price/1#1', counted: MISS },
      { change: 'price/1' },
      { advance: { minutes: 4 } },
      { call: ['price', '1'], answer: 'price/1#1', counted: HIT },
      { call: ['price', '2'], answer: 'price/2#1', counted: MISS },
      { advance: { minutes: 7 } },
      { call: ['price', '1'], answer: 'price/1#2', counted: MISS },
      { originCalls: { 'price/1': 2, 'price/2': 1 } },
    ],
  },
  {
    name: 'a stale value is returned at once and refreshed after the response',
    code: PRICE,
    steps: [
      { call: ['price', '1'], answer: 'price/1#1' },
      { change: 'price/1' },
      { advance: { minutes: 6 } },
      { call: ['price', '1'], answer: 'price/1#1', counted: { StaleHits: 1, OriginCalls: 1 } },
      { call: ['price', '1'], answer: 'price/1#2', counted: HIT },
    ],
  },
  {
    name: 'what one environment has loaded is a hit in the next, if they share a tier',
    code: PRICE,
    steps: [
      { call: ['price', '1'], answer: 'price/1#1' },
      {
        call: ['price', '1'],
        in: 'b',
        answer: 'price/1#1',
        counted: MISS,
        except: { fleet: { counted: { SharedHits: 1, Hits: 1, OriginCalls: 0 }, row: OTHERS_ROW } },
      },
      { recycle: 'a' },
      {
        call: ['price', '1'],
        answer: 'price/1#1',
        counted: MISS,
        except: { fleet: { counted: { SharedHits: 1, Hits: 1, OriginCalls: 0 }, row: OTHERS_ROW } },
      },
    ],
  },
  {
    name: 'peek() returns what is fresh, and changes nothing',
    code: PRICE,
    steps: [
      { call: ['peeked', '1'], answer: null },
      { originCalls: { 'price/1': 0 } },
      { call: ['price', '1'], answer: 'price/1#1' },
      { call: ['peeked', '1'], answer: ['price/1#1', 300_000], counted: { Hits: 0, Misses: 0, OriginCalls: 0 } },
      { advance: { minutes: 6 } },
      { call: ['peeked', '1'], answer: null },
    ],
  },
  {
    name: 'refresh() loads and replaces what is cached',
    code: PRICE,
    steps: [
      { call: ['price', '1'], answer: 'price/1#1' },
      { change: 'price/1' },
      { call: ['price.refresh', '1'], answer: 'price/1#2', counted: { OriginCalls: 1 } },
      { call: ['price', '1'], answer: 'price/1#2', counted: HIT },
    ],
  },
  {
    name: 'invalidate(), invalidateAll() and invalidateTags() remove what they name, and nothing else',
    code: PRICE,
    steps: [
      { call: ['price', '1'], answer: 'price/1#1' },
      { call: ['price', '2'], answer: 'price/2#1' },
      { call: ['price', '3'], answer: 'price/3#1' },
      { change: 'price/1' }, { change: 'price/2' }, { change: 'price/3' },
      { call: ['price.invalidate', '1'], answer: HERE, except: EVERYWHERE },
      { call: ['price', '1'], answer: 'price/1#2' },
      { call: ['price', '2'], answer: 'price/2#1' },
      { call: ['forget', 'price-2', 'nothing'], answer: HERE, except: EVERYWHERE },
      { call: ['price', '2'], answer: 'price/2#2' },
      { call: ['price', '3'], answer: 'price/3#1' },
      { call: ['price.invalidateAll'], answer: HERE, except: EVERYWHERE },
      { call: ['price', '3'], answer: 'price/3#2' },
      { originCalls: { 'price/1': 2, 'price/2': 2, 'price/3': 2 } },
    ],
  },
  {
    name: 'cachedMany loads what is missing, and settled() returns each id\'s own outcome',
    code: `${IMPORTS}
      export const prices = cachedMany('price', (ids) => Promise.all(ids.map((id) => origin('price/' + id).catch((error) => error))));
      export const outcomes = async (ids) => (await prices.settled(ids)).map(({ value, reason }) => value ?? reason.message);
    `,
    steps: [
      { call: ['prices', ['1', '2', '1']], answer: ['price/1#1', 'price/2#1', 'price/1#1'], counted: { OriginCalls: 1, Misses: 2 } },
      { call: ['prices', ['3', '1']], answer: ['price/3#1', 'price/1#1'], counted: { OriginCalls: 1, Misses: 1, Hits: 1 } },
      { fail: 'price/4' },
      { call: ['outcomes', ['4', '5', '1']], answer: ['no price/4', 'price/5#1', 'price/1#1'] },
      { call: ['prices', ['4', '5']], error: { errorType: 'Error', errorMessage: 'no price/4' } },
      { change: 'price/4' },
      { call: ['outcomes', ['4', '5']], answer: ['price/4#2', 'price/5#1'] },
      { originCalls: { 'price/1': 1, 'price/2': 1, 'price/4': 3, 'price/5': 1 } },
    ],
  },
  {
    name: 'a loader sets ttl, tags, validator and whether the value is cached with loadContext()',
    code: `${IMPORTS}
      export const price = cached('price', async (id) => {
        const context = loadContext();
        const text = await origin('price/' + id);
        if (context.stale !== undefined && context.validator === text) return context.notModified();
        context.validator = text;
        if (id === 'short') context.ttl = { seconds: 10 };
        if (id === 'never') context.doNotCache();
        return text + ' ' + (context.stale?.value ?? 'first') + ' ' + context.signal.aborted;
      }, ${STALE});
    `,
    steps: [
      { call: ['price', 'never'], answer: 'price/never#1 first false' },
      { change: 'price/never' },
      { call: ['price', 'never'], answer: 'price/never#2 first false' },
      { call: ['price', 'short'], answer: 'price/short#1 first false' },
      { call: ['price', '1'], answer: 'price/1#1 first false' },
      { change: 'price/short' },
      { advance: { minutes: 6 } },
      { call: ['price', 'short'], answer: 'price/short#2 first false' },
      { call: ['price', '1'], answer: 'price/1#1 first false', counted: { StaleHits: 1, OriginCalls: 1 } },
      { call: ['price', '1'], answer: 'price/1#1 first false', counted: HIT },
      { change: 'price/1' },
      { advance: { minutes: 6 } },
      { call: ['price', '1'], answer: 'price/1#1 first false', counted: { StaleHits: 1, OriginCalls: 1 } },
      { call: ['price', '1'], answer: 'price/1#2 price/1#1 first false false', counted: HIT },
    ],
  },
  {
    name: 'a load that takes longer than hardTimeout is a LoadTimeoutError, and its signal is aborted',
    code: `${IMPORTS}
      let aborted = 0;
      export const slow = cached('slow', () => new Promise((_, reject) => {
        const { signal } = loadContext();
        signal.addEventListener('abort', () => { aborted++; reject(signal.reason); });
      }), { hardTimeout: { milliseconds: 30 } });
      export const total = () => aborted;
    `,
    steps: [
      { call: ['slow'], error: { errorType: 'LoadTimeoutError', errorMessage: /slow/ }, counted: { OriginErrors: 1 } },
      { call: ['total'], answer: 1 },
    ],
  },
  {
    name: 'a loader\'s error reaches the caller, and staleIfError returns the stored value',
    code: `${IMPORTS}
      export const price = cached('price', (id) => origin('price/' + id), { ttl: { minutes: 5 }, staleIfError: { hours: 1 } });
    `,
    steps: [
      { fail: 'price/1' },
      { call: ['price', '1'], error: { errorType: 'Error', errorMessage: 'no price/1' }, counted: { OriginErrors: 1 } },
      { change: 'price/1' },
      { call: ['price', '1'], answer: 'price/1#2' },
      { fail: 'price/1' },
      { advance: { minutes: 6 } },
      { call: ['price', '1'], answer: 'price/1#2', counted: { StaleHits: 1, OriginErrors: 1 }, logged: ['Error: no price/***'] },
      { advance: { hours: 2 } },
      { call: ['price', '1'], error: { errorType: 'Error', errorMessage: 'no price/1' } },
    ],
  },
  {
    name: 'keyOf() returns a call\'s whole key: equal for equal calls, and for no others',
    anyMemory: true,
    code: `${IMPORTS}
      export const price = cached('price', (...args) => args.length);
      export const other = cached('other', () => 1);
      export const keys = () => [
        price.keyOf('1') === price.keyOf('1'), price.keyOf({ a: 1, b: 2 }) === price.keyOf({ b: 2, a: 1 }),
        price.keyOf('1') === price.keyOf(1), price.keyOf('1') === other.keyOf('1'), price.keyOf('a', 'b') === price.keyOf('a,b'),
        typeof price.keyOf('x'), price.keyOf(() => 1) ?? 'none',
      ];
    `,
    // That an argument cannot be a key is worth a warning.
    steps: [{ call: ['keys'], answer: [true, true, false, false, false, 'string', 'none'], logged: ['price'] }],
  },
  {
    name: 'with the mode off every call reaches the origin, and nothing is stored',
    anyMemory: true,
    variables: { CDK_CACHED_FUNCTION_MODE: 'off' },
    code: `${PRICE}
      export const prices = cachedMany('many', (ids) => Promise.all(ids.map((id) => origin('price/' + id))));
    `,
    steps: [
      { call: ['price', '1'], answer: 'price/1#1', counted: { Bypasses: 1, Hits: 0, Misses: 0 } },
      { change: 'price/1' },
      { call: ['price', '1'], answer: 'price/1#2', counted: { Bypasses: 1 } },
      { call: ['prices', ['1', '1']], answer: ['price/1#2', 'price/1#2'] },
      { call: ['price.prime', '1', 'primed'], answer: { stored: false, scope: 'environment' } },
      { call: ['peeked', '1'], answer: null },
      { call: ['price.refresh', '1'], answer: 'price/1#2' },
      { call: ['price.invalidate', '1'], answer: HERE },
    ],
  },
  {
    name: 'in shadow mode every call reaches the origin, and its result is compared with the cached one',
    variables: { CDK_CACHED_FUNCTION_MODE: 'shadow' },
    code: PRICE,
    steps: [
      { call: ['price', '1'], answer: 'price/1#1', counted: { Misses: 1 } },
      { call: ['price', '1'], answer: 'price/1#1', counted: { Hits: 1, Mismatches: 0 } },
      { change: 'price/1' },
      { call: ['price', '1'], answer: 'price/1#2', counted: { Hits: 1, Mismatches: 1 } },
      { originCalls: { 'price/1': 3 } },
    ],
  },
  {
    name: 'callers get one frozen value; with mutable, each a copy of its own',
    anyMemory: true,
    code: `${IMPORTS}
      const shared = cached('shared', () => ({ list: [1] }));
      const own = cached('own', () => ({ list: [1] }), { mutable: true });
      const change = async (get) => { const value = await get(); try { value.list.push(2); } catch { return 'frozen'; } return value.list.length; };
      export const both = async () => [await change(shared), await change(own), (await shared()).list, (await own()).list];
    `,
    steps: [{ call: ['both'], answer: ['frozen', 2, [1], [1]] }, { call: ['both'], answer: ['frozen', 2, [1], [1]] }],
  },
  {
    name: 'cdk-cached-function/testing provides a clock, separate entries, and an empty cache',
    needs: ['unit tests'],
    code: `${IMPORTS}
      import { fakeClock, isolated, reset } from 'cdk-cached-function/testing';
      const price = cached('price', (id) => origin('price/' + id));
      export const story = async () => {
        const clock = fakeClock();
        const first = [await price('1'), await isolated(() => price('1')), await price('1')];
        clock.advance({ minutes: 6 });
        const second = await price('1');
        clock.restore();
        reset();
        return [...first, second, await price('1')];
      };
    `,
    steps: [{ call: ['story'], answer: Array.from({ length: 5 }, () => 'price/1#1') }, { originCalls: { 'price/1': 4 } }],
  },
];
