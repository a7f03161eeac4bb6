import { changeHash } from './change-log.js';
import { decodeEntry, encodeEntry, type Envelope, idOf, tombstone } from './envelope.js';
import type { Guard, InvocationScope } from './guard.js';
import { groupOfCache, groupsOfTags, InvalidationSnapshot } from './invalidation-snapshot.js';
import { type Stamp, type Tier, TOMBSTONE_KEEP_MS, type Write } from './tier.js';
import type { Counters, CurrentCounters } from '../engine/counters.js';
import { reasonOf } from '../engine/error-text.js';
import { messageOf } from '../engine/kind.js';
import { CLOCK_SKEW_MS, SharedEntries, type SharedEntriesParts } from '../engine/shared-entries.js';
import { type LocalCopy, type SharedEntry, type SharedLookup, type SharedStore, UNCONDITIONAL, type VersionToken } from '../engine/shared.js';
import type { WarnOnce } from '../engine/warn-once.js';

const NOTHING: SharedLookup = { isLocalCopyValid: false };

/** A look-up of one key. */
interface Question {
  readonly key: string;
  readonly localCopy: LocalCopy | undefined;
  found?: Found;
  answer: SharedLookup;
}

/** The look-ups that were asked for in one go; they go out in one go. */
interface Batch {
  readonly questions: Question[];
  readonly answered: Promise<void>;
}

/** What is stored under a key, if it was decoded: that is not needed where it is the local copy. */
interface Found {
  readonly id: string;
  readonly content: Envelope | 'tombstone' | undefined;
}

export interface SharedTierParts {
  readonly guard: Guard;
  readonly now: () => number;
  /** What the time that is spent waiting belongs to, and what is counted of invalidations. */
  readonly scope: () => InvocationScope;
  readonly warnOnce: WarnOnce;
  /** The most that a value may take in memory. */
  readonly maxMemoryBytes: number;
  /** An invalidation before this time may not have reached the tier. */
  readonly distrustedUntil?: number;
}

/**
 * Entries on a server that all environments share.
 *
 * The server keeps an index of invalidations, as stamps in an order of its own: an entry has the latest stamp that was known before its
 * load began, and is invalid if its cache, or one of its tags, has got a later one. So no environment's clock decides which of the two
 * came first, and invalidating a tag costs the same whatever number of entries has it.
 */
export class SharedTier implements SharedStore {
  private readonly reads = new Map<Counters, Batch>();
  private readonly writes = new Map<Counters, { readonly all: Write[]; readonly done: Promise<boolean> }>();
  /** Entries from before this time are not trusted: an invalidation in this environment did not reach the others. */
  private distrustedUntil: number;

  public constructor(private readonly tier: Tier, private readonly parts: SharedTierParts) {
    this.distrustedUntil = parts.distrustedUntil ?? -Infinity;
    void this.begin();
  }

  public entriesOf(parts: SharedEntriesParts): SharedEntries {
    return new SharedEntries(this, parts);
  }

  public async read(key: string, cacheName: string, counters: CurrentCounters, localCopy?: LocalCopy): Promise<SharedLookup> {
    const invocation = counters();
    let batch = this.reads.get(invocation);
    if (batch === undefined) {
      const questions: Question[] = [];
      // When all have asked who do so in one go.
      const all = Promise.resolve().then(() => {
        this.reads.delete(invocation);
        return this.readAll(questions, cacheName, counters);
      });
      batch = { questions, answered: all.catch((error: unknown) => this.report(error, counters)) };
      this.reads.set(invocation, batch);
    }
    const question = { key, localCopy, answer: NOTHING };
    batch.questions.push(question);
    await batch.answered;
    return question.answer;
  }

  public async store(
    key: string, cacheName: string, entry: SharedEntry, keepMs: number, condition: VersionToken | typeof UNCONDITIONAL, counters: CurrentCounters,
  ): Promise<VersionToken | undefined> {
    if (condition !== UNCONDITIONAL) {
      return this.put(key, cacheName, entry, keepMs, condition.id, condition.stamp, counters);
    }
    // What was loaded is stored when the response is out; for what is primed, the handler waits.
    return this.parts.guard.within(this.parts.scope(), this.prime(key, cacheName, entry, keepMs, counters));
  }

