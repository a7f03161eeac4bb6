import { IMPORTS } from './code';
import type { Scenario } from '../scenario';

/** Calls of cachedMany with many ids, and loaders that return them in their own ways. */

const THINGS = (options = '{}') => `${IMPORTS}
  const batches = [];
  export const things = cachedMany('thing', async (ids) => {
    batches.push(ids.length);
    await new Promise(setImmediate);
    return ids.map((id) => id === 'bad' ? new Error('no ' + id) : 'of ' + id);
  }, ${options});
  export const sizes = () => batches.splice(0);
  export const upTo = async (end) => {
    const ids = Array.from({ length: end }, (_, id) => id);
    const values = await things(ids);
    return values.length === end && values.every((value, index) => value === 'of ' + index);
  };
  export const outcomes = async (ids) => (await things.settled(ids)).map(({ status, value, reason }) => [status, value ?? reason.message].join(': '));
`;

export const MANY_IDS: readonly Scenario[] = [
  {
    name: 'cachedMany loads in batches of batchSize, and only what is missing',
    code: THINGS('{ batchSize: 3 }'),
    steps: [
      { call: ['things', ['a', 'b', 'c', 'd']], answer: ['of a', 'of b', 'of c', 'of d'], counted: { OriginCalls: 2, Misses: 4, Hits: 0 } },
      { call: ['sizes'], answer: [3, 1] },
      { call: ['things', ['d', 'e', 'a', 'f', 'g', 'h', 'b']], answer: ['of d', 'of e', 'of a', 'of f', 'of g', 'of h', 'of b'], counted: { OriginCalls: 2, Misses: 4, Hits: 3 } },
      { call: ['sizes'], answer: [3, 1] },
      { call: ['things', ['h', 'a']], answer: ['of h', 'of a'], counted: { OriginCalls: 0, Hits: 2 } },
      { call: ['things', []], answer: [], counted: { OriginCalls: 0, Hits: 0 } },
    ],
  },
  {
    name: 'thousands of ids in one call are loaded in full batches, each id once',
    code: THINGS(),
    steps: [
      { call: ['upTo', 2_345], answer: true, counted: { Misses: 2_345, Hits: 0, OriginCalls: 24 } },
      { call: ['sizes'], answer: [...Array.from({ length: 23 }, () => 100), 45] },
      { call: ['upTo', 2_345], answer: true, counted: { Misses: 0, Hits: 2_345, OriginCalls: 0 } },
    ],
  },
  {
    name: 'thousands of ids of cachedMany are loaded as they were at the call, even if its caller changes them meanwhile',
    code: `${IMPORTS}
      const pages = cachedMany('page', async (ids) => { await null; return ids.map(({ page }) => 'page ' + page); });
      export const changing = async () => {
        const ids = Array.from({ length: 1_500 }, (_, page) => ({ page }));
        const call = pages(ids);
        ids.forEach((id) => { id.page = -1; });
        return (await call).every((value, index) => value === 'page ' + index);
      };
    `,
    steps: [{ call: ['changing'], answer: true }],
  },
  {
    name: 'an id that fails gets its own error, and the others are cached',
    code: THINGS(),
    steps: [
      { call: ['outcomes', ['a', 'bad', 'c']], answer: ['fulfilled: of a', 'rejected: no bad', 'fulfilled: of c'], counted: { OriginCalls: 1, OriginErrors: 0 } },
      { call: ['outcomes', ['c', 'bad', 'a', 'bad']], answer: ['fulfilled: of c', 'rejected: no bad', 'fulfilled: of a', 'rejected: no bad'], counted: { OriginCalls: 1 } },
      { call: ['things', ['a', 'c']], answer: ['of a', 'of c'], counted: { Hits: 2, OriginCalls: 0 } },
    ],
  },
  {
    name: 'ids of cachedMany that are a text or a map are a TypeError, not its characters or pairs',
    code: `${IMPORTS}
      const things = cachedMany('thing', (ids) => ids);
      const error = (ids) => things(ids).then(JSON.stringify, ({ name, message }) => name + ': ' + message);
      export const errors = () => Promise.all([error('12'), error(new Map([['1', 2]])), error(new Set(['1', '2']))]);
    `,
    steps: [{
      call: ['errors'],
      answer: [
        'TypeError: The ids for cachedMany(\'thing\') must be an array, not "12".',
        'TypeError: The ids for cachedMany(\'thing\') must be an array, not [object Map].',
        '["1","2"]',
      ],
    }],
  },
  {
    name: 'a Map that has an id only as another type is a TypeError for that id, and nothing of it is cached',
    code: `${IMPORTS}
      let calls = 0;
      const things = cachedMany('thing', (ids) => { calls++; return new Map(ids.map((id) => [id === 3 ? 3 : typeof id === 'number' ? String(id) : id, 'of ' + id])); });
      export const settled = async (ids) => (await things.settled(ids)).map(({ value, reason }) => reason?.message ?? value ?? null);
      export const count = () => calls;
    `,
    steps: [
      {
        call: ['settled', [1, 3, 'a']],
        answer: ['The loader of cachedMany(\'thing\') returned a Map with the key "1" for the id 1: its keys must be the ids, not strings that look like them.', 'of 3', 'of a'],
      },
      // Here the key is another id.
      { call: ['settled', [1, '1']], answer: [null, 'of 1'] },
      { call: ['settled', [3, 'a', '1']], answer: ['of 3', 'of a', 'of 1'] },
      { call: ['count'], answer: 2 },
    ],
  },
  {
    name: 'a loader of cachedMany may return a Map; an id that it lacks is undefined, and cached as such',
    code: `${IMPORTS}
      const things = cachedMany('thing', (ids) => new Map(ids.filter((id) => id !== 'none').map((id) => [id, 'of ' + id])));
      export const some = async (ids) => (await things(ids)).map((value) => value ?? 'nothing');
    `,
    steps: [
      { call: ['some', ['a', 'none', 'b']], answer: ['of a', 'nothing', 'of b'], counted: { OriginCalls: 1 } },
      { call: ['some', ['b', 'none']], answer: ['of b', 'nothing'], counted: { Hits: 2, OriginCalls: 0 } },
    ],
  },
  ...([
    ['fewer values than ids', 'ids.slice(1)', 'returned 1 values'], ['no array', '"text"', 'returned string'], ['nothing', 'undefined', 'returned undefined'],
  ] as const).map(([what, result, text]): Scenario => ({
    name: `a loader of cachedMany that returns ${what} causes a TypeError that names the mistake, and nothing is cached`,
    code: `${IMPORTS}
      let calls = 0;
      const things = cachedMany('thing', (ids) => { calls++; return ${result}; });
      export const both = () => things(['a', 'b']).then(() => 'values', ({ name, message }) => name + ': ' + message);
      export const total = () => calls;
    `,
    steps: [
      { call: ['both'], matches: new RegExp(`^TypeError: .*'thing'.* 2 ids and ${text}`) },
      { call: ['both'], matches: new RegExp(text) },
      { call: ['total'], answer: 2 },
    ],
  })),
  {
    name: 'what a loader of cachedMany sets in its context applies to all of its ids',
    code: `${IMPORTS}
      const things = cachedMany('thing', (ids) => {
        const context = loadContext();
        context.tags = ['all'];
        context.ttl = { seconds: 10 };
        if (ids.includes('never')) context.doNotCache();
        return Promise.all(ids.map((id) => origin('thing/' + id)));
      });
      export const some = (...ids) => things(ids);
      export const forget = (...tags) => invalidateTags(...tags);
    `,
    steps: [
      { call: ['some', 'a', 'b'], answer: ['thing/a#1', 'thing/b#1'] },
      { change: 'thing/a' }, { change: 'thing/b' },
      { call: ['some', 'a', 'b'], answer: ['thing/a#1', 'thing/b#1'] },
      { advance: { seconds: 10 } },
      { call: ['some', 'a', 'b'], answer: ['thing/a#2', 'thing/b#2'] },
      { change: 'thing/b' },
      { call: ['forget', 'all'] },
      { call: ['some', 'b'], answer: ['thing/b#3'] },
      { call: ['some', 'never', 'c'], answer: ['thing/never#1', 'thing/c#1'] },
      { call: ['some', 'never', 'c'], answer: ['thing/never#1', 'thing/c#1'], counted: { OriginCalls: 1, Hits: 0 } },
    ],
  },
  {
    name: 'a batch whose time is over is a LoadTimeoutError for each of its ids, and its one signal is aborted',
    code: `${IMPORTS}
      let aborted = 0;
      const things = cachedMany('thing', () => new Promise(() => { loadContext().signal.addEventListener('abort', () => { aborted++; }); }), {
        hardTimeout: { milliseconds: 30 },
      });
      export const both = async () => (await things.settled(['a', 'b'])).map(({ reason }) => reason.name);
      export const total = () => aborted;
    `,
    steps: [{ call: ['both'], answer: ['LoadTimeoutError', 'LoadTimeoutError'] }, { call: ['total'], answer: 1 }],
  },
];
