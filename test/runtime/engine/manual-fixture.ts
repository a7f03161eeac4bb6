import { policyOf } from '../../../lambda-runtime/api/policy-of.js';
import type { LoadContext } from '../../../lambda-runtime/engine/load-context.js';
import { type Found, ManualCache, manualPolicyOf } from '../../../lambda-runtime/engine/manual-cache.js';
import type { SharedStore } from '../../../lambda-runtime/shared/shared-store.js';
import { CacheFixture } from '../../equipment/cache-fixture';

export const ALONE = { hasOther: false, isNew: false };
export const WITH_STALE = { hasOther: true, isNew: false };

type Options = Parameters<typeof policyOf>[1];

/** A manual cache on a virtual clock. */
export class ManualFixture extends CacheFixture {
  public readonly manual: ManualCache;

  public constructor(options: Options = {}, shared?: SharedStore) {
    super({ shared, maxBytes: 1_000_000 });
    this.manual = new ManualCache('responses', manualPolicyOf(policyOf('responses', options)), this.deps());
  }

  /** Loads a value that is of use for an hour. */
  public async bring(value: unknown, found?: Found, decide: (context: LoadContext) => void = () => {}): Promise<unknown> {
    return (await this.manual.load(found ?? await this.manual.find('page'), (context) => {
      context.ttl = { hours: 1 };
      decide(context);
      return value;
    }, ALONE)).value;
  }
}