  public async invalidate(key: string): Promise<boolean> {
    return this.reach(async () => {
      await this.tier.write([{ key, bytes: tombstone(key), keepMs: TOMBSTONE_KEEP_MS, expected: undefined }]);
      await this.tier.log([hashOfKey(key)]);
    });
  }

  public async invalidateCache(cacheName: string): Promise<boolean> {
    return this.reach(() => this.tier.invalidate([groupOfCache(cacheName)]));
  }

  public async invalidateTags(tags: readonly string[]): Promise<boolean> {
    return this.reach(() => this.tier.invalidate(groupsOfTags(tags)));
  }

  /** A primed value replaces what others hold, as an invalidation does: so it is logged, and only then has it reached the fleet. */
  private async prime(
    key: string, cacheName: string, entry: SharedEntry, keepMs: number, counters: CurrentCounters,
  ): Promise<VersionToken | undefined> {
    const snapshot = await this.parts.guard.tell(counters, () => this.tier.read([], []));
    if (snapshot?.latest === undefined) {
      return undefined;
    }
    const version = await this.put(key, cacheName, entry, keepMs, undefined, snapshot.latest, counters);
    return version !== undefined && await this.done(() => this.tier.log([hashOfKey(key)]), counters) ? version : undefined;
  }

  private async put(
    key: string, cacheName: string, entry: SharedEntry, keepMs: number, expected: string | undefined, stamp: Stamp, counters: CurrentCounters,
  ): Promise<VersionToken | undefined> {
    if (!this.canShare(counters)) {
      return undefined;
    }
    let bytes: Buffer;
    try {
      bytes = encodeEntry(key, { entry, stamp }, this.tier.maxBytes, this.parts.maxMemoryBytes);
    } catch (error) {
      counters().uncacheable++;
      this.parts.warnOnce('notShared', `A value of cache '${cacheName}' is not shared: ${messageOf(error)}.`, cacheName);
      return undefined;
    }
    return await this.write({ key, bytes, keepMs, expected }, counters) ? { id: idOf(bytes), stamp } : undefined;
  }

  private async readAll(questions: readonly Question[], cacheName: string, counters: CurrentCounters): Promise<void> {
    const keys = questions.map(({ key }) => key);
    const groups = [groupOfCache(cacheName), ...groupsOfTags(questions.flatMap(({ localCopy }) => localCopy?.tags ?? []))];
    const snapshot = await this.ask(counters, () => this.tier.read(keys, groups));
    if (snapshot === undefined || !this.canShare(counters)) {
      return;
    }
    const { latest, values } = snapshot;
    if (latest === undefined) {
      void this.begin();
      return;
    }
    questions.forEach((question, index) => {
      question.found = this.find(question, values[index], counters);
    });
    if (values.includes('unread')) {
      counters().sharedErrors++;
      this.parts.warnOnce('sharedThrottled', 'The shared cache did not read all that it was asked for: it is throttled, or was asked for too much at a time.');
    }
    const invalidations = new InvalidationSnapshot({ ...snapshot, latest }, groups, cacheName);
    const more = missingGroups(questions, invalidations);
    if (more.length > 0) {
      invalidations.add(more, await this.ask(counters, () => this.tier.read([], more)));
    }
    for (const question of questions) {
      question.answer = this.compare(question, latest, invalidations);
    }
  }

  private find({ key, localCopy }: Question, bytes: Buffer | 'unread' | undefined, counters: CurrentCounters): Found | undefined {
    if (bytes === 'unread') {
      return undefined;
    }
    const id = idOf(bytes);
    return { id, content: bytes === undefined || id === localCopy?.version?.id ? undefined : this.decode(key, bytes, counters) };
  }

  /** What the bytes are; undefined where they are nothing that this code reads. */
  private decode(key: string, bytes: Buffer, counters: CurrentCounters): Envelope | 'tombstone' | undefined {
    try {
      return decodeEntry(key, bytes, this.parts.maxMemoryBytes);
    } catch (error) {
      counters().sharedUnreadable++;
      this.parts.warnOnce('sharedUnreadable', `An entry of the shared cache cannot be read: ${messageOf(error)}.`);
      return undefined;
    }
  }

