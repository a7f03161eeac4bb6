import type { CacheParts } from './cache-parts.js';
import { type Key, keyOf, keyText } from './key.js';
import { messageOf } from './kind.js';
import type { Policy } from './policy.js';

/** The keys of one cache's calls. */
export class Keys {
  public constructor(
    private readonly cacheName: string,
    private readonly policy: Policy,
    private readonly parts: Pick<CacheParts, 'keyPrefix' | 'warnOnce'>,
  ) {}

  /** The call's key, or undefined (said once) if its arguments cannot be one. */
  public of(args: readonly unknown[]): Key | undefined {
    try {
      return keyOf(this.policy.key === undefined ? args : [this.policy.key(...(args as never[]))]);
    } catch (error) {
      this.parts.warnOnce(
        `The arguments of cache '${this.cacheName}' cannot be its key: ${messageOf(error)}. The call is not cached. `
        + 'Pass the option `key`, a function of the same arguments that returns plain data.',
      );
      return undefined;
    }
  }

  /** A key as a shared tier has it. */
  public whole(key: Key): string {
    return this.parts.keyPrefix() + keyText(key);
  }
}
