import { IMPORTS, SCOPE_ROW, SOON, TRUSTING_BRIEFLY } from './code';
import type { Scenario } from '../scenario';

/** Kind B: nothing that crosses a bundle is compared by identity. */

const PRICE = `${IMPORTS}
  export const price = cached('price', (id) => { loadContext().tags = ['prices']; return origin('price/' + id); }, ${TRUSTING_BRIEFLY});
  export const forget = (...tags) => invalidateTags(...tags);
`;

export const ACROSS_BUNDLES: readonly Scenario[] = [
  {
    name: 'a primed value is returned, and later calls work as usual',
    code: PRICE,
    steps: [
      {
        call: ['price.prime', '1', 'primed'],
        answer: { stored: true, scope: 'environment' },
        except: { fleet: { answer: { stored: true, scope: 'fleet' }, row: SCOPE_ROW } },
      },
      { call: ['price', '1'], answer: 'primed', counted: { Hits: 1, OriginCalls: 0 } },
      { advance: SOON },
      { call: ['price', '1'], answer: 'primed', counted: { Hits: 1, OriginCalls: 0 } },
      { advance: { minutes: 6 } },
      { call: ['price', '1'], answer: 'price/1#1' },
      { advance: SOON },
      { call: ['price', '1'], answer: 'price/1#1' },
    ],
  },
  {
    name: 'a primed value is a hit in every environment, until one of them invalidates it',
    needs: ['fleet'],
    code: PRICE,
    steps: [
      { call: ['price.prime', '1', 'primed'], answer: { stored: true, scope: 'fleet' } },
      { call: ['price', '1'], in: 'b', answer: 'primed', counted: { SharedHits: 1, OriginCalls: 0, SharedUnreadable: 0, SharedErrors: 0 } },
      { advance: SOON },
      { call: ['price', '1'], answer: 'primed', counted: { OriginCalls: 0 } },
      { call: ['price', '1'], in: 'b', answer: 'primed', counted: { OriginCalls: 0 } },
      { call: ['price.invalidate', '1'], in: 'b', answer: { scope: 'fleet' } },
      { advance: SOON },
      { call: ['price', '1'], answer: 'price/1#1' },
      { call: ['price', '1'], in: 'b', answer: 'price/1#1' },
    ],
  },
  {
    name: 'a primed value replaces a loaded one everywhere, and is removed with its cache',
    needs: ['fleet'],
    code: PRICE,
    steps: [
      { call: ['price', '1'], answer: 'price/1#1' },
      { call: ['price', '1'], in: 'b', answer: 'price/1#1' },
      { call: ['price.prime', '1', 'primed'], answer: { stored: true, scope: 'fleet' } },
      { advance: SOON },
      { call: ['price', '1'], in: 'b', answer: 'primed' },
      { call: ['price.invalidateAll'], in: 'b', answer: { scope: 'fleet' } },
      { advance: SOON },
      { call: ['price', '1'], answer: 'price/1#1' },
    ],
  },
  {
    name: 'primed values of cachedMany are hits in every environment',
    needs: ['fleet'],
    code: `${IMPORTS}
      export const prices = cachedMany('price', (ids) => Promise.all(ids.map((id) => origin('price/' + id))), ${TRUSTING_BRIEFLY});
    `,
    steps: [
      { call: ['prices.prime', '1', 'primed'], answer: { stored: true, scope: 'fleet' } },
      { advance: SOON },
      { call: ['prices', ['1', '2']], answer: ['primed', 'price/2#1'] },
      { call: ['prices', ['1', '2']], in: 'b', answer: ['primed', 'price/2#1'], counted: { SharedHits: 2, OriginCalls: 0 } },
    ],
  },
];
