import { Collector } from './by-scope.js';
import type { IndexVersion } from './change-log.js';
import { decodeEntry, idOf, type ReadEnvelope } from './envelope.js';
import type { Guard, InvocationScope } from './guard.js';
import { indexTagOfCache, indexTagsOf, InvalidationSnapshot } from './invalidation-snapshot.js';
import type { WantedEntry } from './shared-store.js';
import type { Tier } from './tier.js';
import type { CurrentCounters } from '../engine/counters.js';
import type { LookupScope } from '../engine/shared-port.js';
import type { LocalCopy, SharedLookup, VersionToken } from '../engine/shared.js';
import type { WarnOnce } from '../engine/warnings.js';
import { reasonOf } from '../values/error-text.js';
import { messageOf } from '../values/plain-data.js';

const NOTHING: SharedLookup = { isLocalCopyValid: false };

/** A lookup of one key. */
interface PendingRead {
  readonly key: string;
  readonly localCopy: LocalCopy | undefined;
  found?: StoredContent;
  result: SharedLookup;
}

/** The stored entry of a key; not decoded if it is the local copy. */
interface StoredContent {
  readonly id: string;
  readonly content: ReadEnvelope | 'tombstone' | undefined;
}

/** The tier's functions that reads depend on. */
export interface SharedReadsDeps {
  readonly guard: Guard;
  /** The invocation that is charged for waiting. */
  readonly scope: () => InvocationScope;
  readonly warnOnce: WarnOnce;
  /** The most that a value may take in memory. */
  readonly maxMemoryBytes: number;
  /** Whether this environment may share entries at all; if not, this is counted and logged. */
  canShare(counters: CurrentCounters): boolean;
  /** Creates an invalidation index, since the tier has none. */
  beginIndex(): void;
  /** Entries from before this time are not trusted. */
  ignoreEntriesBefore(): number;
}

/** Reads entries from the shared tier, and determines whether they and the local copies are still valid. */
export class SharedReads {
  private readonly reads = new Collector<PendingRead, void>();

  public constructor(private readonly tier: Tier, private readonly deps: SharedReadsDeps) {}

  /** Reads one key, together with all others that are requested in this tick. Never rejects: an entry that cannot be read is a miss. */
  public async read(key: string, scope: LookupScope, localCopy?: LocalCopy): Promise<SharedLookup> {
    const read: PendingRead = { key, localCopy, result: NOTHING };
    await this.add([read], scope);
    return read.result;
  }

  /** The same for several keys. */
  public async readMany(wanted: readonly WantedEntry[], scope: LookupScope): Promise<readonly SharedLookup[]> {
    const reads = wanted.map(({ key, localCopy }): PendingRead => ({ key, localCopy, result: NOTHING }));
    await this.add(reads, scope);
    return reads.map(({ result }) => result);
  }

  private add(reads: readonly PendingRead[], scope: LookupScope): Promise<void> {
    return this.reads.add(scope, reads, (all) => this.readAll(all, scope));
  }

  /** Never rejects: a malformed answer is a miss, and never the caller's error. */
  private async readAll(reads: readonly PendingRead[], { cacheName, counters }: LookupScope): Promise<void> {
    try {
      const indexTags = [indexTagOfCache(cacheName), ...indexTagsOf(reads.flatMap(({ localCopy }) => localCopy?.tags ?? []))];
      const snapshot = await this.callGuarded(counters, () => this.tier.read(reads.map(({ key }) => key), indexTags));
      if (snapshot === undefined || !this.deps.canShare(counters)) {
        return;
      }
      const { latest, values } = snapshot;
      if (latest === undefined) {
        this.deps.beginIndex();
        return;
      }
      reads.forEach((read, index) => {
        read.found = this.find(read, values[index], counters);
      });
      if (values.includes('unread')) {
        counters().sharedErrors++;
        this.deps.warnOnce('sharedThrottled', 'The shared cache did not return everything that was requested: it is throttled, or the request was too large.');
      }
      const invalidations = new InvalidationSnapshot({ ...snapshot, latest }, indexTags, cacheName);
      const more = missingIndexTags(reads, invalidations);
      if (more.length > 0) {
        invalidations.add(more, await this.callGuarded(counters, () => this.tier.read([], more)));
      }
      for (const read of reads) {
        read.result = this.compare(read, latest, invalidations);
      }
    } catch (error) {
      counters().sharedErrors++;
      this.deps.warnOnce('sharedUnusable', `An answer from the shared cache cannot be used: ${reasonOf(error)}`);
    }
  }

  private find({ key, localCopy }: PendingRead, bytes: Buffer | 'unread' | undefined, counters: CurrentCounters): StoredContent | undefined {
    if (bytes === 'unread') {
      return undefined;
    }
    const id = idOf(bytes);
    return { id, content: bytes === undefined || id === localCopy?.version?.id ? undefined : this.decode(key, bytes, counters) };
  }

  /** Decodes bytes; undefined if this code cannot read them. */
  private decode(key: string, bytes: Buffer, counters: CurrentCounters): ReadEnvelope | 'tombstone' | undefined {
    try {
      return decodeEntry(key, bytes, this.deps.maxMemoryBytes);
    } catch (error) {
      counters().sharedUnreadable++;
      this.deps.warnOnce('sharedUnreadable', `An entry in the shared cache cannot be read: ${messageOf(error)}.`);
      return undefined;
    }
  }

  /**
   * Only its own id in the tier confirms a local copy. If the tier has nothing, another entry or something unreadable, the local copy may
   * have been invalidated.
   */
  private compare({ found, localCopy }: PendingRead, latest: IndexVersion, invalidations: InvalidationSnapshot): SharedLookup {
    if (found === undefined) {
      return NOTHING;
    }
    const { id, content } = found;
    const version: VersionToken = { id, indexVersion: latest };
    if (localCopy?.version !== undefined && id !== '' && id === localCopy.version.id) {
      return { isLocalCopyValid: invalidations.isInvalidated(localCopy.version.indexVersion, localCopy.tags) === false, version };
    }
    if (typeof content !== 'object') {
      return { isLocalCopyValid: false, version };
    }
    const { entry, indexVersion } = content;
    const isInvalidated = invalidations.isInvalidated(indexVersion, entry.tags);
    if (isInvalidated === undefined) {
      return NOTHING;
    }
    const isValid = !isInvalidated && entry.storedAt > this.deps.ignoreEntriesBefore();
    return { isLocalCopyValid: false, version, entry: isValid ? entry : undefined };
  }

  private callGuarded<T>(counters: CurrentCounters, call: () => Promise<T>): Promise<T | undefined> {
    return this.deps.guard.call(this.deps.scope(), counters, call);
  }
}

/** The index tags for a second request: entries' tags that were not expected, if anything was invalidated since. */
function missingIndexTags(reads: readonly PendingRead[], invalidations: InvalidationSnapshot): string[] {
  const missing = new Set<string>();
  for (const { found } of reads) {
    if (typeof found?.content === 'object') {
      invalidations.missingIndexTags(found.content).forEach((indexTag) => missing.add(indexTag));
    }
  }
  return [...missing];
}
