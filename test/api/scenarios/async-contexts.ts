import { IMPORTS, STALE } from './code';
import type { Scenario, Step } from '../scenario';

/** Kind A: a load runs in the async context of the call that requested it. */

const USERS = `${IMPORTS}
  const users = new AsyncLocalStorage();
  const user = () => users.getStore() ?? 'nobody';
`;

export const ASYNC_CONTEXTS: readonly Scenario[] = [
  {
    name: 'a refresh after the response runs in the async context of the call that queued it',
    code: `${USERS}
      const page = cached('page', (id) => origin('page/' + id + ' for ' + user()), ${STALE});
      export const as = (name, id) => users.run(name, () => page(id));
    `,
    steps: [
      { call: ['as', 'ann', 1], answer: 'page/1 for ann#1' },
      { advance: { minutes: 6 } },
      { call: ['as', 'bob', 1], answer: 'page/1 for ann#1' },
      { call: ['as', 'carl', 1], answer: 'page/1 for bob#1' },
      { originCalls: { 'page/1 for nobody': 0, 'page/1 for carl': 0 } },
    ],
  },
  {
    name: 'refreshes that several calls queued each run in their own async context',
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
      { originCalls: { 'page/1 for nobody': 0, 'page/2 for ann': 0, 'page/3 for ann': 0, 'page/2 for nobody': 0 } },
    ],
  },
  {
    name: 'refreshes that overlapping invocations queued each run in their own async context',
    needs: ['overlap'],
    code: `${USERS}
      const page = cached('page', (id) => origin('page/' + id + ' for ' + user()), ${STALE});
      export const as = (name, id) => users.run(name, () => page(id));
    `,
    steps: [
      {
        together: [
          { call: ['as', 'ann', 1], answer: 'page/1 for ann#1' },
          { call: ['as', 'bob', 2], answer: 'page/2 for bob#1' },
          { call: ['as', 'carl', 3], answer: 'page/3 for carl#1' },
        ],
      },
      { change: 'page/1 for ann' }, { change: 'page/2 for bob' }, { change: 'page/3 for carl' },
      { advance: { minutes: 6 } },
      {
        together: [
          { call: ['as', 'ann', 1], answer: 'page/1 for ann#1' },
          { call: ['as', 'bob', 2], answer: 'page/2 for bob#1' },
          { call: ['as', 'carl', 3], answer: 'page/3 for carl#1' },
        ],
      },
      { call: ['as', 'dora', 1], answer: 'page/1 for ann#2' },
      { call: ['as', 'dora', 2], answer: 'page/2 for bob#2' },
      { call: ['as', 'dora', 3], answer: 'page/3 for carl#2' },
    ],
  },
  {
    name: 'overlapping invocations each load in their own async context',
    needs: ['overlap'],
    anyMemory: true,
    code: `${USERS}
      const page = cached('page', (id) => origin('page/' + id + ' for ' + user()));
      export const as = (name, id) => users.run(name, () => page(id));
    `,
    steps: [
      {
        together: [
          { call: ['as', 'ann', 1], answer: 'page/1 for ann#1' },
          { call: ['as', 'bob', 2], answer: 'page/2 for bob#1' },
          { call: ['as', 'carl', 3], answer: 'page/3 for carl#1' },
        ],
      },
    ],
  },
  {
    name: 'tenants whose invocations overlap in one process never meet',
    needs: ['lambda', 'overlap'],
    anyMemory: true,
    code: `${USERS}
      const settings = cached('settings', () => origin('settings/' + user()), ${STALE});
      export const of = (name) => users.run(name, () => settings());
    `,
    steps: [1, 2].flatMap((): Step[] => [
      {
        together: [
          { call: ['of', 'red'], tenant: 'red', answer: 'settings/red#1' },
          { call: ['of', 'blue'], tenant: 'blue', answer: 'settings/blue#1' },
          { call: ['of', 'nobody'], answer: 'settings/nobody#1' },
        ],
      },
      { advance: { minutes: 6 } },
    ]),
  },
  {
    name: 'overlapping invocations that call cachedMany in one tick keep their async contexts',
    needs: ['overlap'],
    code: `${USERS}
      const pages = cachedMany('page', (ids) => Promise.all(ids.map((id) => origin('page/' + id + ' for ' + user()))), ${STALE});
      export const as = (name, ids) => users.run(name, () => pages(ids));
    `,
    steps: [
      {
        together: [
          { call: ['as', 'ann', [1, 2]], answer: ['page/1 for ann#1', 'page/2 for ann#1'], counted: { Misses: 4 } },
          { call: ['as', 'bob', [3, 4]], answer: ['page/3 for bob#1', 'page/4 for bob#1'] },
        ],
      },
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
      { originCalls: { 'page/1 for nobody': 0, 'page/3 for ann': 0, 'page/3 for bob': 2 } },
    ],
  },
  {
    name: 'work after the response runs in the caller\'s context, and its loadContext() is that of its load',
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
];
