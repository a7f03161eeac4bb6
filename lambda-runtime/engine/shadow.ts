import { tick } from './cache-deps.js';
import type { CacheParts } from './cache-parts.js';
import type { Call } from './call.js';
import type { StoredEntry } from './entry.js';
import { LoadContext } from './load-context.js';
import type { Key } from '../values/key.js';
import { differs, toCaller } from '../values/snapshot.js';

/** Calls the loader as if there were no cache, and compares its result with the cached value. */
export class Shadow {
  public constructor(
    private readonly cache: CacheParts,
    /** The fresh entry in memory. */
    private readonly fresh: (key: Key, now: number) => StoredEntry | undefined,
  ) {}

  public async call(call: Call): Promise<unknown> {
    const { deps, tier, loads, bypass } = this.cache;
    const { key } = call;
    const load = () => call.load();
    const version = tier.forAll && (await tier.forAll.readShared(key, tick(deps))).version;
    const now = tick(deps);
    const entry = this.fresh(key, now);
    const counters = deps.counters();
    counters[entry === undefined ? 'misses' : 'hits']++;
    if (entry !== undefined) {
      const value = await bypass.callOrigin(load, new LoadContext());
      if (differs(toCaller(entry.content.stored), value)) {
        counters.mismatches++;
      }
      return value;
    }
    const opened = loads.open(call, now, undefined, version);
    try {
      const value = await bypass.callOrigin(load, opened.context);
      loads.complete(opened, value, tick(deps));
      return value;
    } catch (error) {
      loads.fail(opened, error, tick(deps));
      throw error;
    }
  }
}
