import { tick } from './cache-deps.js';
import type { CacheParts } from './cache-parts.js';
import type { Entry } from './entry.js';
import type { SharedAccess } from './shared-port.js';
import { type Scope, UNCONDITIONAL } from './shared.js';
import type { Key } from '../values/key.js';

/** A handler's explicit changes to a cache. Each change returns how far it reached. */
export class Changes {
  public constructor(private readonly cache: CacheParts) {}

  /** Removes the entry. A load that began before this does not store after it. */
  public async invalidate(args: readonly unknown[]): Promise<Scope> {
    const key = this.cache.keys.of(args);
    if (key === undefined) {
      return 'environment';
    }
    this.forget(key);
    return this.invalidateShared((shared) => shared.invalidate(key), () => this.forget(key));
  }

  /** Removes every entry. Loads that began before this do not store after it. */
  public async invalidateAll(): Promise<Scope> {
    this.cache.entries.invalidateAll();
    return this.invalidateShared((shared) => shared.invalidateAll(), () => this.cache.entries.invalidateAll());
  }

  /** Stores a value as if the loader had just returned it. */
  public async prime(args: readonly unknown[], value: unknown): Promise<{ readonly stored: boolean; readonly scope: Scope }> {
    const key = this.cache.keys.of(args);
    if (key === undefined) {
      return { stored: false, scope: 'environment' };
    }
    this.forget(key);
    const now = tick(this.cache.deps);
    const entry = this.cache.loads.store(key, value, now);
    const isShared = entry !== undefined && await this.cache.tier.forAll?.put(entry, UNCONDITIONAL, now);
    if (this.cache.tier.forAll !== undefined) {
      this.forgetOlder(key, entry);
    }
    return { stored: entry !== undefined, scope: isShared ? 'fleet' : 'environment' };
  }

  /** An entry that was read from the shared tier while a value was primed may be older than that value. */
  private forgetOlder(key: Key, primed: Entry | undefined): void {
    if (primed !== undefined && this.cache.entries.get(key) === primed) {
      this.cache.tier.forAll?.forget(key);
    } else {
      this.forget(key);
    }
  }

  private forget(key: Key): void {
    this.cache.tier.forAll?.forget(key);
    this.cache.loads.forget(key);
    this.cache.entries.drop(key);
  }

  /** Invalidates in the shared tier too, and then here once more: an entry that was read meanwhile may be older. */
  private async invalidateShared(invalidate: (shared: SharedAccess) => Promise<boolean>, again: () => void): Promise<Scope> {
    if (this.cache.tier.forInvalidations === undefined) {
      return 'environment';
    }
    const reached = await invalidate(this.cache.tier.forInvalidations);
    again();
    return reached ? 'fleet' : 'environment';
  }
}
