import { Collector } from './by-scope.js';
import { changeHash, changesSince, type IndexVersion } from './change-log.js';
import { encodeEntry, idOf, tombstone } from './envelope.js';
import { type ChangeFeed, Fence } from './fence.js';
import type { Guard, InvocationScope } from './guard.js';
import { indexTagOfCache, indexTagsOf } from './invalidation-snapshot.js';
import { CLOCK_SKEW_MS, SharedEntries } from './shared-entries.js';
import { SharedReads } from './shared-reads.js';
import type { SharedStore, WantedEntry } from './shared-store.js';
import { type Tier, TOMBSTONE_RETENTION_MS, type Write } from './tier.js';
import type { Changes, FenceDeps, LogPosition, MemoryFence } from '../engine/coherence.js';
import type { CurrentCounters } from '../engine/counters.js';
import type { LookupScope, SharedEntriesDeps } from '../engine/shared-port.js';
import { type LocalCopy, type SharedEntry, type SharedLookup, UNCONDITIONAL, type VersionToken } from '../engine/shared.js';
import type { WarnOnce } from '../engine/warnings.js';
import { messageOf } from '../values/plain-data.js';

export interface SharedTierDeps {
  readonly guard: Guard;
  readonly now: () => number;
  /** The invocation that is charged for waiting, and in which invalidations are counted. */
  readonly scope: () => InvocationScope;
  readonly warnOnce: WarnOnce;
  /** The most that a value may take in memory. */
  readonly maxMemoryBytes: number;
  /** An invalidation before this time may not have reached the tier. */
  readonly ignoreEntriesBefore?: number;
}

/**
 * Entries on a server that all environments share.
 *
 * The server keeps an invalidation index, with versions in its own order: an entry has the latest version that was known before its load
 * began, and is invalid if its cache or one of its tags has a later one. So the order never depends on an environment's clock, and
 * invalidating a tag costs the same for any number of entries.
 */
export class SharedTier implements SharedStore, ChangeFeed {
  private readonly reads: SharedReads;
  private readonly writes = new Collector<Write, boolean>();
  /** Entries from before this time are not trusted: an invalidation in this environment did not reach the others. */
  private ignoreEntriesBefore: number;

  public constructor(private readonly tier: Tier, private readonly deps: SharedTierDeps) {
    this.ignoreEntriesBefore = deps.ignoreEntriesBefore ?? -Infinity;
    this.reads = new SharedReads(tier, {
      ...deps,
      canShare: (counters) => this.canShare(counters),
      beginIndex: () => void this.begin(),
      ignoreEntriesBefore: () => this.ignoreEntriesBefore,
    });
    void this.begin();
  }

  public entriesOf(deps: SharedEntriesDeps): SharedEntries {
    return new SharedEntries(this, deps);
  }

  public fenceOf(deps: FenceDeps): MemoryFence {
    return new Fence(this, deps);
  }

  public async changesSince(position: LogPosition | undefined): Promise<Changes | undefined> {
    const known = position?.[0];
    const log = await this.deps.guard.callAhead(this.deps.scope(), () => this.tier.readLog(known));
    return log && { position: [log.versions.at(-1)!], hashes: known === undefined ? undefined : changesSince(log, known) };
  }

  public within(answer: Promise<void>): Promise<unknown> {
    return this.deps.guard.within(this.deps.scope(), answer.then(() => true));
  }

  public read(key: string, scope: LookupScope, localCopy?: LocalCopy): Promise<SharedLookup> {
    return this.reads.read(key, scope, localCopy);
  }

  public readMany(wanted: readonly WantedEntry[], scope: LookupScope): Promise<readonly SharedLookup[]> {
    return this.reads.readMany(wanted, scope);
  }

  public async store(
    key: string, scope: LookupScope, entry: SharedEntry, retentionMs: number, condition: VersionToken | typeof UNCONDITIONAL,
  ): Promise<VersionToken | undefined> {
    if (condition !== UNCONDITIONAL) {
      return this.put(key, scope, entry, retentionMs, condition.id, condition.indexVersion);
    }
    // Loaded values are stored after the response; for primed values, the handler waits.
    return this.deps.guard.within(this.deps.scope(), this.prime(key, scope, entry, retentionMs));
  }

