import type { CacheParts } from './cache-parts.js';
import { reasonOf } from './error-text.js';
import { type Key, keyOf, keyOfTenant, keyText, tenantPart } from './key.js';
import type { Policy } from './policy.js';

/** The keys of one cache's calls. */
export class Keys {
  public constructor(
    private readonly cacheName: string,
    private readonly policy: Policy,
    private readonly parts: Pick<CacheParts, 'keyPrefix' | 'tenant' | 'warnOnce'>,
  ) {}

  /** The call's key, or undefined (logged once) if its arguments cannot be one. */
  public of(args: readonly unknown[]): Key | undefined {
    return this.ofTenant(this.parts.tenant?.(), args);
  }

  /** Makes keys for the tenant whose call is being made, whoever's invocation it is by then. */
  public sameTenant(): (args: readonly unknown[]) => Key | undefined {
    const tenant = this.parts.tenant?.();
    return (args) => this.ofTenant(tenant, args);
  }

  /** A key as a shared tier has it. */
  public whole(key: Key): string {
    const prefix = this.parts.keyPrefix();
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
      this.parts.warnOnce('notAKey', `The arguments of cache '${this.cacheName}' cannot be its key: ${reason}. The call is not cached. `
        + 'Pass the option `key`, a function of the same arguments that returns plain data.', this.cacheName, reason);
      return undefined;
    }
  }
}
