import { IMPORTS, STALE } from './code';
import type { Scenario } from '../scenario';

/** Kind A: work that runs later uses the state of the call that queued it. */

const MUTATED = (load: string, options: string, query: string) => `${IMPORTS}
  class Query { constructor(page) { this.page = page; } }
  export const page = cached('page', ${load}, ${options});
  export const three = async () => {
    const q = ${query};
    const calls = [];
    for (q.page = 1; q.page <= 3; q.page++) calls.push(page(q));
    return Promise.all(calls);
  };
  export const one = (number) => { const q = ${query}; q.page = number; return page(q); };
`;

const PAGES = ['page/1#1', 'page/2#1', 'page/3#1'];

export const LATER_WORK: readonly Scenario[] = [
  {
    name: 'a refresh of a cache without arguments runs for the tenant whose call queued it',
    code: `${IMPORTS}
      let tenant;
      const settings = cached('settings', () => origin('settings/' + tenant), ${STALE});
      export const of = (name) => { tenant = name; return settings(); };
    `,
    steps: [
      { call: ['of', 'red'], tenant: 'red', answer: 'settings/red#1' },
      { call: ['of', 'blue'], tenant: 'blue', answer: 'settings/blue#1' },
      { change: 'settings/red' },
      { advance: { minutes: 6 } },
      { call: ['of', 'red'], tenant: 'red', answer: 'settings/red#1' },
      { call: ['of', 'blue'], tenant: 'blue', answer: 'settings/blue#1' },
      { call: ['of', 'red'], tenant: 'red', answer: 'settings/red#2' },
      { call: ['of', 'blue'], tenant: 'blue', answer: 'settings/blue#1' },
      { call: ['of', 'red'], tenant: 'red', in: 'b', answer: 'settings/red#2' },
      { call: ['of', 'blue'], tenant: 'blue', in: 'b', answer: 'settings/blue#1' },
      { call: ['of', 'green'], tenant: 'green', in: 'b', answer: 'settings/green#1' },
      { call: ['of', 'nobody'], in: 'b', answer: 'settings/nobody#1' },
    ],
  },
  {
    name: 'an early refresh runs for the tenant whose call queued it',
    code: `${IMPORTS}
      let tenant;
      const settings = cached('settings', () => origin('settings/' + tenant), { ttl: { minutes: 5 }, earlyRefresh: 0.0001 });
      export const of = (name) => { tenant = name; return settings(); };
    `,
    steps: [
      { call: ['of', 'red'], tenant: 'red', answer: 'settings/red#1' },
      { call: ['of', 'blue'], tenant: 'blue', answer: 'settings/blue#1' },
      { change: 'settings/red' },
      { advance: { milliseconds: 299_900 } },
      { call: ['of', 'red'], tenant: 'red' },
      { call: ['of', 'blue'], tenant: 'blue', answer: 'settings/blue#1' },
      { call: ['of', 'red'], tenant: 'red', answer: 'settings/red#2' },
      { call: ['of', 'blue'], tenant: 'blue', answer: 'settings/blue#1' },
      { originCalls: { 'settings/red': 2, 'settings/blue': 2 } },
      { call: ['of', 'blue'], tenant: 'blue', in: 'b', answer: 'settings/blue#1' },
    ],
  },
  {
    name: 'a loop over pages with one query object ends, even after refreshes',
    code: `${IMPORTS}
      const list = cached('list', async (q) => {
        const number = Number(q.cursor ?? 1);
        return { text: await origin('page/' + number), next: number < 3 ? String(number + 1) : undefined };
      }, ${STALE});
      export const all = async () => {
        const q = { cursor: undefined };
        const texts = [];
        do {
          const { text, next } = await list(q);
          texts.push(text);
          q.cursor = next;
        } while (q.cursor !== undefined && texts.length < 10);
        return texts;
      };
    `,
    steps: [
      { call: ['all'], answer: PAGES },
      { change: 'page/2' },
      { advance: { minutes: 6 } },
      { call: ['all'], answer: PAGES, counted: { StaleHits: 3, OriginCalls: 3 } },
      { call: ['all'], answer: ['page/1#1', 'page/2#2', 'page/3#1'], counted: { Hits: 3, OriginCalls: 0 } },
      { advance: { minutes: 6 } },
      { call: ['all'], answer: ['page/1#1', 'page/2#2', 'page/3#1'] },
      { call: ['all'], answer: ['page/1#1', 'page/2#2', 'page/3#1'] },
    ],
  },
  {
    name: 'parallel calls with one object that changes in between each load and store what it was',
    anyMemory: true,
    code: MUTATED('(q) => origin(`page/${q.page}`)', STALE, '{}'),
    steps: [
      { call: ['three'], answer: PAGES },
      { call: ['one', 1], answer: 'page/1#1' },
      { call: ['one', 2], answer: 'page/2#1' },
      { call: ['one', 3], answer: 'page/3#1' },
      { call: ['one', 1], in: 'b', answer: 'page/1#1' },
      { call: ['one', 3], in: 'b', answer: 'page/3#1' },
      { originCalls: { 'page/4': 0 } },
      { advance: { minutes: 6 } },
      { call: ['three'], answer: PAGES },
      { call: ['one', 1], answer: 'page/1#1' },
      { originCalls: { 'page/4': 0 } },
    ],
  },
  {
    name: 'parallel calls with nested arguments that change in between each load and store what they were',
    anyMemory: true,
    code: `${IMPORTS}
      export const page = cached('page', ({ filter: [first, second], at }) => origin([first, second, at.day].join('/')));
      export const two = async () => {
        const q = { filter: ['a', 'b'], at: { day: 1 } };
        const calls = [page(q)];
        q.filter.push('c');
        q.filter[0] = 'z';
        q.at.day = 2;
        calls.push(page(q));
        q.filter.length = 0;
        return Promise.all(calls);
      };
    `,
    steps: [
      { call: ['two'], answer: ['a/b/1#1', 'z/b/2#1'] },
      { call: ['two'], in: 'b', answer: ['a/b/1#1', 'z/b/2#1'] },
    ],
  },
  {
    name: 'parallel calls in shadow mode with one object each load what it was',
    variables: { CDK_CACHED_FUNCTION_MODE: 'shadow' },
    code: MUTATED('(q) => origin(`page/${q.page}`)', STALE, '{}'),
    steps: [
      { call: ['three'], answer: PAGES },
      { call: ['three'], answer: PAGES, counted: { Mismatches: 0, Hits: 3 } },
      { call: ['one', 1], answer: 'page/1#1', counted: { Mismatches: 0, Hits: 1 } },
    ],
  },
  {
    name: 'a call that only the option key makes cacheable is not stored if its argument changed meanwhile',
    anyMemory: true,
    code: MUTATED('async (q) => { await null; return origin(`page/${q.page}`); }', '{ key: (q) => q.page }', 'new Query(0)'),
    steps: [
      { call: ['three'], logged: ['its key changed'] },
      { call: ['one', 1], answer: 'page/1#1' },
      { call: ['one', 2], answer: 'page/2#1' },
      { call: ['one', 1], in: 'b', answer: 'page/1#1' },
      { call: ['one', 3], in: 'b', answer: 'page/3#1' },
    ],
  },
  {
    name: 'the error of a load whose arguments changed meanwhile reaches its own caller, and not those who called with the earlier arguments',
    code: `${IMPORTS}
      class Query { constructor(page) { this.page = page; } }
      const page = cached('page', async (q) => { await null; return origin('page/' + q.page); }, { key: (q) => q.page });
      export const both = () => {
        const changed = new Query(1);
        const calls = [page(changed), page(new Query(1))];
        changed.page = 2;
        return Promise.all(calls.map((call) => call.catch(({ message }) => message)));
      };
    `,
    steps: [{ fail: 'page/2' }, { call: ['both'], answer: ['no page/2', 'page/1#1'] }],
  },
  {
    name: 'a refresh() that waits for a load uses the arguments of its own call',
    anyMemory: true,
    code: `${IMPORTS}
      export const page = cached('page', (q) => origin('page/' + q.page));
      export const both = async () => {
        const q = { page: 1 };
        const calls = [page(q), page.refresh(q)];
        q.page = 2;
        return Promise.all(calls);
      };
      export const one = (number) => page({ page: number });
    `,
    steps: [
      { call: ['both'], answer: ['page/1#1', 'page/1#1'] },
      { call: ['one', 1], answer: 'page/1#1' },
      { call: ['one', 1], in: 'b', answer: 'page/1#1' },
      { originCalls: { 'page/2': 0 } },
    ],
  },
  {
    name: 'prime() stores the value and the arguments as they were at the call',
    code: `${IMPORTS}
      export const page = cached('page', (q) => origin('page/' + q.page));
      export const primed = async () => {
        const q = { page: 1 };
        const value = { text: 'primed' };
        const call = page.prime(q, value);
        q.page = 2;
        value.text = 'changed';
        return (await call).stored;
      };
      export const one = (number) => page({ page: number });
    `,
    steps: [
      { call: ['primed'], answer: true },
      { call: ['one', 1], answer: { text: 'primed' } },
      { call: ['one', 2], answer: 'page/2#1' },
    ],
  },
  {
    name: 'after the response a hundred of an invocation\'s stale hits are refreshed; the others are counted and stay stale',
    needs: ['own clock'],
    code: `${IMPORTS}
      let version = 1;
      const price = cached('price', async (id) => id + '#' + version, ${STALE});
      export const publish = () => ++version;
      export const versions = async (count) => {
        const prices = await Promise.all(Array.from({ length: count }, (_, id) => price(id)));
        return [1, 2].map((each) => prices.filter((text) => text.endsWith('#' + each)).length);
      };
    `,
    steps: [
      { call: ['versions', 150], answer: [150, 0] },
      { call: ['publish'], answer: 2 },
      { advance: { minutes: 6 } },
      { call: ['versions', 150], answer: [150, 0], counted: { StaleHits: 150, DroppedRefreshes: 50, OriginCalls: 100 } },
      { call: ['versions', 150], answer: [50, 100], counted: { StaleHits: 50, DroppedRefreshes: 0, OriginCalls: 50 } },
      { call: ['versions', 150], answer: [0, 150], counted: { Hits: 150, StaleHits: 0 } },
    ],
  },
];
