import type { Entries } from './entries.js';
import type { Key } from './key.js';
import type { Keys } from './keys.js';
import type { Loads } from './loads.js';
import type { SharedEntries } from './shared-entries.js';
import { type Scope, UNCONDITIONAL } from './shared.js';
import type { TierUse } from './tier-use.js';

/** What a handler changes in a cache by hand. Each change says how far it reached. */
export class Changes {
  public constructor(
    private readonly keys: Keys,
    private readonly entries: Entries,
    private readonly loads: Loads,
    private readonly tier: TierUse,
  ) {}

  /** Forgets the entry. A load that began before this does not store after it. */
  public async invalidate(args: readonly unknown[]): Promise<Scope> {
    const key = this.keys.of(args);
    if (key === undefined) {
      return 'environment';
    }
    this.forget(key);
    return this.everywhere((shared) => shared.invalidate(key), () => this.forget(key));
  }

  /** Forgets every entry. Loads that began before this do not store after it. */
  public async invalidateAll(): Promise<Scope> {
    this.entries.invalidateAll();
    return this.everywhere((shared) => shared.invalidateAll(), () => this.entries.invalidateAll());
  }

  /** Stores a value as if the loader had just returned it. */
  public async prime(args: readonly unknown[], value: unknown): Promise<{ readonly stored: boolean; readonly scope: Scope }> {
    const key = this.keys.of(args);
    if (key === undefined) {
      return { stored: false, scope: 'environment' };
    }
    this.forget(key);
    const entry = this.loads.store(key, value);
    const isShared = entry !== undefined && await this.tier.forAll?.put(entry, UNCONDITIONAL);
    return { stored: entry !== undefined, scope: isShared ? 'fleet' : 'environment' };
  }

  private forget(key: Key): void {
    this.tier.forAll?.forget(key);
    this.loads.forget(key);
    this.entries.drop(key);
  }

  /** Invalidates in the shared tier too, and then here once more: what was read meanwhile may have come before. */
  private async everywhere(invalidate: (shared: SharedEntries) => Promise<boolean>, again: () => void): Promise<Scope> {
    if (this.tier.forInvalidations === undefined) {
      return 'environment';
    }
    const reached = await invalidate(this.tier.forInvalidations);
    again();
    return reached ? 'fleet' : 'environment';
  }
}
