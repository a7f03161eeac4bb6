import type { CacheParts } from './cache-parts.js';
import { LoadContext, runInContext } from './load-context.js';
import type { Loads } from './loads.js';
import type { Policy } from './policy.js';

/** Calls of the loader that go past the cache. */
export class Bypass {
  public constructor(
    private readonly policy: Policy,
    private readonly parts: Pick<CacheParts, 'counters'>,
    private readonly loads: Loads,
  ) {}

  /** Calls the loader as if there were no cache. */
  public call(load: () => unknown): Promise<unknown> {
    this.parts.counters().bypasses++;
    return this.callOrigin(load, new LoadContext());
  }

  /** Calls the loader in a context of the call's own: this may happen inside another loader. */
  public async callOrigin(load: () => unknown, context: LoadContext): Promise<unknown> {
    const call = () => runInContext(context, load);
    return this.policy.batched ? call() : this.loads.measured(undefined, call);
  }
}
