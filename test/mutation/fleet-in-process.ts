import { type ChangeLog, changeHash, LOGGED_CHANGES } from '../../lambda-runtime/shared/change-log.js';
import { guardTier } from '../../lambda-runtime/shared/open-tier.js';
import type { Snapshot, Tier, Write } from '../../lambda-runtime/shared/tier.js';
import { type Backend, PATIENT } from '../fleet/backend';
import { testFleet } from '../fleet/fleet-tests';

/** What environments share where a server takes too long to start for each mutant. That real ones do the same, test/fleet shows. */
class StoreInProcess {
  public readonly entries = new Map<string, Buffer>();
  public readonly retentions = new Map<string, number>();
  public readonly groups = new Map<string, number>();
  public reads = 0;
  public epoch?: string;
  public latest = 1;
  public changes = 1;
  public hashes: string[] = [];
  private epochs = 0;

  public clear(): void {
    [this.entries, this.retentions, this.groups].forEach((each) => each.clear());
    this.epoch = undefined;
  }

  public begin(): void {
    if (this.epoch === undefined) {
      this.epoch = `e${++this.epochs}`;
      this.latest = 1;
      this.changes = 1;
      this.hashes = [];
    }
  }

  public invalidate(groups: readonly string[]): void {
    this.begin();
    this.latest++;
    groups.forEach((group) => this.groups.set(group, this.latest));
  }

  public log(hashes: readonly string[]): void {
    this.begin();
    this.changes += hashes.length;
    this.hashes = [...this.hashes, ...hashes].slice(-LOGGED_CHANGES);
  }

  public get changeLog(): ChangeLog {
    return { hashes: this.hashes, versions: Array.from({ length: this.hashes.length + 1 }, (_, index) => `${this.epoch}:${this.changes - this.hashes.length + index}`) };
  }

  public set(key: string, bytes: Buffer, retentionMs: number): void {
    this.entries.set(key, bytes);
    this.retentions.set(key, retentionMs);
  }
}

/** One environment's connection. */
class TierInProcess implements Tier {
  public readonly isConnected = true;

  public constructor(private readonly store: StoreInProcess) {}

  public discard(): void {}

  public async read(keys: readonly string[], groups: readonly string[]): Promise<Snapshot> {
    const { store } = this;
    store.reads += keys.length === 0 ? 0 : 1;
    const versionOf = (count?: number) => store.epoch === undefined || count === undefined ? undefined : `${store.epoch}:${count}`;
    return {
      latest: versionOf(store.latest),
      lowWaterMark: versionOf(1),
      values: keys.map((key) => store.entries.get(key)),
      ofIndexTags: groups.map((group) => versionOf(store.groups.get(group))),
    };
  }

  public async write(writes: readonly Write[]): Promise<void> {
    for (const { key, bytes, retentionMs, expected } of writes) {
      if (expected === undefined || (this.store.entries.get(key)?.toString('latin1', 0, 12) ?? '') === expected) {
        this.store.set(key, bytes, retentionMs);
      }
    }
  }

  public async ensureIndex(): Promise<void> {
    this.store.begin();
  }

  public async invalidate(groups: readonly string[]): Promise<void> {
    this.store.invalidate(groups);
    this.store.log(groups.map(changeHash));
  }

  public async readLog(): Promise<ChangeLog> {
    this.store.begin();
    return this.store.changeLog;
  }

  public async log(hashes: readonly string[]): Promise<void> {
    this.store.log(hashes);
  }
}

function start(): Promise<Backend> {
  const store = new StoreInProcess();
  return Promise.resolve({
    settings: { kind: 'redis', host: 'in process', port: 1 },
    openTier: (deps) => guardTier(PATIENT, deps, () => new TierInProcess(store)),
    clear: async () => store.clear(),
    evict: async (key) => {
      expect(store.entries.delete(key)).toBe(true);
    },
    overwrite: async (key, text) => store.set(key, Buffer.from(text), 1_000),
    log: async () => store.changeLog,
    remaining: async (key) => store.retentions.get(key)!,
    requestCount: async () => store.reads,
    stop: async () => {},
  });
}

testFleet({ name: 'a store in their own process', missing: undefined, start });
