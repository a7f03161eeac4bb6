import type { CacheDeps } from './cache-deps.js';
import type { Policy } from './policy.js';
import { argumentsOf } from '../values/arguments.js';
import { reasonOf } from '../values/error-text.js';
import { isOwnKey, type Key, keyOf, keyOfTenant, keyText, tenantPart } from '../values/key.js';

/** The keys of one cache's calls. */
export class Keys {
  public constructor(
    private readonly cacheName: string,
    private readonly policy: Policy,
    private readonly deps: Pick<CacheDeps, 'keyPrefix' | 'tenant' | 'warnOnce'>,
  ) {}

  /** The call's key, or undefined (logged once) if its arguments cannot be one. */
  public of(args: readonly unknown[]): Key | undefined {
    const tenant = this.deps.tenant?.();
    // Nearly every call has one string, which is its own key.
    if (tenant === undefined && this.policy.key === undefined && args.length === 1 && isOwnKey(args[0])) {
      return args[0];
    }
    return this.ofTenant(tenant, args);
  }

  /** Makes the keys of many calls that have one argument each. */
  public ofEach(): (only: unknown) => Key | undefined {
    const tenant = this.deps.tenant?.();
    const isOften = tenant === undefined && this.policy.key === undefined;
    return (only) => isOften && isOwnKey(only) ? only : this.ofTenant(tenant, argumentsOf([only]));
  }

  /** Makes keys for the tenant of the current call, even if another invocation runs by the time they are made. */
  public forSameTenant(): (args: readonly unknown[]) => Key | undefined {
    const tenant = this.deps.tenant?.();
    return (args) => this.ofTenant(tenant, args);
  }

  /** A key as it is in a shared tier. */
  public toSharedKey(key: Key): string {
    const prefix = this.deps.keyPrefix();
    const tenant = tenantPart(key);
    // `name:` becomes `name@tenant:`.
    return tenant === undefined ? prefix + keyText(key) : prefix.slice(0, -1) + tenant;
  }

  private ofTenant(tenant: string | undefined, args: readonly unknown[]): Key | undefined {
    try {
      const key = keyOf(this.policy.key === undefined ? args : [this.policy.key(...(args as never[]))]);
      return tenant === undefined ? key : keyOfTenant(tenant, key);
    } catch (error) {
      const reason = reasonOf(error);
      const remedy = this.policy.batched ? 'Pass ids that are plain data.' : 'Pass the option `key`, a function of the same arguments that returns plain data.';
      this.deps.warnOnce('notAKey', `The arguments of cache '${this.cacheName}' cannot be its key: ${reason}. The call is not cached. ${remedy}`, this.cacheName, reason);
      return undefined;
    }
  }
}
