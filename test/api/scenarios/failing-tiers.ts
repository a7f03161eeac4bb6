import { Duration } from 'aws-cdk-lib';
import { IMPORTS, SOON, TRUSTING_BRIEFLY } from './code';
import type { Scenario, Step } from '../scenario';

/** A tier that cannot serve, or is silent, for a while. */

const PRICE = `${IMPORTS}
  export const price = cached('price', (id) => origin('price/' + id), { ttl: { days: 1 } });
  export const caught = (id) => price(id).catch(({ message }) => message);
  const pause = (milliseconds) => new Promise((resolve) => { setTimeout(resolve, milliseconds); });
  export const wait = async (milliseconds) => { await pause(milliseconds); return 'waited'; };
  export const oneByOne = async (...ids) => {
    const prices = [];
    for (const id of ids) prices.push(await price(id));
    return prices.length;
  };
  /** All wait at once, and none of them was requested together with another. */
  export const sideBySide = async (...ids) => {
    const prices = [];
    for (const id of ids) {
      prices.push(price(id));
      await pause(5);
    }
    return (await Promise.all(prices)).length;
  };
`;

/** A replica whose primary cannot be reached: it answers MASTERDOWN. */
const BECOMES_UNABLE: readonly Step[] = [{ redis: ['CONFIG', 'SET', 'replica-serve-stale-data', 'no'] }, { redis: ['REPLICAOF', '127.0.0.1', '1'] }];
const IS_ABLE_AGAIN: Step = { redis: ['REPLICAOF', 'NO', 'ONE'] };

const ASKED = { SharedErrors: 1, SharedSkips: 0, OriginCalls: 1 };
const SPARED = { SharedErrors: 0, SharedSkips: 1, OriginCalls: 1 };

const SHORT = Duration.millis(500);
const SILENT_MS = 2_500;
const FALLS_SILENT: Step = { redis: ['CLIENT', 'PAUSE', String(SILENT_MS), 'ALL'] };

export const FAILING_TIERS: readonly Scenario[] = [
  {
    name: 'a failing tier is called three times, then once after each pause, which doubles up to half a minute',
    needs: ['redis'],
    code: PRICE,
    steps: [
      { call: ['price', '0'], answer: 'price/0#1' },
      ...BECOMES_UNABLE,
      { call: ['price', '1'], answer: 'price/1#1', counted: ASKED, logged: ['MASTERDOWN'] },
      { call: ['price', '2'], counted: ASKED },
      { call: ['price', '3'], counted: ASKED },
      { call: ['price', '4'], answer: 'price/4#1', counted: SPARED },
      ...[1, 2, 4, 8, 16].flatMap((seconds): Step[] => [{ advance: { seconds } }, { call: ['price', `after ${seconds}`], counted: ASKED }]),
      { advance: { seconds: 15 } },
      { call: ['price', '5'], counted: SPARED },
      { advance: { seconds: 16 } },
      { call: ['price', '6'], counted: ASKED },
      IS_ABLE_AGAIN,
      { advance: { seconds: 31 } },
      { call: ['price', '7'], answer: 'price/7#1', counted: { SharedErrors: 0, SharedSkips: 0, SharedMisses: 1 } },
      ...BECOMES_UNABLE,
      // The next pause is short again.
      ...['a', 'b', 'c'].map((id): Step => ({ call: ['price', id], counted: ASKED })),
      { call: ['price', 'd'], counted: SPARED },
      { advance: { seconds: 1 } },
      { call: ['price', 'e'], counted: ASKED },
    ],
  },
  {
    name: 'a value that a tier cannot confirm replaces an error only if staleIfError allows it',
    needs: ['redis'],
    code: `${IMPORTS}
      const options = ${TRUSTING_BRIEFLY};
      const load = (id) => origin('price/' + id);
      export const confirmed = cached('confirmed', load, options);
      export const stale = cached('stale', load, { ...options, staleIfError: { hours: 1 } });
      export const caught = (id) => confirmed(id).catch(({ message }) => message);
    `,
    steps: [
      { call: ['confirmed', '1'], answer: 'price/1#1' },
      { call: ['stale', '1'], answer: 'price/1#1' },
      ...BECOMES_UNABLE,
      { fail: 'price/1' },
      { advance: SOON },
      { call: ['caught', '1'], answer: 'no price/1', logged: ['MASTERDOWN'] },
      { call: ['stale', '1'], answer: 'price/1#1', counted: { StaleHits: 1 }, logged: ['no price/***'] },
    ],
  },
  {
    name: 'a silent tier costs an invocation its budget once',
    needs: ['redis'],
    code: PRICE,
    props: { caching: { sharedTimeout: SHORT, sharedConnectTimeout: SHORT, sharedBudget: SHORT } },
    steps: [
      { call: ['price', '1'], answer: 'price/1#1' },
      FALLS_SILENT,
      { call: ['oneByOne', '2', '3', '4', '5'], answer: 4, counted: { SharedTimeouts: 1, SharedSkips: 3, OriginCalls: 4 } },
      { call: ['wait', SILENT_MS], answer: 'waited' },
      { call: ['oneByOne', '6', '7'], answer: 2, counted: { OriginCalls: 2 } },
    ],
  },
  {
    name: 'calls that wait side by side for a silent tier are one failure, and after the third failure in a row calls skip it',
    needs: ['redis'],
    code: PRICE,
    props: { caching: { sharedTimeout: SHORT, sharedConnectTimeout: SHORT } },
    steps: [
      { call: ['price', '1'], answer: 'price/1#1' },
      FALLS_SILENT,
      { call: ['sideBySide', '2', '3', '4', '5'], answer: 4, counted: { SharedSkips: 0, OriginCalls: 4 }, logged: ['it does not answer'] },
      { call: ['oneByOne', '6', '7', '8'], answer: 3, counted: { SharedTimeouts: 2, SharedSkips: 1, OriginCalls: 3 }, logged: ['took longer than 500 ms'] },
      { call: ['wait', SILENT_MS], answer: 'waited' },
    ],
  },
];