  public async invalidate(key: string): Promise<boolean> {
    return this.broadcast(async () => {
      await this.tier.write([{ key, bytes: tombstone(key), retentionMs: TOMBSTONE_RETENTION_MS, expected: undefined }]);
      await this.tier.log([hashOfKey(key)]);
    });
  }

  public async invalidateCache(cacheName: string): Promise<boolean> {
    return this.broadcast(() => this.tier.invalidate([indexTagOfCache(cacheName)]));
  }

  public async invalidateTags(tags: readonly string[]): Promise<boolean> {
    return this.broadcast(() => this.tier.invalidate(indexTagsOf(tags)));
  }

  /** A primed value replaces other environments' copies, like an invalidation. So it is logged, and has reached the fleet only then. */
  private async prime(key: string, scope: LookupScope, entry: SharedEntry, retentionMs: number): Promise<VersionToken | undefined> {
    const { counters } = scope;
    const snapshot = await this.deps.guard.callInBackground(counters, () => this.tier.read([], []));
    if (snapshot?.latest === undefined) {
      return undefined;
    }
    const version = await this.put(key, scope, entry, retentionMs, undefined, snapshot.latest);
    return version !== undefined && await this.done(() => this.tier.log([hashOfKey(key)]), counters) ? version : undefined;
  }

  private async put(
    key: string, scope: LookupScope, entry: SharedEntry, retentionMs: number, expected: string | undefined, indexVersion: IndexVersion,
  ): Promise<VersionToken | undefined> {
    const { cacheName, counters } = scope;
    if (!this.canShare(counters)) {
      return undefined;
    }
    let bytes: Buffer;
    try {
      bytes = encodeEntry(key, { entry, indexVersion }, this.tier.maxBytes, this.deps.maxMemoryBytes);
    } catch (error) {
      counters().uncacheable++;
      this.deps.warnOnce('notShared', `A value of cache '${cacheName}' is not shared: ${messageOf(error)}.`, cacheName);
      return undefined;
    }
    const write: Write = { key, bytes, retentionMs, expected, isOnce: expected === undefined };
    const isWritten = await this.writes.add(scope, [write], (all) => this.done(() => this.tier.write(all), counters));
    return isWritten ? { id: idOf(bytes), indexVersion } : undefined;
  }

  /** Whether clocks agree closely enough to compare entries' ages. */
  private canShare(counters: CurrentCounters): boolean {
    const { clockOffsetMs } = this.tier;
    if (clockOffsetMs === undefined) {
      return true;
    }
    counters().sharedSkips++;
    this.deps.warnOnce('clockDiffers', `This environment's clock is ${Math.abs(Math.round(clockOffsetMs / 1_000))} s ${clockOffsetMs > 0 ? 'ahead of' : 'behind'} the shared cache's: `
      + 'it neither reads nor stores entries there, and caches in memory only. Its invalidations still reach the others.');
    return false;
  }

  /** Makes a change that every environment must see. If that fails, older entries are no longer trusted here. Counted for the function, not for a cache. */
  private async broadcast(change: () => Promise<void>): Promise<boolean> {
    const { guard, scope, now } = this.deps;
    const changed = await guard.within(scope(), guard.callForFunction(scope(), () => change().then(() => true))) ?? false;
    if (!changed) {
      this.ignoreEntriesBefore = now() + CLOCK_SKEW_MS;
      this.deps.warnOnce('invalidationLost', 'An invalidation did not reach the shared cache: other environments are unaware of it.');
    }
    return changed;
  }

  private async done(change: () => Promise<void>, counters: CurrentCounters): Promise<boolean> {
    return await this.deps.guard.callInBackground(counters, () => change().then(() => true)) ?? false;
  }

  private async begin(): Promise<void> {
    await this.deps.guard.callForFunction(this.deps.scope(), () => this.tier.ensureIndex());
  }
}

function hashOfKey(key: string): string {
  return changeHash(`k:${key}`);
}
