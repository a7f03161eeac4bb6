import type { SharedEntriesDeps } from '../../../lambda-runtime/engine/shared-port.js';
import type { SharedEntry, SharedLookup, VersionToken } from '../../../lambda-runtime/engine/shared.js';
import { SharedEntries } from '../../../lambda-runtime/shared/shared-entries.js';
import type { SharedStore } from '../../../lambda-runtime/shared/shared-store.js';
import { settled, TTL, CacheFixture } from '../../equipment/cache-fixture';

export const VERSION: VersionToken = { id: 'twelve bytes', indexVersion: 'e:1' };
export const OTHER_VERSION: VersionToken = { id: 'other bytes.', indexVersion: 'e:1' };
/** The tier has nothing for the key. */
export const NOTHING_STORED: SharedLookup = { isLocalCopyValid: false, version: { id: '', indexVersion: 'e:1' } };
/** The tier did not answer. */
export const NO_ANSWER: SharedLookup = { isLocalCopyValid: false };

/** A tier whose every answer the test gives, when it wants to. */
export class HeldTier implements SharedStore {
  public readonly reads: PromiseWithResolvers<SharedLookup>[] = [];
  public readonly writes: (PromiseWithResolvers<VersionToken | undefined> & { readonly entry: SharedEntry; readonly retentionMs: number })[] = [];

  public entriesOf(deps: SharedEntriesDeps): SharedEntries {
    return new SharedEntries(this, deps);
  }

  public read(): Promise<SharedLookup> {
    const read = Promise.withResolvers<SharedLookup>();
    this.reads.push(read);
    return read.promise;
  }

  public readMany(wanted: readonly unknown[]): Promise<readonly SharedLookup[]> {
    return Promise.all(wanted.map(() => this.read()));
  }

  public store(...[, , entry, retentionMs]: Parameters<SharedStore['store']>): Promise<VersionToken | undefined> {
    const write = Promise.withResolvers<VersionToken | undefined>();
    this.writes.push({ ...write, entry, retentionMs });
    return write.promise;
  }

  public fenceOf(): never {
    throw new Error('None of these tests asks for coherence.');
  }

  public invalidate = () => Promise.resolve(true);
  public invalidateCache = () => Promise.resolve(true);
  public invalidateTags = () => Promise.resolve(true);
}

export class SharingCache extends CacheFixture {
  public readonly tier: HeldTier;

  public constructor(options: ConstructorParameters<typeof CacheFixture>[0] = {}) {
    const tier = new HeldTier();
    super({ ...options, shared: tier });
    this.tier = tier;
  }

  /** Answers the latest lookup. */
  public async answer(lookup: SharedLookup): Promise<void> {
    this.tier.reads.at(-1)!.resolve(lookup);
    await settled();
  }

  public entry(value: unknown, storedAt = this.now): SharedLookup {
    return {
      isLocalCopyValid: false,
      version: OTHER_VERSION,
      entry: {
        value,
        validator: undefined,
        storedAt,
        freshUntil: storedAt + TTL,
        staleWhileRevalidateMs: 0,
        staleIfErrorMs: 0,
        tags: [],
        version: OTHER_VERSION,
      },
    };
  }

  /** Makes memory hold a value that the tier has too. */
  public async loadShared(key: string, value: unknown): Promise<void> {
    const result = this.get(key);
    await this.answer(NOTHING_STORED);
    this.lastCall.resolve(value);
    await result;
    this.tier.writes.at(-1)!.resolve(VERSION);
    await settled();
  }
}
