import { IMPORTS } from './code';
import type { Scenario } from '../scenario';

/** Kind F: single flight survives invalidations. */

const CALLERS = 200;

/** 200 callers of one key; after every tenth, the origin changes and something is invalidated. A load returns the number of changes so far. */
const crowd = (invalidate: string, results: readonly string[]) => `${IMPORTS}
  let loads, changes, invalidations, open, gate;
  const thing = cached('thing', async () => {
    loads++;
    loadContext().tags = ['wanted'];
    const read = changes;
    await gate;
    return read;
  });
  const other = cached('other', () => 1);
  export const crowd = async () => {
    loads = changes = invalidations = 0;
    gate = new Promise((resolve) => { open = resolve; });
    const calls = [];
    for (let caller = 0; caller < ${CALLERS}; caller++) {
      calls.push({ call: thing('1'), after: invalidations });
      if (caller % 10 === 9) {
        changes++;
        await (${invalidate});
        invalidations = changes;
      }
    }
    open();
    const values = await Promise.all(calls.map(({ call }) => call));
    const isAtMostOneMore = loads <= invalidations + 1;
    const isAfterInvalidations = values.every((value, index) => value >= calls[index].after);
    return { ${results.join()} };
  };
`;

const UNRELATED = [
  ['tags', "invalidateTags('another', 'unrelated')"],
  ['another key', "thing.invalidate('2')"],
  ['another cache', 'other.invalidateAll()'],
] as const;

const CONCERNING = [
  ['its tag', "invalidateTags('wanted')"],
  ['its key', "thing.invalidate('1')"],
  ['its cache', 'thing.invalidateAll()'],
] as const;

export const SINGLE_FLIGHT: readonly Scenario[] = [
  ...UNRELATED.map(([what, invalidate]): Scenario => ({
    name: `${CALLERS} callers of one key, and invalidations of ${what} in between: one load`,
    // What came before an invalidation that does not concern it is as good as before.
    code: crowd(invalidate, ['loads', 'isAtMostOneMore']),
    steps: [{ call: ['crowd'], answer: { loads: 1, isAtMostOneMore: true } }],
  })),
  ...CONCERNING.map(([what, invalidate]): Scenario => ({
    name: `${CALLERS} callers of one key, and invalidations of ${what} in between: at most one more load than invalidations, and no caller gets an earlier value`,
    code: crowd(invalidate, ['isAtMostOneMore', 'isAfterInvalidations']),
    steps: [{ call: ['crowd'], answer: { isAtMostOneMore: true, isAfterInvalidations: true } }],
  })),
  {
    name: 'a refresh whose argument changes while it waits fails alone: another refresh of the key gets its own answer',
    code: `${IMPORTS}
      class Query { constructor(id) { this.id = id; } }
      const ends = [];
      const load = (query) => new Promise((resolve, reject) => {
        ends.push(() => query.id === 'a' ? resolve('of a') : reject(new Error('of ' + query.id)));
      });
      const thing = cached('thing', load, { key: (query) => query.id });
      export const refreshes = async () => {
        const changing = new Query('a');
        const calls = [thing(new Query('a')), thing.refresh(changing), thing.refresh(new Query('a'))];
        changing.id = 'b';
        const all = Promise.all(calls.map((call) => call.catch((error) => error.message)));
        let isDone = false;
        all.then(() => { isDone = true; });
        while (!isDone) {
          ends.splice(0).forEach((end) => end());
          await new Promise((resolve) => { setTimeout(resolve, 1); });
        }
        return (await all).join();
      };
    `,
    steps: [{ call: ['refreshes'], matches: /^of a,of [ab],of a$/ }],
  },
];
