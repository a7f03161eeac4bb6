import { type Envelope, idOf, open, seal, tombstone } from './envelope.js';
import type { Guard } from './guard.js';
import { groupOfCache, groupsOfTags, Judge } from './judge.js';
import type { Stamp, Tier, Write } from './tier.js';
import { Counters } from '../engine/counters.js';
import { messageOf } from '../engine/kind.js';
import { CLOCK_SKEW_MS, SharedEntries, type SharedEntriesParts } from '../engine/shared-entries.js';
import { type Held, type Looked, OVERWRITE, type SharedEntry, type SharedStore, type Ticket } from '../engine/shared.js';

/** What stands for the content of a key: an id of its own, and the latest invalidation that whoever read or wrote it knew of. */
interface Seen {
  readonly id: string;
  readonly latest: Stamp;
}

const NOTHING: Looked = { isHeldValid: false };

/** What is counted when an invalidation does not reach the server. */
const FAILURES = ['sharedErrors', 'sharedTimeouts', 'sharedSkips'] as const;

/** Whoever asks about a key, and what comes of it. */
interface Question {
  readonly key: string;
  readonly held: Held | undefined;
  found?: Found;
  answer: Looked;
}

/** What this environment asks for in one go goes out in one go. */
interface Batch {
  readonly questions: Question[];
  readonly answered: Promise<void>;
}

/** What is there under a key, as far as it was read: nothing more where it is what is held. */
interface Found {
  readonly id: string;
  readonly content: Envelope | 'tombstone' | undefined;
}

/** The invocation under way. */
export interface InvocationScope {
  /** Counts what belongs to no cache in particular. */
  count?(metric: typeof FAILURES[number]): void;
}

export interface SharedTierParts {
  readonly guard: Guard;
  readonly now: () => number;
  /** What the time that is spent waiting belongs to, and what is counted of invalidations. */
  readonly scope: () => InvocationScope;
  readonly warnOnce: (message: string) => void;
  /** An invalidation before this time may not have reached the tier. */
  readonly distrustedUntil?: number;
}

