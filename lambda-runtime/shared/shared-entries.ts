import type { SharedStore } from './shared-store.js';
import { usableMs } from '../engine/entry-state.js';
import type { Entry } from '../engine/entry.js';
import type { LookupMoment, LookupResult, LookupScope, PendingLookup, SharedAccess, SharedEntriesDeps } from '../engine/shared-port.js';
import { MAX_RETENTION_MS, type SharedEntry, type SharedLookup, type UNCONDITIONAL, type VersionToken } from '../engine/shared.js';
import type { Key } from '../values/key.js';
import { ReleasingMap } from '../values/releasing-map.js';

/** The most that environments' clocks differ by, since Lambda synchronizes them. */
export const CLOCK_SKEW_MS = 1_000;

const NOTHING: LookupResult = {};

/** A lookup that is made together with others. Few are awaited individually. */
class OneOfMany implements PendingLookup {
  public constructor(private readonly answers: Promise<readonly LookupResult[]>, private readonly place: number, public readonly arrivals: number) {}

  public get answer(): Promise<LookupResult> {
    return this.answers.then((answers) => answers[this.place]);
  }
}

/** One cache's entries in the shared tier. */
export class SharedEntries implements SharedAccess {
  private readonly lookups = new ReleasingMap<Key, PendingLookup>();
  private readonly writes = new Set<Promise<boolean>>();

  public constructor(private readonly tier: SharedStore, private readonly deps: SharedEntriesDeps) {}

  public current(key: Key): PendingLookup | undefined {
    return this.lookups.get(key);
  }

  public readShared(key: Key, now: number): Promise<LookupResult> {
    const current = this.lookups.get(key);
    if (current !== undefined) {
      return current.answer;
    }
    const { arrivals } = this.deps.entries;
    const lookup: PendingLookup = { arrivals, answer: this.readTier(key, now, arrivals, () => this.lookups.get(key) === lookup) };
    this.lookups.set(key, lookup);
    return lookup.answer;
  }

  public readMany(keys: readonly Key[], now: number): Promise<readonly LookupResult[]> {
    const { arrivals } = this.deps.entries;
    const lookups: PendingLookup[] = [];
    const answers = this.readTierForMany(keys, now, arrivals, lookups);
    keys.forEach((key, place) => {
      const lookup = new OneOfMany(answers, place, arrivals);
      lookups.push(lookup);
      this.lookups.set(key, lookup);
    });
    return answers;
  }

  public put(entry: Entry, condition: VersionToken | typeof UNCONDITIONAL, now: number): Promise<boolean> {
    const { content, validator, storedAt, freshUntil, staleWhileRevalidateMs, staleIfErrorMs, tags } = entry;
    const retentionMs = Math.ceil(Math.min(usableMs(entry, now), MAX_RETENTION_MS));
    if (!('stored' in content) || retentionMs <= 0) {
      return Promise.resolve(false);
    }
    const shared: SharedEntry = { value: content.stored.value, validator, storedAt, freshUntil, staleWhileRevalidateMs, staleIfErrorMs, tags };
    const write = this.tier.store(this.deps.keys.toSharedKey(entry.key), this.scope, shared, retentionMs, condition).then((version) => {
      entry.version = version ?? entry.version;
      return version !== undefined;
    });
    this.keepAwake(write);
    return write;
  }

  public forget(key: Key): void {
    this.lookups.delete(key);
  }

  public invalidate(key: Key): Promise<boolean> {
    return this.tier.invalidate(this.deps.keys.toSharedKey(key));
  }

  public invalidateAll(): Promise<boolean> {
    return this.tier.invalidateCache(this.deps.cacheName);
  }

  private async readTier(key: Key, now: number, arrivals: number, isCurrent: () => boolean): Promise<LookupResult> {
    const moment = this.momentOf(now, arrivals);
    const localCopy = this.deps.entries.find(key, now);
    let isLatest: boolean;
    let lookup: SharedLookup;
    try {
      lookup = await this.tier.read(this.deps.keys.toSharedKey(key), this.scope, localCopy);
    } finally {
      isLatest = isCurrent() && this.lookups.delete(key);
    }
    return isLatest ? this.bring(key, moment, localCopy, lookup) : NOTHING;
  }

  private async readTierForMany(
    keys: readonly Key[], now: number, arrivals: number, lookups: readonly PendingLookup[],
  ): Promise<readonly LookupResult[]> {
    const moment = this.momentOf(now, arrivals);
    const localCopies = keys.map((key) => this.deps.entries.find(key, now));
    let found: readonly SharedLookup[];
    let areLatest: readonly boolean[];
    try {
      const wanted = keys.map((key, place) => ({ key: this.deps.keys.toSharedKey(key), localCopy: localCopies[place] }));
      found = await this.tier.readMany(wanted, this.scope);
    } finally {
      areLatest = keys.map((key, place) => this.lookups.get(key) === lookups[place] && this.lookups.delete(key));
    }
    return found.map((lookup, place) => areLatest[place] ? this.bring(keys[place], moment, localCopies[place], lookup) : NOTHING);
  }

  private momentOf(at: number, arrivals: number): LookupMoment {
    return { at, arrivals, sequence: this.deps.invalidations.latest };
  }

  /** Applies the tier's answer to memory. */
  private bring(key: Key, moment: LookupMoment, localCopy: Entry | undefined, { entry, isLocalCopyValid, version }: SharedLookup): LookupResult {
    const { entries } = this.deps;
    const inMemory = entries.get(key);
    // The entries of other keys may have evicted the local copy, which is still valid.
    if (version === undefined || (inMemory !== undefined && inMemory !== localCopy)) {
      return { version };
    }
    if (localCopy !== undefined && isLocalCopyValid) {
      entries.markValidated(localCopy, moment.at, moment.arrivals);
      return { found: localCopy, version };
    }
    entries.drop(key);
    return { found: entry && this.keep(key, entry, moment), version };
  }

  private get scope(): LookupScope {
    const { cacheName, counters } = this.deps;
    return { cacheName, invocation: this.deps.invocation(), counters };
  }

  private keep(key: Key, entry: NonNullable<SharedLookup['entry']>, moment: LookupMoment): Entry | undefined {
    return entry.storedAt <= moment.at + CLOCK_SKEW_MS ? this.deps.entries.addShared(key, entry, moment) : undefined;
  }

  private keepAwake(write: Promise<boolean>): void {
    this.writes.add(write);
    void write.finally(() => this.writes.delete(write));
    if (this.writes.size === 1) {
      const run = async () => {
        while (this.writes.size > 0) {
          await Promise.all(this.writes);
        }
      };
      this.deps.runAfterResponse({ run, abort: () => this.writes.clear() });
    }
  }
}
