import { decodeLog, newLog, shortened } from './change-log.js';
import { type Configuration, parseConfiguration } from './configuration.js';
import type { Connection } from './connection.js';
import { decodeIndex, encodeIndex, invalidated, type InvalidationIndex, newIndex, versionOf } from './invalidation-index.js';
import type { Item } from './replies.js';
import { safeKey } from './safe-key.js';
import type { Server } from './server.js';
import { WIRE_FORMAT } from '../../engine/shared.js';
import { type ChangeLog, changeHash, LOGGED_CHANGES } from '../../shared/change-log.js';
import { idOf } from '../../shared/envelope.js';
import { areOnce, type Snapshot, type Tier, type Write } from '../../shared/tier.js';

/** Memcached interprets a longer time as a date: seconds since 1970. */
const MAX_RELATIVE_SECONDS = 30 * 24 * 3_600;
const FOREVER = 0;

const LOST_LOG = 'the change log was lost as soon as it was created';

/** Other environments change the index too; each failed attempt means that one of them succeeded. */
const MAX_ATTEMPTS = 50;

/** The cluster of a node, as this environment knows it. */
export interface Membership {
  readonly version: number;
  /** Called with the server's configuration after every reply. */
  onConfiguration(configuration: Configuration): void;
  /** Called if the server could not be reached. */
  onFailure(): void;
}

/**
 * One server with Memcached's text protocol.
 *
 * It has no scripts and no readable clock, and may evict any item at any time. So the invalidation index is one item, changed with `cas`,
 * whose version numbers mean nothing in any other index: if the item is lost, a new one starts, and all entries that were stored under the
 * old one are invalid.
 */
export class MemcachedTier implements Tier {
  /** Memcached's own limit of 1 MiB includes the item's key and header. */
  public readonly maxBytes = 1024 * 1024 - 1_024;
  private readonly indexKey: string;
  private readonly logKey: string;
  /** The index as it was last read; it rarely changes. */
  private lastRead?: { readonly bytes: Buffer; readonly index: InvalidationIndex | undefined };

  public constructor(private readonly server: Server, namespace: string, private readonly membership?: Membership) {
    // No entry has these keys: cache names have no '@'.
    this.indexKey = safeKey(`${namespace}:${WIRE_FORMAT}:@`);
    this.logKey = safeKey(`${namespace}:${WIRE_FORMAT}:@log`);
  }

  public get isConnected(): boolean {
    return this.server.isConnected;
  }

  public discard(): void {
    this.server.discard();
  }

  public async read(keys: readonly string[], indexTags: readonly string[]): Promise<Snapshot> {
    const safeKeys = keys.map(safeKey);
    const items = await this.use((connection) => connection.gets([this.indexKey, ...safeKeys]));
    const index = this.current(items.get(this.indexKey));
    const versionAt = (place: number | undefined) => index && place !== undefined ? versionOf(index, place) : undefined;
    return {
      values: safeKeys.map((key) => items.get(key)?.bytes),
      latest: versionAt(index?.latest),
      lowWaterMark: versionAt(index?.lowWaterMark),
      ofIndexTags: indexTags.map((indexTag) => versionAt(index?.indexTags.get(indexTag))),
    };
  }

  public async write(writes: readonly Write[]): Promise<void> {
    await this.use((connection) => Promise.all(writes.map((write) => writeOne(connection, write))), areOnce(writes));
  }

  /** Usually there is no index, and one command is enough: a lookup right after it finds one. */
  public async ensureIndex(): Promise<void> {
    const begun = await this.use((connection) => connection.add(this.indexKey, encodeIndex(this.indexKey, this.newIndex()), FOREVER));
    if (!begun) {
      await this.change((index) => index === undefined ? this.newIndex() : undefined);
    }
  }

  public async invalidate(indexTags: readonly string[]): Promise<void> {
    await this.change((index) => index === undefined ? this.newIndex() : invalidated(index, indexTags));
    await this.log(indexTags.map(changeHash));
  }

  /** With more changes than a log holds, a new log starts: readers then drop everything. */
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
          // If other environments have changed it meanwhile, one of them will trim it.
          await connection.cas(key, shorter, FOREVER, item);
        }
        return isThere;
      };
      if (await append()) {
        return;
      }
      await connection.add(key, newLog(), FOREVER);
      if (!await append()) {
        throw new Error(LOST_LOG);
      }
    });
  }

  public async readLog(): Promise<ChangeLog> {
    const key = this.logKey;
    return this.use(async (connection) => {
      const read = async () => (await connection.gets([key])).get(key);
      let item = await read();
      let log = decodeLog(item?.bytes);
      if (log === undefined) {
        await (item === undefined ? connection.add(key, newLog(), FOREVER) : connection.cas(key, newLog(), FOREVER, item));
        item = await read();
        log = decodeLog(item?.bytes);
      }
      if (log === undefined) {
        throw new Error(LOST_LOG);
      }
      return log;
    });
  }

  /** @param next the replacement of an index; undefined: keep it */
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
      throw new Error(`other environments changed the invalidation index during all ${MAX_ATTEMPTS} attempts`);
    });
  }

  private newIndex(): InvalidationIndex {
    return newIndex(this.membership?.version ?? 0);
  }

  /**
   * The index in an item, if it belongs to the current cluster: with another one, keys had other nodes, which may still have entries that
   * were invalidated on the current ones.
   *
   * @throws Error if the index belongs to a newer cluster, or the server has no compare-and-set
   */
  private current(item: Item | undefined): InvalidationIndex | undefined {
    if (item === undefined) {
      return undefined;
    }
    if (item.unique === '0') {
      throw new Error('it has no CAS, which environments need to agree on invalidations: start memcached without -C (--disable-cas)');
    }
    if (!this.lastRead?.bytes.equals(item.bytes)) {
      this.lastRead = { bytes: item.bytes, index: decodeIndex(this.indexKey, item.bytes) };
    }
    const { index } = this.lastRead;
    const version = this.membership?.version ?? 0;
    if (index !== undefined && index.version > version) {
      throw new Error('the cluster has changed, but this node has no new configuration yet');
    }
    return index?.version === version ? index : undefined;
  }

  /** Every request also asks whether the cluster is still the same. */
  private async use<T>(operation: (connection: Connection) => Promise<T>, isOnce = false): Promise<T> {
    const { membership } = this;
    if (membership === undefined) {
      return this.server.use(operation, isOnce);
    }
    try {
      return await this.server.use(async (connection) => {
        const answer = operation(connection);
        // After a change of the cluster, its outcome does not matter.
        answer.catch(() => {});
        this.checkMembership(await connection.nodes(), membership);
        return answer;
      }, isOnce);
    } catch (error) {
      membership.onFailure();
      throw error;
    }
  }

  private checkMembership(reply: Buffer | undefined, membership: Membership): void {
    if (reply === undefined) {
      throw new Error('it is not a cluster node');
    }
    const configuration = parseConfiguration(reply);
    if (configuration.version > membership.version) {
      membership.onConfiguration(configuration);
      throw new Error('the cluster has changed');
    }
  }
}

async function writeOne(connection: Connection, { key: longKey, bytes, retentionMs, expected }: Write): Promise<unknown> {
  const key = safeKey(longKey);
  const seconds = expiryOf(Math.max(1, Math.ceil(retentionMs / 1_000)));
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

/** A tombstone's date comes from this environment's clock: if that is more than a day behind, the tombstone may end before the oldest entry. */
function expiryOf(seconds: number): number {
  return seconds <= MAX_RELATIVE_SECONDS ? seconds : Math.ceil(Date.now() / 1_000) + seconds;
}
