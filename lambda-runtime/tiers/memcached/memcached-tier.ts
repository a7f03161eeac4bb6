import { type Account, invalidated, newAccount, openAccount, sealAccount, stampOf } from './account.js';
import { type Configuration, parseConfiguration } from './configuration.js';
import type { Connection } from './connection.js';
import type { Item } from './replies.js';
import { safeKey } from './safe-key.js';
import type { Server } from './server.js';
import { idOf } from '../envelope.js';
import type { Snapshot, Tier, Write } from '../tier.js';

/** What is to be kept for longer, Memcached takes for the date of a day in 1970. */
const LONGEST_SECONDS = 30 * 24 * 3_600;
const FOREVER = 0;

/** Others change the account too, and each time one of them gets through. */
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
 * It has no scripts, no clock to ask, and may forget any item at any time. So what was invalidated is one item, changed by
 * `cas`, and counted in numbers that mean nothing in any other account: where the item is lost, another begins, and
 * whatever was stored under the old one is invalid.
 */
export class MemcachedTier implements Tier {
  /** Memcached's own limit of 1 MiB is for the item with its key and header. */
  public readonly maxBytes = 1024 * 1024 - 1_024;
  public readonly mayForget = true;
  private readonly accountKey: string;
  /** As it was read last: it seldom changes. */
  private lastRead?: { readonly bytes: Buffer; readonly account: Account | undefined };

  public constructor(private readonly server: Server, namespace: string, private readonly membership?: Membership) {
    // No entry has this key: names of caches have no '@'.
    this.accountKey = safeKey(`${namespace}:@`);
  }

  public get isConnected(): boolean {
    return this.server.isConnected;
  }

  public abandon(): void {
    this.server.abandon();
  }

  public async read(keys: readonly string[], groups: readonly string[]): Promise<Snapshot> {
    const safeKeys = keys.map(safeKey);
    const items = await this.use((connection) => connection.gets([this.accountKey, ...safeKeys]));
    const account = this.current(items.get(this.accountKey));
    const stampAt = (place: number | undefined) => account && place !== undefined ? stampOf(account, place) : undefined;
    return {
      values: safeKeys.map((key) => items.get(key)?.bytes),
      latest: stampAt(account?.latest),
      floor: stampAt(account?.floor),
      ofGroups: groups.map((group) => stampAt(account?.groups.get(group))),
    };
  }

  public async write(writes: readonly Write[]): Promise<void> {
    await this.use((connection) => Promise.all(writes.map((write) => writeOne(connection, write))));
  }

  /** Mostly nothing is there, and one command will do: whoever asks right after it finds an account. */
  public async begin(): Promise<void> {
    const begun = await this.use((connection) => connection.add(this.accountKey, sealAccount(this.accountKey, this.newAccount()), FOREVER));
    if (!begun) {
      await this.change((account) => account === undefined ? this.newAccount() : undefined);
    }
  }

  public async invalidate(groups: readonly string[]): Promise<void> {
    await this.change((account) => account === undefined ? this.newAccount() : invalidated(account, groups));
  }

  /** @param next what is to be in the place of an account; undefined: what is there */
  private async change(next: (account: Account | undefined) => Account | undefined): Promise<void> {
    const key = this.accountKey;
    await this.use(async (connection) => {
      for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
        const item = (await connection.gets([key])).get(key);
        const changed = next(this.current(item));
        if (changed === undefined) {
          return;
        }
        const bytes = sealAccount(key, changed);
        if (await (item === undefined ? connection.add(key, bytes, FOREVER) : connection.cas(key, bytes, FOREVER, item))) {
          return;
        }
      }
      throw new Error(`others have changed what is invalid ${MAX_ATTEMPTS} times`);
    });
  }

  private newAccount(): Account {
    return newAccount(this.membership?.version ?? 0);
  }

  /**
   * The account that an item is, if it is of the cluster as it is now: entries have other places since, and on their old ones
   * may be what was invalidated on the new.
   *
   * @throws Error if others know of a cluster that is newer still
   */
  private current(item: Item | undefined): Account | undefined {
    if (item === undefined) {
      return undefined;
    }
    if (!this.lastRead?.bytes.equals(item.bytes)) {
      this.lastRead = { bytes: item.bytes, account: openAccount(this.accountKey, item.bytes) };
    }
    const { account } = this.lastRead;
    const version = this.membership?.version ?? 0;
    if (account !== undefined && account.version > version) {
      throw new Error('the cluster has changed, and this node does not know yet');
    }
    return account?.version === version ? account : undefined;
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
  const seconds = Math.min(Math.max(1, Math.ceil(keepMs / 1_000)), LONGEST_SECONDS);
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
