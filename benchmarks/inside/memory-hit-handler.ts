/** A user's handler whose event asks to time cache hits. Bundled and invoked as CachedFunction would have it. */
import { contenders, type Product } from './contenders';

export interface HitTimes {
  /** By contender: nanoseconds per call, one for each round. */
  readonly sameStrings: Record<string, number[]>;
  readonly freshStrings: Record<string, number[]>;
  /** How often `cached` was called: its metrics must say the same. */
  readonly cachedCalls: number;
}

/** Nanoseconds that a contender's turn lasts, without what prepares it. */
const TURN = 40e6;

export async function handler(event: { ids: number; rounds: number }): Promise<HitTimes> {
  // Not a static import: mitata is an ES module, and handlers are bundled as CommonJS.
  const { measure } = await import('mitata');
  const idsAsEvent = JSON.stringify(Array.from({ length: event.ids }, (_, i) => `product-${String(i).padStart(6, '0')}`));
  const sameIds = JSON.parse(idsAsEvent) as string[];
  const times: HitTimes & { cachedCalls: number } = { sameStrings: {}, freshStrings: {}, cachedCalls: 0 };

  let originCalls = 0;
  const origin = async (id: string) => {
    originCalls++;
    return productOf(id);
  };
  const ready = await Promise.all(Object.entries(contenders).map(async ([name, set]) => ({ name, callAll: await set(origin) })));
  for (const { callAll } of ready) {
    await callAll(sameIds);
  }

  // Contenders take turns, round by round: what else the machine does meets them all alike. The first round warms up.
  for (let round = -1; round < event.rounds; round++) {
    for (const { name, callAll } of rotated(ready, round)) {
      let calls = 0;
      const turn = async (ids: readonly string[]) => {
        calls += ids.length;
        await callAll(ids);
      };
      const same = await measure(() => turn(sameIds), { min_cpu_time: TURN });
      const fresh = await measure(function* () {
        // Parsed before the clock starts, and never used twice: like an event's, these strings have no hash yet.
        yield { [0]: () => JSON.parse(idsAsEvent) as string[], bench: turn };
      }, { min_cpu_time: TURN, batch_threshold: 0 });
      if (name === 'cached') {
        times.cachedCalls += calls;
      }
      if (round >= 0) {
        (times.sameStrings[name] ??= []).push(same.p50 / event.ids);
        (times.freshStrings[name] ??= []).push(fresh.p50 / event.ids);
      }
    }
  }
  times.cachedCalls += event.ids;

  if (originCalls !== ready.length * event.ids) {
    throw new Error(`Not all calls were hits: the origin was called ${originCalls} times for ${event.ids} ids and ${ready.length} caches.`);
  }
  // In the order in which they are listed, whoever's turn was first.
  const inOrder = (rows: Record<string, number[]>) => Object.fromEntries(ready.map(({ name }) => [name, rows[name]]));
  return { ...times, sameStrings: inOrder(times.sameStrings), freshStrings: inOrder(times.freshStrings) };
}

function productOf(id: string): Product {
  return { id, name: `Product ${id}`, priceInCents: 1999, tags: ['garden', 'new'], stock: { berlin: 12, porto: 3 } };
}

function rotated<T>(all: readonly T[], by: number): readonly T[] {
  const first = (by + all.length) % all.length;
  return [...all.slice(first), ...all.slice(0, first)];
}
