import { Duration } from 'aws-cdk-lib';
import { IMPORTS, STALE } from './code';
import type { Scenario } from '../scenario';

/** What an environment that freezes means for loads, and for work after the response. */

/** Fails while its own load is under way, and the environment freezes. */
const LEAVING = (load: string) => `${IMPORTS}
  export const price = cached('price', (id) => origin('price/' + id));
  const rate = cached('rate', () => origin('rate'));
  export const refreshed = (id) => price.refresh(id);
  export const failing = (id) => Promise.all([${load}, rate()]);
`;

const LATE = `${IMPORTS}
  let price;
  export const late = (id) => (price ??= cached('price', () => origin('price/' + id), ${STALE}))(id);
`;

const LATE_STEPS = (first: object): Scenario['steps'] => [
  { call: ['late', '1'], answer: 'price/1#1', ...first },
  { change: 'price/1' },
  { advance: { minutes: 6 } },
  { call: ['late', '1'], answer: 'price/1#1', counted: { StaleHits: 1, OriginCalls: 1 } },
  { call: ['late', '1'], answer: 'price/1#2', counted: { Hits: 1, OriginCalls: 0 } },
];

const ROW = 'A cache defined in the handler, with a policy that only its code has';

export const FREEZES: readonly Scenario[] = [
  ...([['a call', 'price(id)'], ['a refresh()', 'price.refresh(id)']] as const).flatMap(([what, load]) =>
    (['price', 'refreshed'] as const).map((then): Scenario => ({
      name: `a load that ${what} left behind in an environment that froze is not waited for by ${then === 'price' ? 'a call' : 'refresh()'}`,
      needs: ['freeze'],
      code: LEAVING(load),
      steps: [
        { hang: 'price/1' },
        { fail: 'rate' },
        { call: ['failing', '1'], error: { errorType: 'Error', errorMessage: 'no rate' } },
        { change: 'price/1' },
        { call: [then, '1'], answer: 'price/1#2' },
        { call: ['price', '1'], answer: 'price/1#2', counted: { Hits: 1, OriginCalls: 0 } },
      ],
    }))),
  {
    name: 'the first invocation joins a load that INIT began',
    atOnce: true,
    code: `${IMPORTS}
      export const price = cached('price', (id) => origin('price/' + id));
      void price('1');
    `,
    steps: [
      { call: ['price', '1'], answer: 'price/1#1' },
      { call: ['price', '1'], answer: 'price/1#1' },
      { originCalls: { 'price/1': 1 } },
    ],
  },
  {
    name: 'a cache that is defined in the handler refreshes by the construct\'s policy',
    code: LATE,
    props: { caching: { staleWhileRevalidate: Duration.hours(1) } },
    steps: LATE_STEPS({}),
  },
  {
    name: 'a cache that is defined in the handler refreshes by a policy that only its code has, and if responses wait for that, it is logged once',
    code: LATE,
    steps: LATE_STEPS({
      except: {
        lambda: { logged: [/'price' is defined too late to register an extension.*Define it outside the handler/], row: ROW },
        overlap: { logged: [], row: ROW },
        fleet: { logged: [], row: ROW },
      },
    }),
  },
];
