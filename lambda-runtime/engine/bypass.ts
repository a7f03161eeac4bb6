import type { CacheDeps } from './cache-deps.js';
import { LoadContext, runInContext } from './load-context.js';
import type { Loads } from './loads.js';
import type { Policy } from './policy.js';

/** Loader calls that bypass the cache. */
export class Bypass {
  public constructor(
    private readonly policy: Policy,
    private readonly deps: Pick<CacheDeps, 'counters'>,
    private readonly loads: Loads,
  ) {}

  /** Calls the loader as if there were no cache. */
  public call(load: () => unknown): Promise<unknown> {
    this.deps.counters().bypasses++;
    return this.callOrigin(load, new LoadContext());
  }

  /** Calls the loader in its own context, since this may happen inside another loader. */
  public async callOrigin(load: () => unknown, context: LoadContext): Promise<unknown> {
    const call = () => runInContext(context, load);
    return this.policy.batched ? call() : this.loads.measured(undefined, call);
  }
}
