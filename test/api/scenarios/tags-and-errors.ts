import { IMPORTS, SOON, TRUSTING_BRIEFLY } from './code';
import type { Scenario } from '../scenario';

/** Kinds G and H: tags are text, and no caller can change another's cached error. */

const item = (tags: string) => `${IMPORTS}
  export const item = cached('item', (id) => { loadContext().tags = ${tags}; return origin('item/' + id); }, ${TRUSTING_BRIEFLY});
  export const forget = (...tags) => invalidateTags(...tags);
`;

export const TAGS: readonly Scenario[] = [
  ...(['42', 42] as const).map((tag): Scenario => ({
    name: `a tag that is a number equals its text: invalidateTags(${JSON.stringify(tag)}) reaches it`,
    code: item('[Number(id)]'),
    steps: [
      { call: ['item', '42'], answer: 'item/42#1', counted: { OriginCalls: 1 } },
      { call: ['item', '42'], answer: 'item/42#1', counted: { OriginCalls: 0 } },
      { change: 'item/42' },
      { call: ['forget', tag] },
      { call: ['item', '42'], answer: 'item/42#2' },
    ],
  })),
  {
    name: 'an entry with a number as its tag is a hit in other environments, and can be invalidated there',
    needs: ['fleet'],
    code: item('[Number(id)]'),
    steps: [
      { call: ['item', '42'], answer: 'item/42#1' },
      { call: ['item', '42'], in: 'b', answer: 'item/42#1', counted: { SharedHits: 1, SharedUnreadable: 0, OriginCalls: 0 } },
      { change: 'item/42' },
      { call: ['forget', '42'], answer: { scope: 'fleet' } },
      { advance: SOON },
      { call: ['item', '42'], in: 'b', answer: 'item/42#2' },
    ],
  },
  ...([
    ['an object', '[{ id }]'], ['null', '[null]'], ['a symbol', '[Symbol("x")]'], ['undefined', '[undefined]'],
    ['an array', '[[id]]'], ['NaN', '[NaN]'],
  ] as const).map(([what, tags]): Scenario => ({
    name: `a tag that is neither a string nor a number (${what}) is refused and logged once, and callers get their answers`,
    code: item(tags),
    steps: [
      { call: ['item', '1'], answer: 'item/1#1', logged: ['item'] },
      { call: ['item', '2'], answer: 'item/2#1' },
      { call: ['item', '1'], answer: 'item/1#1' },
    ],
  })),
  {
    name: 'an entry that its loader renews keeps its tags, unless the loader sets others',
    code: `${IMPORTS}
      export const item = cached('item', (id) => {
        const context = loadContext();
        if (context.stale === undefined) { context.tags = ['first']; return 'item ' + id; }
        if (id === 'retagged') context.tags = ['second'];
        return context.notModified();
      }, { ttl: { minutes: 5 }, staleWhileRevalidate: { minutes: 30 } });
      export const forget = async (tag) => { await invalidateTags(tag); return Promise.all(['kept', 'retagged'].map(async (id) => (await item.peek(id))?.value ?? 'nothing')); };
    `,
    steps: [
      { call: ['item', 'kept'], answer: 'item kept' },
      { call: ['item', 'retagged'], answer: 'item retagged' },
      { advance: { minutes: 6 } },
      { call: ['item', 'kept'], counted: { StaleHits: 1 } },
      { call: ['item', 'retagged'], counted: { StaleHits: 1 } },
      { call: ['item', 'kept'], counted: { Hits: 1, StaleHits: 0 } },
      { call: ['forget', 'third'], answer: ['item kept', 'item retagged'] },
      { call: ['forget', 'first'], answer: ['nothing', 'item retagged'] },
      { call: ['forget', 'second'], answer: ['nothing', 'nothing'] },
    ],
  },
  {
    name: 'a string or a number instead of an array is one tag',
    code: `${IMPORTS}
      export const item = cached('item', (id) => { loadContext().tags = id === '7' ? 7 : 'item-' + id; return origin('item/' + id); });
      export const forget = (tags) => invalidateTags(tags);
    `,
    steps: [
      { call: ['item', '1'], answer: 'item/1#1' },
      { call: ['item', '7'], answer: 'item/7#1' },
      { change: 'item/1' }, { change: 'item/7' },
      { call: ['forget', 'i'] },
      { call: ['item', '1'], answer: 'item/1#1' },
      { call: ['forget', ['item-1']] },
      { call: ['item', '1'], answer: 'item/1#2' },
      { call: ['item', '7'], answer: 'item/7#1' },
      { call: ['forget', 7] },
      { call: ['item', '7'], answer: 'item/7#2' },
    ],
  },
  {
    name: 'a number is a valid tag of cachedMany, too',
    code: `${IMPORTS}
      export const items = cachedMany('item', (ids) => { loadContext().tags = [7]; return Promise.all(ids.map((id) => origin('item/' + id))); });
      export const forget = (...tags) => invalidateTags(...tags);
    `,
    steps: [
      { call: ['items', ['1', '2']], answer: ['item/1#1', 'item/2#1'] },
      { change: 'item/1' },
      { call: ['forget', '7'] },
      { call: ['items', ['1', '2']], answer: ['item/1#2', 'item/2#1'] },
      { call: ['items', ['1', '2']], in: 'b', answer: ['item/1#2', 'item/2#1'] },
    ],
  },
];

/** Each caller reads what it got, and then changes it as far as it can. */
const FAILING = (define: string) => `${IMPORTS}
  class NotFound extends Error {
    constructor(id, options) { super('no ' + id, options); this.name = 'NotFound'; this.details = { ids: [id] }; }
  }
  const attempt = (change) => { try { change(); } catch { /* frozen */ } };
  let loads = 0;
  const fail = (id) => { loads++; return new NotFound(id, { cause: new Error('the cause') }); };
  const options = { cacheErrors: () => true, negativeTtl: { minutes: 1 } };
  ${define}
  const seen = async () => {
    try {
      await get();
      return 'nothing';
    } catch (error) {
      const text = [error instanceof NotFound, error.name, error.message, error.details.ids.join(), error.cause.message, error.extra ?? '-'].join(' ');
      attempt(() => { error.message = 'Oops: ' + error.message; });
      attempt(() => { error.name = 'Changed'; });
      attempt(() => { error.extra = 'extra'; });
      attempt(() => { error.details.ids.push('changed'); });
      attempt(() => { error.cause.message = 'changed'; });
      return text;
    }
  };
  export const one = () => seen();
  export const crowd = () => Promise.all([seen(), seen(), seen()]);
  export const total = () => loads;
`;

const AS_IT_WAS = 'true NotFound no 1 1 the cause -';

export const ERRORS: readonly Scenario[] = ([
  ['cached', "const price = cached('price', async (id) => { throw fail(id); }, options); const get = () => price('1');"],
  ['cachedMany', "const prices = cachedMany('price', async (ids) => ids.map(fail), options); const get = () => prices(['1']);"],
] as const).flatMap(([what, define]): Scenario[] => [
  {
    name: `a change by a caller of ${what} to its cached error reaches no other caller`,
    code: FAILING(define),
    steps: [
      { call: ['one'], answer: AS_IT_WAS },
      { call: ['one'], answer: AS_IT_WAS, counted: { Hits: 1, OriginCalls: 0 } },
      { call: ['one'], answer: AS_IT_WAS },
      { call: ['crowd'], answer: [AS_IT_WAS, AS_IT_WAS, AS_IT_WAS] },
      { call: ['total'], answer: 1 },
    ],
  },
]);
