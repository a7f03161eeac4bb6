import { Duration } from 'aws-cdk-lib';
import { HIT, IMPORTS } from './code';
import { Coherence } from '../../../src';
import type { Scenario, Step } from '../scenario';

/** Memory that is coherent across environments, frozen or not. */

const priced = (coherence: string) => `${IMPORTS}
  export const price = cached('price', (id) => { loadContext().tags = ['tag-' + id]; return origin('price/' + id); }, { ttl: { days: 1 }${coherence} });
  export const forget = (...tags) => invalidateTags(...tags);
  export const twice = async (id) => [await price(id), await price(id)];
  export const peeked = async (id) => (await price.peek(id))?.value ?? 'nothing';
  export const invalidateMany = async (count) => { for (let i = 0; i < count; i++) await price.invalidate('other-' + i); };
`;

const PRICE = priced(", coherence: 'invocation'");

const HELD_BY_BOTH: readonly Step[] = [
  { call: ['price', '1'], answer: 'price/1#1' },
  { call: ['price', '1'], in: 'b', answer: 'price/1#1' },
  // From memory only: the tier is read only for its log.
  { call: ['price', '1'], in: 'b', answer: 'price/1#1', counted: { ...HIT, SharedHits: 0, SharedMisses: 0 } },
];

/** The origin has another version, and one environment invalidates. */
const changed = (version: number, ...call: readonly [path: string, ...args: unknown[]]): readonly Step[] => [
  { change: 'price/1' },
  { call, answer: { scope: 'fleet' } },
  { call: ['peeked', '1'], in: 'b', answer: 'nothing' },
  { call: ['price', '1'], in: 'b', answer: `price/1#${version}` },
  { call: ['price', '1'], in: 'b', answer: `price/1#${version}`, counted: HIT },
];

export const COHERENCE: readonly Scenario[] = [
  {
    name: 'with coherence per invocation, the next invocation does not return from memory what another environment has changed',
    needs: ['fleet'],
    code: PRICE,
    steps: [
      ...HELD_BY_BOTH,
      ...changed(2, 'price.invalidate', '1'),
      ...changed(3, 'price.invalidateAll'),
      ...changed(4, 'forget', 'tag-1'),
      { call: ['price.prime', '1', 'price/1#9'], answer: { stored: true, scope: 'fleet' } },
      { call: ['price', '1'], in: 'b', answer: 'price/1#9', counted: { OriginCalls: 0 } },
    ],
  },
  {
    name: 'with coherence, unchanged entries stay in memory while an environment is idle, unless it has missed more changes than the log holds',
    needs: ['fleet'],
    code: PRICE,
    steps: [
      ...HELD_BY_BOTH,
      { call: ['price.invalidate', '2'], answer: { scope: 'fleet' } },
      { advance: { hours: 10 } },
      { call: ['twice', '1'], in: 'b', answer: ['price/1#1', 'price/1#1'], counted: { Hits: 2, OriginCalls: 0, SharedHits: 0, SharedMisses: 0 } },
      { originCalls: { 'price/1': 1 } },
      { change: 'price/1' },
      { call: ['price.invalidate', '1'], answer: { scope: 'fleet' } },
      { call: ['invalidateMany', 120] },
      { call: ['price', '1'], in: 'b', answer: 'price/1#2' },
      { call: ['price', '1'], in: 'b', answer: 'price/1#2', counted: { ...HIT, SharedHits: 0 } },
    ],
  },
  {
    name: 'with coherence, an environment uses nothing in its memory after the tier has lost everything',
    needs: ['redis'],
    code: PRICE,
    steps: [
      ...HELD_BY_BOTH,
      { change: 'price/1' },
      { call: ['price.invalidate', '1'], answer: { scope: 'fleet' } },
      { redis: ['FLUSHALL'] },
      { call: ['price', '1'], in: 'b', answer: 'price/1#2' },
      { call: ['price', '1'], in: 'b', answer: 'price/1#2', counted: HIT },
    ],
  },
  {
    name: 'the construct\'s bound for coherence replaces the code\'s memoryTtl',
    needs: ['fleet'],
    code: priced(', memoryTtl: { hours: 1 }'),
    props: { caching: { coherence: Coherence.within(Duration.seconds(30)) } },
    steps: [
      ...HELD_BY_BOTH,
      { change: 'price/1' },
      { call: ['price.invalidate', '1'], answer: { scope: 'fleet' } },
      { advance: { seconds: 31 } },
      { call: ['price', '1'], in: 'b', answer: 'price/1#2' },
    ],
  },
  {
    name: 'coherence without a shared tier changes nothing',
    code: PRICE,
    steps: [
      { call: ['price', '1'], answer: 'price/1#1' },
      { call: ['price', '1'], answer: 'price/1#1' },
      { originCalls: { 'price/1': 1 } },
      { change: 'price/1' },
      { call: ['price.invalidate', '1'] },
      { call: ['price', '1'], answer: 'price/1#2' },
    ],
  },
  {
    name: 'with coherence, only those ids are looked up again that were changed elsewhere',
    needs: ['fleet'],
    code: `${IMPORTS}
      export const prices = cachedMany('price', (ids) => Promise.all(ids.map((id) => origin('price/' + id))), { ttl: { days: 1 }, coherence: 'invocation' });
    `,
    steps: [
      { call: ['prices', ['1', '2', '3']], in: 'b', answer: ['price/1#1', 'price/2#1', 'price/3#1'] },
      { change: 'price/2' },
      { call: ['prices.invalidate', '2'], answer: { scope: 'fleet' } },
      { call: ['prices', ['1', '2', '3']], in: 'b', answer: ['price/1#1', 'price/2#2', 'price/3#1'], counted: { Hits: 2, SharedHits: 0, SharedMisses: 1, OriginCalls: 1 } },
      { call: ['prices', ['1', '2', '3']], in: 'b', answer: ['price/1#1', 'price/2#2', 'price/3#1'], counted: { Hits: 3, SharedMisses: 0 } },
    ],
  },
  {
    name: 'within the bound of its coherence memory is not compared with the tier, and afterwards only with its log',
    needs: ['fleet'],
    code: priced(', coherence: { seconds: 30 }'),
    steps: [
      ...HELD_BY_BOTH,
      { change: 'price/1' },
      { call: ['price.invalidate', '1'], answer: { scope: 'fleet' } },
      { call: ['price.invalidate', '2'], answer: { scope: 'fleet' } },
      { advance: { seconds: 31 } },
      { call: ['price', '1'], in: 'b', answer: 'price/1#2', counted: { SharedMisses: 1, OriginCalls: 1 } },
      { advance: { minutes: 10 } },
      { call: ['price', '1'], in: 'b', answer: 'price/1#2', counted: { ...HIT, SharedHits: 0, SharedMisses: 0 } },
    ],
  },
];