  /** An answer that cannot be worked with is a miss, and never the caller's error. */
  private report(error: unknown, counters: CurrentCounters): void {
    counters().sharedErrors++;
    this.parts.warnOnce('sharedUnusable', `An answer of the shared cache cannot be used: ${reasonOf(error)}`);
  }

  /**
   * A local copy is confirmed by nothing but its own id in the tier. Where there is none, another one, or one of something unreadable, the
   * local copy may have been invalidated.
   */
  private compare({ found, localCopy }: Question, latest: Stamp, invalidations: InvalidationSnapshot): SharedLookup {
    if (found === undefined) {
      return NOTHING;
    }
    const { id, content } = found;
    const version: VersionToken = { id, stamp: latest };
    if (localCopy?.version !== undefined && id !== '' && id === localCopy.version.id) {
      return { isLocalCopyValid: invalidations.isInvalidated(localCopy.version.stamp, localCopy.tags) === false, version };
    }
    if (typeof content !== 'object') {
      return { isLocalCopyValid: false, version };
    }
    const { entry, stamp } = content;
    const isInvalidated = invalidations.isInvalidated(stamp, entry.tags);
    if (isInvalidated === undefined) {
      return NOTHING;
    }
    const isValid = !isInvalidated && entry.storedAt > this.distrustedUntil;
    return { isLocalCopyValid: false, version, ...(isValid && { entry: { ...entry, version: { id, stamp } } }) };
  }

  /** Where clocks differ too much, nobody knows how old an entry is. */
  private canShare(counters: CurrentCounters): boolean {
    const { clockOffsetMs } = this.tier;
    if (clockOffsetMs === undefined) {
      return true;
    }
    counters().sharedSkips++;
    this.parts.warnOnce('clockDiffers', `This environment's clock is ${Math.abs(Math.round(clockOffsetMs / 1_000))} s ${clockOffsetMs > 0 ? 'ahead of' : 'behind'} the shared cache's: `
      + 'it neither reads nor stores entries there, and caches in memory only. Its invalidations still reach the others.');
    return false;
  }

  private ask<T>(counters: CurrentCounters, call: () => Promise<T>): Promise<T | undefined> {
    return this.parts.guard.ask(this.parts.scope(), counters, call);
  }

  private async write(write: Write, counters: CurrentCounters): Promise<boolean> {
    const invocation = counters();
    let batch = this.writes.get(invocation);
    if (batch === undefined) {
      const all: Write[] = [];
      const done = Promise.resolve().then(async () => {
        this.writes.delete(invocation);
        return this.done(() => this.tier.write(all), counters);
      });
      batch = { all, done };
      this.writes.set(invocation, batch);
    }
    batch.all.push(write);
    return batch.done;
  }

  /** Does what must reach everybody, or else remembers here that it did not. It is the function's, whatever caches it touches. */
  private async reach(change: () => Promise<void>): Promise<boolean> {
    const { guard, scope, now } = this.parts;
    const changed = await guard.within(scope(), guard.tellForFunction(scope(), () => change().then(() => true))) ?? false;
    if (!changed) {
      this.distrustedUntil = now() + CLOCK_SKEW_MS;
      this.parts.warnOnce('invalidationLost', 'An invalidation did not reach the shared cache: other environments do not know of it.');
    }
    return changed;
  }

  private async done(change: () => Promise<void>, counters: CurrentCounters): Promise<boolean> {
    return await this.parts.guard.tell(counters, () => change().then(() => true)) ?? false;
  }

  private async begin(): Promise<void> {
    await this.parts.guard.tellForFunction(this.parts.scope(), () => this.tier.begin());
  }
}

function hashOfKey(key: string): string {
  return changeHash(`k:${key}`);
}

/** What the server must be asked about once more: tags that were not expected, and that only if anything was invalidated since. */
function missingGroups(questions: readonly Question[], invalidations: InvalidationSnapshot): string[] {
  return [...new Set(questions.flatMap(({ found }) => typeof found?.content === 'object' ? invalidations.missingGroups(found.content) : []))];
}
