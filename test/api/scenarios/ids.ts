import { IMPORTS } from './code';
import type { Scenario } from '../scenario';

/** Kind A: neither a loader of cachedMany nor its caller changes which id a value is of. */

export const IDS: readonly Scenario[] = [
  ...([
    ['sorts', 'ids.sort(); return Promise.all(ids.map((id) => origin("name/" + id)));'],
    ['reverses', 'ids.reverse(); return Promise.all(ids.map((id) => origin("name/" + id)));'],
    ['splices', 'const values = []; while (ids.length) values.push(...await Promise.all(ids.splice(0, 2).map((id) => origin("name/" + id)))); return values;'],
    ['shifts', 'const values = []; for (let id; (id = ids.shift()) !== undefined;) values.push(await origin("name/" + id)); return values;'],
  ] as const).map(([what, body]): Scenario => ({
    name: `a loader of cachedMany that ${what} its ids stores every value under its own id`,
    anyMemory: true,
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
    name: 'cachedMany loads the ids as they were at the call, whatever its caller changes afterwards',
    anyMemory: true,
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