/**
 * Entries on a server that all environments share.
 *
 * Invalidations are kept as stamps of the server's own: an entry bears the latest stamp that was known before its load
 * began, and is invalid if its cache, or one of its tags, has got a later one. So no clock but the server's is asked
 * which of the two came first, and whatever number of entries a tag has, invalidating it costs the same.
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

  public async look(key: string, cacheName: string, counters: Counters, held?: Held): Promise<Looked> {
    let batch = this.reads.get(counters);
    if (batch === undefined) {
      const questions: Question[] = [];
      batch = { questions, answered: this.readAll(questions, cacheName, counters) };
      this.reads.set(counters, batch);
    }
    const question = { key, held, answer: NOTHING };
    batch.questions.push(question);
    await batch.answered;
    return question.answer;
  }

  public async store(
    key: string, cacheName: string, entry: SharedEntry, keepMs: number, ticket: Ticket, counters: Counters,
  ): Promise<Ticket | undefined> {
    const stored = this.put(key, cacheName, entry, keepMs, ticket, counters);
    // What was loaded is stored when the response is out; for what is primed, the handler waits.
    return ticket === OVERWRITE ? this.parts.guard.within(this.parts.scope(), stored) : stored;
  }

  private async put(
    key: string, cacheName: string, entry: SharedEntry, keepMs: number, ticket: Ticket, counters: Counters,
  ): Promise<Ticket | undefined> {
    const seen = ticket === OVERWRITE ? await this.seenNow(counters) : ticket as Seen;
    if (seen === undefined) {
      return undefined;
    }
    let bytes: Buffer;
    try {
      bytes = seal(key, { entry, stamp: seen.latest }, this.tier.maxBytes);
    } catch (error) {
      counters.uncacheable++;
      this.parts.warnOnce(`A value of cache '${cacheName}' is not shared: ${messageOf(error)}.`);
      return undefined;
    }
    const write = { key, bytes, keepMs: Math.ceil(keepMs), expected: ticket === OVERWRITE ? undefined : seen.id };
    return await this.write(write, counters) ? { id: idOf(bytes), latest: seen.latest } satisfies Seen : undefined;
  }

  public async invalidate(key: string, rememberMs: number): Promise<boolean> {
    return this.reach(() => this.tier.write([{ key, bytes: tombstone(key), keepMs: rememberMs, expected: undefined }]));
  }

  public async invalidateCache(cacheName: string): Promise<boolean> {
    return this.reach(() => this.tier.invalidate([groupOfCache(cacheName)]));
  }

  public async invalidateTags(tags: readonly string[]): Promise<boolean> {
    return this.reach(() => this.tier.invalidate(groupsOfTags(tags)));
  }

  private async readAll(questions: readonly Question[], cacheName: string, counters: Counters): Promise<void> {
    // When all have asked who do so in one go.
    await undefined;
    this.reads.delete(counters);
    const keys = questions.map(({ key }) => key);
    const groups = [groupOfCache(cacheName), ...groupsOfTags(questions.flatMap(({ held }) => held?.tags ?? []))];
    const snapshot = await this.ask(counters, () => this.tier.read(keys, groups));
    if (snapshot === undefined) {
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
      counters.sharedErrors++;
      this.parts.warnOnce('The shared cache did not read all that it was asked for: it is throttled, or was asked for too much at a time.');
    }
    const judge = new Judge({ ...snapshot, latest }, groups, cacheName);
    const more = unknownGroups(questions, judge);
    if (more.length > 0) {
      judge.learn(more, await this.ask(counters, () => this.tier.read([], more)));
    }
    for (const question of questions) {
      question.answer = this.compare(question, latest, judge);
    }
  }

  private find({ key, held }: Question, bytes: Buffer | 'unread' | undefined, counters: Counters): Found | undefined {
    if (bytes === 'unread') {
      return undefined;
    }
    const id = idOf(bytes);
    return { id, content: bytes === undefined || id === (held?.seen as Seen | undefined)?.id ? undefined : this.open(key, bytes, counters) };
  }

  /** What the bytes are; undefined where they are nothing that this code reads. */
  private open(key: string, bytes: Buffer, counters: Counters): Envelope | 'tombstone' | undefined {
    try {
      return open(key, bytes) ?? 'tombstone';
    } catch (error) {
      counters.sharedUnreadable++;
      this.parts.warnOnce(`An entry of the shared cache cannot be read: ${messageOf(error)}.`);
      return undefined;
    }
  }

  private compare({ found, held }: Question, latest: Stamp, judge: Judge): Looked {
    if (found === undefined) {
      return NOTHING;
    }
    const { id, content } = found;
    const ticket: Seen = { id, latest };
    const seen = held?.seen as Seen | undefined;
    const isForgotten = id === '' && this.tier.mayForget === true;
    const isHeldValid = held !== undefined && seen !== undefined && content !== 'tombstone' && !isForgotten
      && judge.isOutdated(seen.latest, held.tags) === false;
    if (typeof content !== 'object') {
      return { isHeldValid, ticket };
    }
    const { entry, stamp } = content;
    const isOutdated = judge.isOutdated(stamp, entry.tags);
    if (isOutdated === undefined) {
      return NOTHING;
    }
    const isValid = !isOutdated && entry.storedAt > this.distrustedUntil;
    return { isHeldValid, ticket, ...(isValid && { entry: { ...entry, seen: { id, latest: stamp } satisfies Seen } }) };
  }

  private ask<T>(counters: Counters, call: () => Promise<T>): Promise<T | undefined> {
    return this.parts.guard.ask(this.parts.scope(), counters, call);
  }

  /** The account of invalidations as it is now, for whoever need not know what happened before. */
  private async seenNow(counters: Counters): Promise<Seen | undefined> {
    const snapshot = await this.parts.guard.tell(counters, () => this.tier.read([], []));
    return snapshot?.latest === undefined ? undefined : { id: '', latest: snapshot.latest };
  }

  private async write(write: Write, counters: Counters): Promise<boolean> {
    let batch = this.writes.get(counters);
    if (batch === undefined) {
      const all: Write[] = [];
      const done = Promise.resolve().then(async () => {
        this.writes.delete(counters);
        return this.done(() => this.tier.write(all), counters);
      });
      batch = { all, done };
      this.writes.set(counters, batch);
    }
    batch.all.push(write);
    return batch.done;
  }

  /** Does what must reach everybody, or else remembers here that it did not. */
  private async reach(change: () => Promise<void>): Promise<boolean> {
    const scope = this.parts.scope();
    const changed = await this.parts.guard.within(scope, this.counted(change, scope)) ?? false;
    if (!changed) {
      this.distrustedUntil = this.parts.now() + CLOCK_SKEW_MS;
      this.parts.warnOnce('An invalidation did not reach the shared cache: other environments do not know of it.');
    }
    return changed;
  }

  /** An invalidation is the function's, whatever caches it touches: so is its failure. */
  private async counted(change: () => Promise<void>, scope: InvocationScope): Promise<boolean> {
    const counters = new Counters();
    const isDone = await this.done(change, counters);
    FAILURES.filter((failure) => counters[failure] > 0).forEach((failure) => scope.count?.(failure));
    return isDone;
  }

  private async done(change: () => Promise<void>, counters: Counters): Promise<boolean> {
    return await this.parts.guard.tell(counters, () => change().then(() => true)) ?? false;
  }

  private async begin(): Promise<void> {
    await this.parts.guard.tell(new Counters(), () => this.tier.begin());
  }
}

/** What the server must be asked about once more: tags that were not expected, and that only if anything was invalidated since. */
function unknownGroups(questions: readonly Question[], judge: Judge): string[] {
  return [...new Set(questions.flatMap(({ found }) => typeof found?.content === 'object' ? judge.unknown(found.content) : []))];
}
