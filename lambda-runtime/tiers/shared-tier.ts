import { type Envelope, idOf, open, seal, tombstone } from './envelope.js';
import type { Guard } from './guard.js';
import type { Snapshot, Stamp, Tier, Write } from './tier.js';
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

/** What this environment asks for in one go goes out in one go. */
interface Batch {
  readonly helds: Map<string, Held | undefined>;
  readonly answer: Promise<ReadonlyMap<string, Looked>>;
}

/** Whether an invalidation came after a stamp; undefined if that is not known. */
type Judge = (stamp: Stamp, tags: readonly string[]) => boolean | undefined;

export interface SharedTierParts {
  readonly guard: Guard;
  readonly now: () => number;
  /** What the time that is spent waiting belongs to: the invocation under way. */
  readonly scope: () => object;
  readonly warnOnce: (message: string) => void;
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
  private distrustedUntil = -Infinity;

  public constructor(private readonly tier: Tier, private readonly parts: SharedTierParts) {
    void this.begin();
  }

  public entriesOf(parts: SharedEntriesParts): SharedEntries {
    return new SharedEntries(this, parts);
  }

  public async look(key: string, cacheName: string, counters: Counters, held?: Held): Promise<Looked> {
    let batch = this.reads.get(counters);
    if (batch === undefined) {
      const helds = new Map<string, Held | undefined>();
      const answer = Promise.resolve().then(() => {
        this.reads.delete(counters);
        return this.readAll(helds, cacheName, counters);
      });
      batch = { helds, answer };
      this.reads.set(counters, batch);
    }
    batch.helds.set(key, held);
    return (await batch.answer).get(key) ?? NOTHING;
  }

  public async store(
    key: string, cacheName: string, entry: SharedEntry, keepMs: number, ticket: Ticket, counters: Counters,
  ): Promise<Ticket | undefined> {
    const seen = ticket === OVERWRITE ? await this.seenNow(counters) : ticket as Seen;
    if (seen === undefined) {
      return undefined;
    }
    let bytes: Buffer;
    try {
      bytes = seal(key, { entry, stamp: seen.latest });
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

  private async readAll(helds: ReadonlyMap<string, Held | undefined>, cacheName: string, counters: Counters): Promise<ReadonlyMap<string, Looked>> {
    const keys = [...helds.keys()];
    const groups = [groupOfCache(cacheName), ...groupsOfTags([...helds.values()].flatMap((held) => held?.tags ?? []))];
    const snapshot = await this.ask(counters, () => this.tier.read(keys, groups));
    if (snapshot === undefined) {
      return new Map();
    }
    const { latest, values } = snapshot;
    if (latest === undefined) {
      void this.begin();
      return new Map();
    }
    const found = keys.map((key, index) => this.open(key, values[index], helds.get(key)?.seen as Seen | undefined, counters));
    const judge = await this.judge({ ...snapshot, latest }, groups, cacheName, found, counters);
    return new Map(keys.map((key, index) => [key, this.compare(found[index], { id: idOf(values[index]), latest }, helds.get(key), judge)]));
  }

  /** What the bytes are; nothing where they are what is held. */
  private open(key: string, bytes: Buffer | undefined, seen: Seen | undefined, counters: Counters): Envelope | 'tombstone' | undefined {
    if (bytes === undefined || idOf(bytes) === seen?.id) {
      return undefined;
    }
    try {
      return open(key, bytes) ?? 'tombstone';
    } catch (error) {
      counters.sharedUnreadable++;
      this.parts.warnOnce(`An entry of the shared cache cannot be read: ${messageOf(error)}.`);
      return undefined;
    }
  }

  private compare(found: Envelope | 'tombstone' | undefined, ticket: Seen, held: Held | undefined, judge: Judge): Looked {
    const seen = held?.seen as Seen | undefined;
    const isHeldValid = held !== undefined && seen !== undefined && found !== 'tombstone' && judge(seen.latest, held.tags) === false;
    if (typeof found !== 'object') {
      return { isHeldValid, ticket };
    }
    const { entry, stamp } = found;
    const isOutdated = judge(stamp, entry.tags);
    if (isOutdated === undefined) {
      return NOTHING;
    }
    const isValid = !isOutdated && entry.storedAt > this.distrustedUntil;
    return { isHeldValid, ticket, ...(isValid && { entry: { ...entry, seen: { id: ticket.id, latest: stamp } satisfies Seen } }) };
  }

  /** Asks the server again only for tags that were not expected, and only if anything was invalidated since. */
  private async judge(
    { latest, floor, ofGroups }: Snapshot, groups: readonly string[], cacheName: string,
    found: readonly (Envelope | 'tombstone' | undefined)[], counters: Counters,
  ): Promise<Judge> {
    const stamps = new Map(groups.map((group, index) => [group, ofGroups[index]]));
    const tags = found.flatMap((each) => typeof each === 'object' && each.stamp !== latest ? each.entry.tags : []);
    const unknown = groupsOfTags(tags).filter((group) => !stamps.has(group));
    if (unknown.length > 0) {
      const more = await this.ask(counters, () => this.tier.read([], unknown));
      more?.ofGroups.forEach((stamp, index) => stamps.set(unknown[index], stamp));
    }
    return (stamp, itsTags) => {
      if (stamp === latest) {
        return false;
      }
      const itsGroups = [groupOfCache(cacheName), ...groupsOfTags(itsTags)];
      const invalidations = [floor ?? Infinity, ...itsGroups.map((group) => stamps.get(group) ?? 0)];
      if (Math.max(...invalidations.map(Number)) > Number(stamp)) {
        return true;
      }
      return itsGroups.every((group) => stamps.has(group)) ? false : undefined;
    };
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
    const changed = await this.done(change, new Counters());
    if (!changed) {
      this.distrustedUntil = this.parts.now() + CLOCK_SKEW_MS;
      this.parts.warnOnce('An invalidation did not reach the shared cache: other environments do not know of it.');
    }
    return changed;
  }

  private async done(change: () => Promise<void>, counters: Counters): Promise<boolean> {
    return await this.parts.guard.tell(counters, () => change().then(() => true)) ?? false;
  }

  private async begin(): Promise<void> {
    await this.parts.guard.tell(new Counters(), () => this.tier.begin());
  }
}

function groupOfCache(cacheName: string): string {
  return `c:${cacheName}`;
}

function groupsOfTags(tags: readonly string[]): string[] {
  return [...new Set(tags)].map((tag) => `t:${tag}`);
}
