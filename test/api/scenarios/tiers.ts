import { CLOCK_ROW, HIT, IMPORTS, SOON, TRUSTING_BRIEFLY } from './code';
import type { Scenario, Step } from '../scenario';

/** Kind E: what a tier lacks, cannot read, or holds under another id confirms nothing. */

const PRICE = `${IMPORTS}
  export const price = cached('price', (id) => origin('price/' + id), ${TRUSTING_BRIEFLY});
`;

/** Both environments hold the first version; one forgets it, and the origin has another. */
const HELD_BY_BOTH: readonly Step[] = [
  { call: ['price', '1'], answer: 'price/1#1' },
  { call: ['price', '1'], in: 'b', answer: 'price/1#1' },
];
const INVALIDATED: readonly Step[] = [...HELD_BY_BOTH, { change: 'price/1' }, { call: ['price.invalidate', '1'], answer: { scope: 'fleet' } }];

export const TIERS: readonly Scenario[] = [
  {
    name: 'within memoryTtl an invalidation reaches the environments that hold the value',
    needs: ['fleet'],
    code: PRICE,
    steps: [...INVALIDATED, { advance: SOON }, { call: ['price', '1'], in: 'b', answer: 'price/1#2' }],
  },
  {
    name: 'after memoryTtl, an entry that the tier still has is confirmed',
    needs: ['fleet'],
    code: PRICE,
    steps: [...HELD_BY_BOTH, { advance: SOON }, { call: ['price', '1'], in: 'b', answer: 'price/1#1', counted: HIT }, { originCalls: { 'price/1': 1 } }],
  },
  {
    name: 'an invalidated entry is not confirmed if Redis has evicted its tombstone',
    needs: ['redis'],
    code: `${PRICE}
      import { randomBytes } from 'node:crypto';
      const others = cachedMany('other', (ids) => ids.map(() => randomBytes(6_000).toString('base64')));
      export const fill = async () => {
        for (let from = 0; from < 1_000; from += 50) await others(Array.from({ length: 50 }, (_, index) => from + index));
      };
    `,
    steps: [
      { redis: ['CONFIG', 'SET', 'maxmemory', '3mb', 'maxmemory-policy', 'volatile-lru', 'maxmemory-samples', '64'] },
      ...INVALIDATED,
      { advance: SOON },
      { call: ['fill'] },
      { call: ['price', '1'], in: 'b', answer: 'price/1#2' },
    ],
  },
  {
    name: 'an invalidated entry is not confirmed if its tombstone is gone',
    needs: ['fleet'],
    code: PRICE,
    steps: [...INVALIDATED, { evict: ['price', '1'] }, { advance: SOON }, { call: ['price', '1'], in: 'b', answer: 'price/1#2' }],
  },
  {
    name: 'an entry that the tier has lost is loaded again, not confirmed',
    needs: ['fleet'],
    code: PRICE,
    steps: [
      ...HELD_BY_BOTH,
      { change: 'price/1' },
      { evict: ['price', '1'] },
      { advance: SOON },
      { call: ['price', '1'], in: 'b', answer: 'price/1#2' },
    ],
  },
  {
    name: 'an invalidated entry is not confirmed if its tombstone has become unreadable',
    needs: ['fleet'],
    code: PRICE,
    steps: [
      ...INVALIDATED,
      { damage: ['price', '1'] },
      { advance: SOON },
      { call: ['price', '1'], in: 'b', answer: 'price/1#2', counted: { SharedUnreadable: 1 }, logged: [/./] },
    ],
  },
  {
    name: 'a local copy is not confirmed if the tier\'s entry has become unreadable',
    needs: ['fleet'],
    code: PRICE,
    steps: [
      ...HELD_BY_BOTH,
      { change: 'price/1' },
      { damage: ['price', '1'] },
      { advance: SOON },
      { call: ['price', '1'], in: 'b', answer: 'price/1#2', counted: { SharedUnreadable: 1 }, logged: [/./] },
    ],
  },
  {
    name: 'a local copy is replaced by what another environment has stored under its key',
    needs: ['fleet'],
    code: PRICE,
    steps: [
      ...HELD_BY_BOTH,
      { change: 'price/1' },
      { advance: { seconds: 3 } },
      { call: ['price.refresh', '1'], answer: 'price/1#2' },
      { advance: SOON },
      { call: ['price', '1'], in: 'b', answer: 'price/1#2', counted: { OriginCalls: 0 } },
    ],
  },
  ...[18, 60, 600].map((minutes): Scenario => ({
    name: `${minutes} minutes after an invalidation an idle environment does not return a value that its loader kept for a day`,
    needs: ['fleet'],
    code: `${IMPORTS}
      export const price = cached('price', (id) => { loadContext().ttl = { days: 1 }; return origin('price/' + id); }, ${TRUSTING_BRIEFLY});
    `,
    steps: [...INVALIDATED, { advance: { minutes } }, { call: ['price', '1'], in: 'b', answer: 'price/1#2' }],
  })),
  {
    name: 'an invalidation outlives the entries of a function that keeps them longer',
    needs: ['fleet'],
    code: `${IMPORTS}
      const ttl = process.env.TEST_ENVIRONMENT === 'b' ? { days: 1 } : { minutes: 5 };
      export const price = cached('price', (id) => origin('price/' + id), { ttl, memoryTtl: { milliseconds: 200 } });
    `,
    steps: [
      { call: ['price', '1'], in: 'b', answer: 'price/1#1' },
      { change: 'price/1' },
      { call: ['price.invalidate', '1'], answer: { scope: 'fleet' } },
      { advance: { hours: 3 } },
      { call: ['price', '1'], in: 'b', answer: 'price/1#2' },
    ],
  },
  {
    name: 'invalidations of tags and of a whole cache reach an environment that was idle for ten hours',
    needs: ['fleet'],
    code: `${IMPORTS}
      const keep = (tag) => { loadContext().ttl = { days: 1 }; loadContext().tags = [tag]; };
      export const price = cached('price', (id) => { keep('tag-' + id); return origin('price/' + id); }, ${TRUSTING_BRIEFLY});
      export const forget = (...tags) => invalidateTags(...tags);
    `,
    steps: [
      ...HELD_BY_BOTH,
      { call: ['price', '2'], in: 'b', answer: 'price/2#1' },
      { change: 'price/1' }, { change: 'price/2' },
      { call: ['forget', 'tag-1'], answer: { scope: 'fleet' } },
      { advance: { hours: 10 } },
      { call: ['price', '1'], in: 'b', answer: 'price/1#2' },
      { call: ['price', '2'], in: 'b', answer: 'price/2#1' },
      { call: ['price.invalidateAll'], answer: { scope: 'fleet' } },
      { advance: { hours: 10 } },
      { call: ['price', '2'], in: 'b', answer: 'price/2#2' },
    ],
  },
  {
    name: 'a clock that is ten minutes ahead does not prolong an entry\'s ttl in other environments',
    needs: ['fleet'],
    code: `${IMPORTS}
      export const price = cached('price', (id) => origin('price/' + id), { ttl: { minutes: 5 } });
    `,
    steps: [
      { advance: { minutes: 10 }, in: 'a' },
      {
        call: ['price', '1'],
        answer: 'price/1#1',
        logged: [/\d+ s ahead of the shared cache/],
        except: { memcached: { logged: [], row: CLOCK_ROW } },
      },
      {
        call: ['price.prime', '2', 'primed'],
        answer: { stored: true, scope: 'environment' },
        except: { memcached: { answer: { stored: true, scope: 'fleet' }, row: CLOCK_ROW } },
      },
      { change: 'price/1' },
      { advance: { minutes: 13, seconds: 30 } },
      { call: ['price', '1'], in: 'b', answer: 'price/1#2' },
    ],
  },
  {
    name: 'a primed value is returned from then on, whatever was read from the tier meanwhile',
    code: `${IMPORTS}
      let end;
      const price = cached('price', () => new Promise((resolve) => { end = resolve; }));
      export const primed = async () => {
        await price.prime('1', 'old');
        const priming = price.prime('1', 'new');
        const refreshed = price.refresh('1');
        await priming;
        const answer = await Promise.race([price('1'), new Promise((resolve) => { setTimeout(resolve, 1_000, 'a load'); })]);
        while (end === undefined) await new Promise((resolve) => { setTimeout(resolve, 1); });
        end('loaded');
        await refreshed;
        return answer;
      };
    `,
    steps: [{ call: ['primed'], matches: /^(new|a load)$/ }],
  },
];
