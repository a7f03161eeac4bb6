import { newLog, shortened } from './change-log.js';
import { type Configuration, parseConfiguration } from './configuration.js';
import type { Connection } from './connection.js';
import { decodeIndex, encodeIndex, invalidated, type InvalidationIndex, newIndex, stampOf } from './invalidation-index.js';
import type { Item } from './replies.js';
import { safeKey } from './safe-key.js';
import type { Server } from './server.js';
import { WIRE_FORMAT } from '../../engine/shared.js';
import { changeHash, LOGGED_CHANGES } from '../change-log.js';
import { idOf } from '../envelope.js';
import type { Snapshot, Tier, Write } from '../tier.js';

/** A longer time Memcached takes for a date: seconds since 1970. */
const MAX_RELATIVE_SECONDS = 30 * 24 * 3_600;
const FOREVER = 0;

/** Others change the index too, and each time one of them gets through. */
const MAX_ATTEMPTS = 50;

/** The cluster that a server is a node of, as far as this environment knows. */
export interface Membership {
  readonly version: number;
  /** Hears what the server says of it with every answer. */
  heard(configuration: Configuration): void;
  /** Hears that the server could not be asked. */
  failed(): void;
}

/**
 * One server that speaks Memcached's text protocol.
 *
 * It has no scripts, no clock to ask, and may forget any item at any time. So the index of invalidations is one item, changed by
 * `cas`, and counted in numbers that mean nothing in any other index: where the item is lost, another begins, and
 * whatever was stored under the old one is invalid.
 */
export class MemcachedTier implements Tier {
  /** Memcached's own limit of 1 MiB is for the item with its key and header. */
  public readonly maxBytes = 1024 * 1024 - 1_024;
  private readonly indexKey: string;
  private readonly logKey: string;
  /** As it was read last: it seldom changes. */
  private lastRead?: { readonly bytes: Buffer; readonly index: InvalidationIndex | undefined };

  public constructor(private readonly server: Server, namespace: string, private readonly membership?: Membership) {
    // No entry has these keys: names of caches have no '@'.
    this.indexKey = safeKey(`${namespace}:${WIRE_FORMAT}:@`);
    this.logKey = safeKey(`${namespace}:${WIRE_FORMAT}:@log`);
  }

  public get isConnected(): boolean {
    return this.server.isConnected;
  }

  public abandon(): void {
    this.server.abandon();
  }

  public async read(keys: readonly string[], groups: readonly string[]): Promise<Snapshot> {
    const safeKeys = keys.map(safeKey);
    const items = await this.use((connection) => connection.gets([this.indexKey, ...safeKeys]));
    const index = this.current(items.get(this.indexKey));
    const stampAt = (place: number | undefined) => index && place !== undefined ? stampOf(index, place) : undefined;
    return {
      values: safeKeys.map((key) => items.get(key)?.bytes),
      latest: stampAt(index?.latest),
      floor: stampAt(index?.floor),
      ofGroups: groups.map((group) => stampAt(index?.groups.get(group))),
    };
  }

  public async write(writes: readonly Write[]): Promise<void> {
    await this.use((connection) => Promise.all(writes.map((write) => writeOne(connection, write))));
  }

  /** Mostly nothing is there, and one command will do: a look-up right after it finds an index. */
  public async begin(): Promise<void> {
    const begun = await this.use((connection) => connection.add(this.indexKey, encodeIndex(this.indexKey, this.newIndex()), FOREVER));
    if (!begun) {
      await this.change((index) => index === undefined ? this.newIndex() : undefined);
    }
  }

  public async invalidate(groups: readonly string[]): Promise<void> {
    await this.change((index) => index === undefined ? this.newIndex() : invalidated(index, groups));
    await this.log(groups.map(changeHash));
  }

