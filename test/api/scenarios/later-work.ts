import { IMPORTS, STALE } from './code';
import type { Scenario } from '../scenario';

/** Kind A: work that runs later uses what was true when it was asked for. */

const USERS = `${IMPORTS}
  const users = new AsyncLocalStorage();
  const user = () => users.getStore() ?? 'nobody';
`;

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
    name: 'a refresh of a cache without arguments is of the tenant who asked for it',
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
    name: 'an early refresh is of the tenant who asked for it',
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
      { asked: { 'settings/red': 2, 'settings/blue': 2 } },
      { call: ['of', 'blue'], tenant: 'blue', in: 'b', answer: 'settings/blue#1' },
    ],
  },
  {
    name: 'a loop over pages with one query object ends, also after its refreshes',
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
    name: 'parallel calls with one object that changes in between load and store each what it was',
    code: MUTATED('(q) => origin(`page/${q.page}`)', STALE, '{}'),
    steps: [
      { call: ['three'], answer: PAGES },
      { call: ['one', 1], answer: 'page/1#1' },
      { call: ['one', 2], answer: 'page/2#1' },
      { call: ['one', 3], answer: 'page/3#1' },
      { call: ['one', 1], in: 'b', answer: 'page/1#1' },
      { call: ['one', 3], in: 'b', answer: 'page/3#1' },
      { asked: { 'page/4': 0 } },
      { advance: { minutes: 6 } },
      { call: ['three'], answer: PAGES },
      { call: ['one', 1], answer: 'page/1#1' },
      { asked: { 'page/4': 0 } },
    ],
  },
  {
    name: 'parallel calls with nested arguments that change in between load and store each what it was',
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
    name: 'parallel calls with one object in shadow mode load each what it was',
    variables: { CDK_CACHED_FUNCTION_MODE: 'shadow' },
    code: MUTATED('(q) => origin(`page/${q.page}`)', STALE, '{}'),
    steps: [
      { call: ['three'], answer: PAGES },
      { call: ['three'], answer: PAGES, counted: { Mismatches: 0, Hits: 3 } },
      { call: ['one', 1], answer: 'page/1#1', counted: { Mismatches: 0, Hits: 1 } },
    ],
  },
  {
    name: 'what only the option key makes cacheable is not stored when it was changed meanwhile',
    code: MUTATED('async (q) => { await null; return origin(`page/${q.page}`); }', '{ key: (q) => q.page }', 'new Query(0)'),
    steps: [
      { call: ['three'] },
      { call: ['one', 1], answer: 'page/1#1' },
      { call: ['one', 2], answer: 'page/2#1' },
      { call: ['one', 1], in: 'b', answer: 'page/1#1' },
      { call: ['one', 3], in: 'b', answer: 'page/3#1' },
    ],
  },
  {
    name: 'a refresh() that waits for a load uses the arguments it was called with',
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
      { asked: { 'page/2': 0 } },
    ],
  },
  {
    name: 'prime() stores the value and the arguments as they were',
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
    name: 'a refresh after the response runs in the async context of the call that asked for it',
    code: `${USERS}
      const page = cached('page', (id) => origin('page/' + id + ' for ' + user()), ${STALE});
      export const as = (name, id) => users.run(name, () => page(id));
    `,
    steps: [
      { call: ['as', 'ann', 1], answer: 'page/1 for ann#1' },
      { advance: { minutes: 6 } },
      { call: ['as', 'bob', 1], answer: 'page/1 for ann#1' },
      { call: ['as', 'carl', 1], answer: 'page/1 for bob#1' },
      { asked: { 'page/1 for nobody': 0, 'page/1 for carl': 0 } },
    ],
  },
  {
    name: 'refreshes that several calls asked for run each in its own async context',
    code: `${USERS}
      const page = cached('page', (id) => origin('page/' + id + ' for ' + user()), ${STALE});
      export const as = (name, id) => users.run(name, () => page(id));
      export const all = () => Promise.all([as('ann', 1), as('bob', 2), as('carl', 3)]);
    `,
    steps: [
      { call: ['all'], answer: ['page/1 for ann#1', 'page/2 for bob#1', 'page/3 for carl#1'] },
      { change: 'page/1 for ann' }, { change: 'page/2 for bob' }, { change: 'page/3 for carl' },
      { advance: { minutes: 6 } },
      { call: ['all'], answer: ['page/1 for ann#1', 'page/2 for bob#1', 'page/3 for carl#1'] },
      { call: ['all'], answer: ['page/1 for ann#2', 'page/2 for bob#2', 'page/3 for carl#2'] },
      { asked: { 'page/1 for nobody': 0, 'page/2 for ann': 0, 'page/3 for ann': 0, 'page/2 for nobody': 0 } },
    ],
  },
  {
    name: 'refreshes that overlapping invocations asked for run each in its own async context',
    needs: ['overlap'],
    code: `${USERS}
      const page = cached('page', (id) => origin('page/' + id + ' for ' + user()), ${STALE});
      export const as = (name, id) => users.run(name, () => page(id));
    `,
    steps: [
      { together: [
        { call: ['as', 'ann', 1], answer: 'page/1 for ann#1' },
        { call: ['as', 'bob', 2], answer: 'page/2 for bob#1' },
        { call: ['as', 'carl', 3], answer: 'page/3 for carl#1' },
      ] },
      { change: 'page/1 for ann' }, { change: 'page/2 for bob' }, { change: 'page/3 for carl' },
      { advance: { minutes: 6 } },
      { together: [
        { call: ['as', 'ann', 1], answer: 'page/1 for ann#1' },
        { call: ['as', 'bob', 2], answer: 'page/2 for bob#1' },
        { call: ['as', 'carl', 3], answer: 'page/3 for carl#1' },
      ] },
      { call: ['as', 'dora', 1], answer: 'page/1 for ann#2' },
      { call: ['as', 'dora', 2], answer: 'page/2 for bob#2' },
      { call: ['as', 'dora', 3], answer: 'page/3 for carl#2' },
    ],
  },
  {
    name: 'overlapping invocations that call cachedMany in one tick keep their async contexts',
    needs: ['overlap'],
    code: `${USERS}
      const pages = cachedMany('page', (ids) => Promise.all(ids.map((id) => origin('page/' + id + ' for ' + user()))), ${STALE});
      export const as = (name, ids) => users.run(name, () => pages(ids));
    `,
    steps: [
      { together: [
        { call: ['as', 'ann', [1, 2]], answer: ['page/1 for ann#1', 'page/2 for ann#1'], counted: { Misses: 4 } },
        { call: ['as', 'bob', [3, 4]], answer: ['page/3 for bob#1', 'page/4 for bob#1'] },
      ] },
      { call: ['as', 'carl', [1, 3]], answer: ['page/1 for ann#1', 'page/3 for bob#1'] },
    ],
  },
  {
    name: 'calls of cachedMany in one tick keep their async contexts',
    code: `${USERS}
      const pages = cachedMany('page', (ids) => Promise.all(ids.map((id) => origin('page/' + id + ' for ' + user()))), ${STALE});
      export const as = (name, ids) => users.run(name, () => pages(ids));
      export const both = () => Promise.all([as('ann', [1, 2]), as('bob', [3])]);
    `,
    steps: [
      { call: ['both'], answer: [['page/1 for ann#1', 'page/2 for ann#1'], ['page/3 for bob#1']] },
      { advance: { minutes: 6 } },
      { call: ['both'], answer: [['page/1 for ann#1', 'page/2 for ann#1'], ['page/3 for bob#1']] },
      { call: ['both'], answer: [['page/1 for ann#1', 'page/2 for ann#1'], ['page/3 for bob#1']] },
      { asked: { 'page/1 for nobody': 0, 'page/3 for ann': 0, 'page/3 for bob': 2 } },
    ],
  },
  {
    name: 'work after the response runs in the caller\'s context, and loadContext() in it is that of its load',
    code: `${USERS}
      const page = cached('page', async (id) => {
        const context = loadContext();
        const before = context.stale?.value;
        const text = await origin('page/' + id);
        return text + ' after ' + (before === undefined ? 'nothing' : before.split(' ')[0]) + ' for ' + user() + (loadContext() === context ? '' : ' elsewhere');
      }, ${STALE});
      export const as = (name, id) => users.run(name, () => page(id));
    `,
    steps: [
      { call: ['as', 'ann', 1], answer: 'page/1#1 after nothing for ann' },
      { change: 'page/1' },
      { advance: { minutes: 6 } },
      { call: ['as', 'bob', 1], answer: 'page/1#1 after nothing for ann' },
      { call: ['as', 'carl', 1], answer: 'page/1#2 after page/1#1 for bob' },
    ],
  },
  ...([
    ['sorts', 'ids.sort(); return Promise.all(ids.map((id) => origin("name/" + id)));'],
    ['reverses', 'ids.reverse(); return Promise.all(ids.map((id) => origin("name/" + id)));'],
    ['splices', 'const values = []; while (ids.length) values.push(...await Promise.all(ids.splice(0, 2).map((id) => origin("name/" + id)))); return values;'],
    ['shifts', 'const values = []; for (let id; (id = ids.shift()) !== undefined;) values.push(await origin("name/" + id)); return values;'],
  ] as const).map(([what, body]): Scenario => ({
    name: `a loader of cachedMany that ${what} the ids it was given stores every value under its own id`,
    code: `${IMPORTS}
      export const names = cachedMany('name', async (ids) => { ${body} });
    `,
    steps: [
      { call: ['names', ['c', 'a', 'b']], answer: ['name/c#1', 'name/a#1', 'name/b#1'] },
      { call: ['names', ['a']], answer: ['name/a#1'] },
      { call: ['names', ['b', 'c']], in: 'b', answer: ['name/b#1', 'name/c#1'] },
    ],
  })),
  {
    name: 'ids that the caller of cachedMany changes after the call are loaded as they were',
    code: `${IMPORTS}
      const pages = cachedMany('page', (ids) => Promise.all(ids.map((id) => origin('page/' + id.page))));
      export const changing = async () => {
        const ids = [{ page: 1 }, { page: 2 }];
        const call = pages(ids);
        ids[0].page = 8;
        ids.pop();
        return call;
      };
      export const one = async (page) => (await pages([{ page }]))[0];
    `,
    steps: [
      { call: ['changing'], answer: ['page/1#1', 'page/2#1'] },
      { call: ['one', 1], answer: 'page/1#1' },
      { call: ['one', 8], answer: 'page/8#1' },
      { call: ['one', 1], in: 'b', answer: 'page/1#1' },
    ],
  },
];
