import type { Bypass } from './bypass.js';
import type { CacheParts } from './cache-parts.js';
import type { Call } from './call.js';
import type { StoredEntry } from './entry.js';
import type { Key } from './key.js';
import { LoadContext } from './load-context.js';
import type { Loads } from './loads.js';
import type { TierUse } from './tier-use.js';
import { differs, handOut } from './value.js';

/** Calls of the loader as if there were no cache, compared with what the cache would have returned. */
export class Shadow {
  public constructor(
    private readonly parts: Pick<CacheParts, 'counters'>,
    private readonly loads: Loads,
    private readonly bypass: Bypass,
    private readonly tier: TierUse,
    /** The fresh entry in memory. */
    private readonly fresh: (key: Key) => StoredEntry | undefined,
  ) {}

  public async call(call: Call): Promise<unknown> {
    const { key } = call;
    const load = () => call.load();
    const ticket = this.tier.forAll && (await this.tier.forAll.look(key)).ticket;
    const entry = this.fresh(key);
    const counters = this.parts.counters();
    counters[entry === undefined ? 'misses' : 'hits']++;
    if (entry !== undefined) {
      const value = await this.bypass.callOrigin(load, new LoadContext());
      if (differs(handOut(entry.content.stored), value)) {
        counters.mismatches++;
      }
      return value;
    }
    const opened = this.loads.open(call, undefined, ticket);
    try {
      const value = await this.bypass.callOrigin(load, opened.context);
      this.loads.complete(opened, value);
      return value;
    } catch (error) {
      this.loads.fail(opened, error);
      throw error;
    }
  }
}
