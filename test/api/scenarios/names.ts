import { IMPORTS, MISS, OTHERS_ROW } from './code';
import type { Scenario, Step } from '../scenario';

/** Kind C: a name is not a cache. */

/** Two places in the code of a scenario. */
const BOTH_PLACES = /scenario\.[cm]js:\d+[^]*scenario\.[cm]js:\d+/;
/** The warning for a definition in the handler. */
const MOVE_OUT = /price[^]*handler|handler[^]*price/;

export const NAMES: readonly Scenario[] = [
  {
    name: 'two caches of one name keep separate values, and a warning names both places',
    needs: ['lambda'],
    code: `${IMPORTS}
      export const first = cached('price', (id) => origin('first/' + id));
      export const second = cached('price', (id) => origin('second/' + id));
      export const third = cached('list', (id) => origin('third/' + id));
      export const fourth = cachedMany('list', (ids) => Promise.all(ids.map((id) => origin('fourth/' + id))));
    `,
    steps: [
      { call: ['first', '1'], answer: 'first/1#1', logged: [BOTH_PLACES, BOTH_PLACES] },
      { call: ['second', '1'], answer: 'second/1#1' },
      { call: ['third', '1'], answer: 'third/1#1' },
      { call: ['fourth', ['1']], answer: ['fourth/1#1'] },
      { call: ['first', '1'], answer: 'first/1#1', counted: { Hits: 1 } },
      { call: ['second', '1'], answer: 'second/1#1', counted: { Hits: 1 } },
      { call: ['second', '1'], in: 'b', answer: 'second/1#1', logged: [BOTH_PLACES, BOTH_PLACES], counted: MISS },
      { call: ['first', '1'], in: 'b', answer: 'first/1#1', counted: MISS, except: { fleet: { counted: { SharedHits: 1, OriginCalls: 0 }, row: OTHERS_ROW } } },
    ],
  },
  {
    name: 'after one of two caches of a name is invalidated, neither has stale values',
    needs: ['lambda'],
    code: `${IMPORTS}
      export const first = cached('price', (id) => origin('first/' + id));
      export const second = cached('price', (id) => origin('second/' + id));
    `,
    steps: [
      { call: ['first', '1'], answer: 'first/1#1', logged: [BOTH_PLACES] },
      { call: ['second', '1'], answer: 'second/1#1' },
      { change: 'second/1' },
      { call: ['second.invalidate', '1'] },
      { call: ['second', '1'], answer: 'second/1#2' },
      { call: ['first', '1'], answer: 'first/1#1' },
      { change: 'second/1' },
      { call: ['second.invalidateAll'] },
      { call: ['second', '1'], answer: 'second/1#3' },
    ],
  },
  {
    name: 'a second definition of a name outside Lambda is a TypeError that names both places',
    needs: ['unit tests'],
    code: `${IMPORTS}
      export const price = cached('price', () => 1);
      const messageOf = (define) => { try { define(); return 'nothing'; } catch (error) { return error.name + ': ' + error.message; } };
      export const second = () => messageOf(() => cached('price', () => 2));
      export const many = () => messageOf(() => cachedMany('price', () => []));
    `,
    steps: [
      { call: ['second'], matches: /^TypeError: [^]*price/ },
      { call: ['second'], matches: BOTH_PLACES },
      { call: ['many'], matches: BOTH_PLACES },
      { call: ['price'], answer: 1 },
    ],
  },
  {
    name: 'outside Lambda the same place may define its cache again',
    needs: ['unit tests'],
    code: `${IMPORTS}
      export const again = async () => {
        const [first, second] = [await import('./price.mjs?1'), await import('./price.mjs?2')];
        return [await first.price('1'), await second.price('1')];
      };
    `,
    files: {
      'price.mjs': `${IMPORTS}
        export const price = cached('price', (id) => origin('price/' + id));
      `,
    },
    steps: [{ call: ['again'], answer: ['price/1#1', 'price/1#1'] }],
  },
  {
    name: 'a cache that is defined for every event runs uncached, logs that once, and uses no growing memory',
    needs: ['lambda'],
    code: `${IMPORTS}
      let loads = 0;
      const heaps = [];
      export const price = (id) => cached('price', () => { loads++; return 'price/' + id; })();
      export const measure = () => { gc(); gc(); heaps.push(process.memoryUsage().heapUsed); return loads; };
      // What V8 compiles and learns becomes less from round to round; what is kept of each event makes every round as large.
      export const leastGrowth = () => Math.min(...heaps.slice(1).map((bytes, i) => bytes - heaps[i]));
      // 1,000 bytes for each event: a definition takes 5,000. On Node.js 22, 300 are an environment's own, without any cache.
      export const isBounded = () => leastGrowth() < 400_000 || leastGrowth();
    `,
    steps: [
      { call: ['price', '1'], answer: 'price/1' },
      { call: ['price', '2'], answer: 'price/2', logged: [MOVE_OUT] },
      { call: ['price', '3'], answer: 'price/3', counted: { Hits: 0, OriginCalls: 1 }, times: 200 },
      { call: ['measure'], answer: 202 },
      ...[1, 2, 3].flatMap((round): Step[] => [
        { call: ['price', '4'], answer: 'price/4', counted: { Hits: 0, OriginCalls: 1 }, times: 400 },
        { call: ['measure'], answer: 202 + 400 * round },
      ]),
      { call: ['isBounded'], answer: true },
    ],
  },
  {
    name: 'a cache that is defined for every event never returns a value of another event\'s closure',
    anyMemory: true,
    needs: ['lambda'],
    code: `${IMPORTS}
      export const greet = (tenant) => cached('greeting', () => origin('greeting/' + tenant))();
      export const greetMany = async (tenant) => (await cachedMany('many', (ids) => Promise.all(ids.map((id) => origin(id + '/' + tenant))))(['x']))[0];
    `,
    steps: [
      { call: ['greet', 'ann'], answer: 'greeting/ann#1' },
      { call: ['greet', 'bob'], in: 'b', answer: 'greeting/bob#1' },
      { call: ['greet', 'carl'], in: 'c', answer: 'greeting/carl#1' },
      { call: ['greet', 'dora'], answer: 'greeting/dora#1', logged: ['greeting'] },
      { call: ['greet', 'ann'], answer: 'greeting/ann#1' },
      { call: ['greetMany', 'ann'], answer: 'x/ann#1' },
      { call: ['greetMany', 'bob'], in: 'b', answer: 'x/bob#1' },
    ],
  },
  {
    name: 'a cache that is defined once, in the first event, has hits from then on',
    code: `${IMPORTS}
      let f;
      export const price = (id) => (f ??= cached('price', (x) => origin('price/' + x)))(id);
    `,
    steps: [
      { call: ['price', '1'], answer: 'price/1#1', counted: MISS },
      { call: ['price', '1'], answer: 'price/1#1', counted: { Hits: 1, OriginCalls: 0 } },
      { call: ['price', '2'], answer: 'price/2#1', counted: MISS },
      { call: ['price', '3'], in: 'b', answer: 'price/3#1', counted: MISS },
      {
        call: ['price', '2'],
        in: 'b',
        answer: 'price/2#1',
        counted: MISS,
        except: { fleet: { counted: { SharedHits: 1, OriginCalls: 0 }, row: OTHERS_ROW } },
      },
      { change: 'price/1' },
      { recycle: 'a' },
      { call: ['price', '0'], answer: 'price/0#1', counted: MISS },
    ],
  },
];
