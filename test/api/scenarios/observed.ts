import { Size } from 'aws-cdk-lib';
import { IMPORTS, STALE } from './code';
import type { Scenario } from '../scenario';

/** What a cache publishes, counts and drops. */

export const OBSERVED: readonly Scenario[] = [
  {
    name: 'the channels of node:diagnostics_channel publish each event, with the cache, the key and the load\'s duration',
    code: `${IMPORTS}
      import { subscribe } from 'node:diagnostics_channel';
      const seen = [];
      for (const name of ['hit', 'stale-hit', 'coalesced', 'miss', 'load', 'refresh', 'error', 'eviction']) {
        subscribe('cdk-cached-function:' + name, ({ cache, key, milliseconds, error }) => {
          if (cache === 'price') seen.push([name, key, milliseconds === undefined ? '' : milliseconds >= 0 && milliseconds < 60_000 ? 'ms' : milliseconds, error?.message ?? ''].join(' ').trim());
        });
      }
      export const price = cached('price', (id) => origin('price/' + id), ${STALE});
      export const two = async (id) => (await Promise.all([price(id), price(id)])).length;
      export const caught = (id) => price(id).catch(({ message }) => message);
      export const events = () => seen.splice(0).sort();
    `,
    steps: [
      { call: ['two', '1'], answer: 2 },
      { call: ['events'], answer: ['coalesced 1', 'load 1 ms', 'miss 1'] },
      { call: ['price', '1'] },
      { call: ['events'], answer: ['hit 1'] },
      { advance: { minutes: 6 } },
      { call: ['price', '1'] },
      { call: ['events'], answer: ['load 1 ms', 'refresh 1', 'stale-hit 1'] },
      { fail: 'price/2' },
      { call: ['caught', '2'], answer: 'no price/2' },
      { call: ['events'], answer: ['error 2 ms no price/2', 'miss 2'] },
    ],
  },
  {
    name: 'memory holds no more than maxMemory, and evicted entries are counted and loaded again',
    needs: ['lambda'],
    props: { caching: { maxMemory: Size.mebibytes(1) } },
    code: `${IMPORTS}
      let loads = 0;
      const text = cached('text', (id) => { loads++; return 'x'.repeat(10_000) + id; });
      export const fill = async (count) => { for (let id = 0; id < count; id++) await text(id); return loads; };
    `,
    steps: [
      { call: ['fill', 50], answer: 50, counted: { Misses: 50, Evictions: 0 } },
      { call: ['fill', 50], answer: 50, counted: { Hits: 50, Misses: 0 } },
      { call: ['fill', 1], answer: 50 },
    ],
  },
  {
    name: 'a value that is loaded again replaces the stored one',
    needs: ['lambda'],
    props: { caching: { maxMemory: Size.mebibytes(1) } },
    code: `${IMPORTS}
      const text = cached('text', (id) => 'x'.repeat(100_000) + id);
      export const again = async (times) => { for (let time = 0; time < times; time++) await text.refresh('1'); return (await text('1')).length; };
      export const primed = async (times) => { for (let time = 0; time < times; time++) await text.prime('1', 'y'.repeat(100_000)); return (await text('1')).length; };
    `,
    steps: [
      { call: ['again', 30], answer: 100_001, counted: { Evictions: 0, OriginCalls: 30 } },
      { call: ['primed', 30], answer: 100_000, counted: { Evictions: 0, OriginCalls: 0 } },
    ],
  },
  {
    name: 'a cache that each event defines leaves nothing of the previous event in memory',
    needs: ['lambda'],
    props: { caching: { maxMemory: Size.mebibytes(1) } },
    code: `${IMPORTS}
      export const once = async (id) => (await cached('text', (id) => 'x'.repeat(100_000) + id)(id)).length;
    `,
    steps: [
      { call: ['once', '1'], answer: 100_001, counted: { OriginCalls: 1 } },
      { call: ['once', '1'], times: 30, answer: 100_001, counted: { Evictions: 0, OriginCalls: 1 }, logged: ['defined in the handler again'] },
    ],
  },
  {
    name: 'the origin\'s duration is measured for each of its calls, and the tier\'s for each call that is waited for',
    needs: ['lambda'],
    code: `${IMPORTS}
      export const price = cached('price', (id) => origin('price/' + id));
      export const prices = cachedMany('prices', (ids) => Promise.all(ids.map((id) => origin('price/' + id))), { batchSize: 2 });
    `,
    steps: [
      { call: ['price', '1'], measured: { OriginDuration: 1 } },
      { call: ['price', '1'], measured: { OriginDuration: 0, SharedLatency: 0 } },
      { call: ['prices', ['1', '2', '3']], measured: { OriginDuration: 2 } },
    ],
  },
  {
    name: 'a call whose arguments cannot be a key bypasses the cache, and changes nothing in it',
    code: `${IMPORTS}
      export const thing = cached('thing', (what) => typeof what, { hardTimeout: { seconds: 5 } });
      export const odd = () => thing(() => 1);
      export const oddRefresh = () => thing.refresh(() => 1);
      export const oddChanges = async () => [await thing.invalidate(() => 1), await thing.prime(() => 1, 'primed'), await thing.peek(() => 1) ?? 'nothing'];
    `,
    steps: [
      { call: ['odd'], answer: 'function', counted: { Bypasses: 1, Hits: 0, Misses: 0, OriginCalls: 1 }, logged: ['thing'] },
      { call: ['oddRefresh'], answer: 'function', counted: { Bypasses: 1, OriginCalls: 1 } },
      { call: ['oddChanges'], answer: [{ scope: 'environment' }, { stored: false, scope: 'environment' }, 'nothing'], counted: { OriginCalls: 0 } },
    ],
  },
  {
    name: 'refreshes that are requested during a load share the next one',
    code: `${IMPORTS}
      const gates = [];
      const price = cached('price', () => new Promise((resolve) => { gates.push(resolve); }));
      const soon = () => new Promise((resolve) => { setTimeout(resolve, 2); });
      export const refreshes = async () => {
        const first = price('1');
        while (gates.length < 1) await soon();
        const both = [price.refresh('1'), price.refresh('1')];
        await soon();
        const before = gates.length;
        gates[0]('old');
        while (gates.length < 2) await soon();
        await soon();
        gates[1]('new');
        return [before, gates.length, await first, ...await Promise.all(both), await price('1')];
      };
    `,
    steps: [{ call: ['refreshes'], answer: [1, 2, 'old', 'new', 'new', 'new'] }],
  },
];