  /** Of more than it has room for, nobody could know all: then another log begins. */
  public async log(hashes: readonly string[]): Promise<void> {
    const key = this.logKey;
    await this.use(async (connection) => {
      if (hashes.length > LOGGED_CHANGES) {
        await connection.set(key, newLog(), FOREVER);
        return;
      }
      const append = async () => {
        const [isThere, items] = await Promise.all([connection.append(key, Buffer.from(hashes.join(''))), connection.gets([key])]);
        const item = items.get(key);
        const shorter = isThere && item && shortened(item.bytes);
        if (item !== undefined && shorter) {
          // If others have changed it meanwhile, one of them makes it shorter.
          await connection.cas(key, shorter, FOREVER, item);
        }
        return isThere;
      };
      if (await append()) {
        return;
      }
      await connection.add(key, newLog(), FOREVER);
      if (!await append()) {
        throw new Error('the log of changes is lost as soon as it is begun');
      }
    });
  }

  /** @param next what is to be in the place of an index; undefined: what is there */
  private async change(next: (index: InvalidationIndex | undefined) => InvalidationIndex | undefined): Promise<void> {
    const key = this.indexKey;
    await this.use(async (connection) => {
      for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
        const item = (await connection.gets([key])).get(key);
        const changed = next(this.current(item));
        if (changed === undefined) {
          return;
        }
        const bytes = encodeIndex(key, changed);
        if (await (item === undefined ? connection.add(key, bytes, FOREVER) : connection.cas(key, bytes, FOREVER, item))) {
          return;
        }
      }
      throw new Error(`others have changed what is invalid ${MAX_ATTEMPTS} times`);
    });
  }

  private newIndex(): InvalidationIndex {
    return newIndex(this.membership?.version ?? 0);
  }

  /**
   * The index that an item is, if it is of the cluster as it is now: entries have other places since, and on their old ones
   * may be what was invalidated on the new.
   *
   * @throws Error if others know of a cluster that is newer still, or the server has no compare-and-set
   */
  private current(item: Item | undefined): InvalidationIndex | undefined {
    if (item === undefined) {
      return undefined;
    }
    if (item.unique === '0') {
      throw new Error('it has no CAS, by which environments agree on what was invalidated: start memcached without -C (--disable-cas)');
    }
    if (!this.lastRead?.bytes.equals(item.bytes)) {
      this.lastRead = { bytes: item.bytes, index: decodeIndex(this.indexKey, item.bytes) };
    }
    const { index } = this.lastRead;
    const version = this.membership?.version ?? 0;
    if (index !== undefined && index.version > version) {
      throw new Error('the cluster has changed, and this node does not know yet');
    }
    return index?.version === version ? index : undefined;
  }

  /** With every question goes the one whether the cluster is still the same. */
  private async use<T>(operation: (connection: Connection) => Promise<T>): Promise<T> {
    const { membership } = this;
    if (membership === undefined) {
      return this.server.use(operation);
    }
    try {
      return await this.server.use(async (connection) => {
        const answer = operation(connection);
        // Where the cluster has changed, nobody cares what becomes of it.
        answer.catch(() => {});
        this.checkMembership(await connection.nodes(), membership);
        return answer;
      });
    } catch (error) {
      membership.failed();
      throw error;
    }
  }

  private checkMembership(said: Buffer | undefined, membership: Membership): void {
    if (said === undefined) {
      throw new Error('it is no node of a cluster');
    }
    const configuration = parseConfiguration(said);
    if (configuration.version > membership.version) {
      membership.heard(configuration);
      throw new Error('the cluster has changed');
    }
  }
}

async function writeOne(connection: Connection, { key: longKey, bytes, keepMs, expected }: Write): Promise<unknown> {
  const key = safeKey(longKey);
  const seconds = expiryOf(Math.max(1, Math.ceil(keepMs / 1_000)));
  switch (expected) {
    case undefined:
      return connection.set(key, bytes, seconds);
    case '':
      return connection.add(key, bytes, seconds);
    default: {
      const item = (await connection.gets([key])).get(key);
      return item !== undefined && idOf(item.bytes) === expected && connection.cas(key, bytes, seconds, item);
    }
  }
}

/** A tombstone's date comes from this environment's clock: if that is more than a day behind, it ends before the oldest entry could. */
function expiryOf(seconds: number): number {
  return seconds <= MAX_RELATIVE_SECONDS ? seconds : Math.ceil(Date.now() / 1_000) + seconds;
}
