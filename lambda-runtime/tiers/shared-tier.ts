import { type Envelope, idOf, open, seal, tombstone } from './envelope.js';
import type { Guard } from './guard.js';
import type { Snapshot, Stamp, Tier, Write } from './tier.js';
import { Counters } from '../engine/counters.js';
import { messageOf } from '../engine/kind.js';
import { type Looked, OVERWRITE, type SharedEntry, type SharedStore, type Ticket } from '../engine/shared.js';

/** What a cache may store depends on what was there before its load began. */
interface Seen {
  readonly id: string;
  readonly latest: Stamp;
}

/** Clocks of environments differ; by less than this, since Lambda synchronizes them. */
const CLOCK_SKEW_MS = 1_000;

const NOTHING: Looked = { invalidated: false };

/** What this environment asks for in one go goes out in one go. */
interface Batch {
  readonly keys: Set<string>;
  readonly answer: Promise<ReadonlyMap<string, Looked>>;
}

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

  public async look(key: string, cacheName: string, counters: Counters): Promise<Looked> {
    let batch = this.reads.get(counters);
    if (batch === undefined) {
      const keys = new Set<string>();
      const answer = Promise.resolve().then(() => {
        this.reads.delete(counters);
        return this.readAll([...keys], cacheName, counters);
      });
      batch = { keys, answer };
      this.reads.set(counters, batch);
    }
    batch.keys.add(key);
    return (await batch.answer).get(key) ?? NOTHING;
  }

  public async store(key: string, cacheName: string, entry: SharedEntry, keepMs: number, ticket: Ticket, counters: Counters): Promise<boolean> {
    const seen = ticket === OVERWRITE ? await this.seenNow(counters) : ticket as Seen;
    if (seen === undefined) {
      return false;
    }
    let bytes: Buffer;
    try {
      bytes = seal(key, { entry, stamp: seen.latest });
    } catch (error) {
      counters.uncacheable++;
      this.parts.warnOnce(`A value of cache '${cacheName}' is not shared: ${messageOf(error)}.`);
      return false;
    }
    return this.write({ key, bytes, keepMs: Math.ceil(keepMs), expected: ticket === OVERWRITE ? undefined : seen.id }, counters);
  }

  public async invalidate(key: string, rememberMs: number): Promise<boolean> {
    return this.reach(() => this.tier.write([{ key, bytes: tombstone(key), keepMs: rememberMs, expected: undefined }]));
  }

  public async invalidateCache(cacheName: string): Promise<boolean> {
    return this.reach(() => this.tier.invalidate([groupOfCache(cacheName)]));
  }

  public async invalidateTags(tags: readonly string[]): Promise<boolean> {
    return this.reach(() => this.tier.invalidate(tags.map(groupOfTag)));
  }

  private async readAll(keys: readonly string[], cacheName: string, counters: Counters): Promise<ReadonlyMap<string, Looked>> {
    const { guard, scope } = this.parts;
    const snapshot = await guard.ask(scope(), counters, () => this.tier.read(keys));
    if (snapshot === undefined) {
      return new Map();
    }
    const { latest } = snapshot;
    if (latest === undefined) {
      void this.begin();
      return new Map();
    }
    const found = keys.map((key, index) => this.read(key, snapshot, index, counters));
    const isOutdated = await this.judge(found, latest, cacheName, counters);
    return new Map(keys.map((key, index) => {
      const { envelope, isTombstone } = found[index];
      const outdated = envelope === undefined ? isTombstone : isOutdated(envelope);
      if (outdated === undefined) {
        return [key, NOTHING];
      }
      const ticket: Seen = { id: idOf(snapshot.values[index]), latest };
      const isTrusted = envelope !== undefined && !outdated && envelope.entry.storedAt > this.distrustedUntil;
      return [key, { ticket, invalidated: outdated, ...(isTrusted && { entry: envelope.entry }) }];
    }));
  }

  private read(key: string, { values }: Snapshot, index: number, counters: Counters): { envelope?: Envelope; isTombstone: boolean } {
    const bytes = values[index];
    if (bytes === undefined) {
      return { isTombstone: false };
    }
    try {
      const envelope = open(key, bytes);
      return { envelope, isTombstone: envelope === undefined };
    } catch (error) {
      counters.sharedUnreadable++;
      this.parts.warnOnce(`An entry of the shared cache cannot be read: ${messageOf(error)}.`);
      return { isTombstone: false };
    }
  }

  /** Tells whether entries were invalidated since their load began; asks the server again only if anything was. */
  private async judge(
    found: readonly { envelope?: Envelope }[], latest: Stamp, cacheName: string, counters: Counters,
  ): Promise<(envelope: Envelope) => boolean | undefined> {
    const doubtful = found.flatMap(({ envelope }) => envelope !== undefined && envelope.stamp !== latest ? [envelope] : []);
    if (doubtful.length === 0) {
      return () => false;
    }
    const groups = [...new Set([groupOfCache(cacheName), ...doubtful.flatMap(({ entry }) => entry.tags.map(groupOfTag))])];
    const stamps = await this.parts.guard.ask(this.parts.scope(), counters, () => this.tier.stamps(groups));
    if (stamps === undefined) {
      return ({ stamp }) => stamp === latest ? false : undefined;
    }
    const byGroup = new Map(groups.map((group, index) => [group, stamps.ofGroups[index]]));
    return ({ stamp, entry: { tags } }) => stamp !== latest
      && (stamps.floor === undefined || [stamps.floor, ...[groupOfCache(cacheName), ...tags.map(groupOfTag)].map((group) => byGroup.get(group))]
        .some((invalidated) => invalidated !== undefined && Number(invalidated) > Number(stamp)));
  }

  /** The account of invalidations as it is now, for whoever need not know what happened before. */
  private async seenNow(counters: Counters): Promise<Seen | undefined> {
    const snapshot = await this.parts.guard.tell(counters, () => this.tier.read([]));
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

function groupOfTag(tag: string): string {
  return `t:${tag}`;
}
