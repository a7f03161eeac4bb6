import { optimalHits, s3FifoHits } from './replay/reference-policies';
import { Replay } from './replay/replay';
import { TRACES } from './replay/traces';

/** In percent. */
export interface HitRatio {
  readonly trace: string;
  /** Entries, all of one size. */
  readonly size: number;
  readonly lru: number;
  readonly s3fifo: number;
  readonly ours: number;
  /** Belady's: no policy reaches more. */
  readonly optimal: number;
}

const SIZES = [250, 1_000, 4_000];

/** Memory's hit rate by eviction policy. LRU and ours are the runtime's own store. */
export function benchHitRatio(): HitRatio[] {
  return Object.entries(TRACES).flatMap(([trace, read]) => {
    const keys = read();
    const percent = (hits: number) => Number((100 * hits / keys.length).toFixed(2));
    return SIZES.map((size) => ({
      trace,
      size,
      lru: percent(replay(keys, size, 'lru')),
      s3fifo: percent(s3FifoHits(keys, size)),
      ours: percent(replay(keys, size, 'adaptive')),
      optimal: percent(optimalHits(keys, size)),
    }));
  });
}

function replay(keys: Uint32Array, size: number, eviction: 'adaptive' | 'lru'): number {
  const store = new Replay(size, eviction);
  for (const key of keys) {
    store.request(key);
  }
  return store.result.hits;
}
