import { Counters } from '../../../lambda-runtime/engine/counters.js';
import type { LookupScope } from '../../../lambda-runtime/engine/shared-port.js';
import type { LocalCopy, SharedEntry, SharedLookup } from '../../../lambda-runtime/engine/shared.js';
import { Warnings } from '../../../lambda-runtime/engine/warnings.js';
import { encodeEntry } from '../../../lambda-runtime/shared/envelope.js';
import { Guard } from '../../../lambda-runtime/shared/guard.js';
import { SharedTier } from '../../../lambda-runtime/shared/shared-tier.js';
import type { Snapshot, Tier, Write } from '../../../lambda-runtime/shared/tier.js';

export const NOW = Date.UTC(2026, 0, 1);
export const KEY = 'shop:2:product::a';
export const OTHER_KEY = 'shop:2:product::b';
/** A lookup without a result: it is unknown whether the server has anything. */
export const NOTHING = { isLocalCopyValid: false };

export function entryOf(value: unknown, { tags = [] as readonly string[], storedAt = NOW } = {}): SharedEntry {
  return { value, validator: undefined, storedAt, freshUntil: storedAt + 60_000, staleWhileRevalidateMs: 0, staleIfErrorMs: 0, tags };
}

/** A server whose every answer the test gives: real ones give some of them seldom, or never when they should. */
export class ScriptedServer implements Tier {
  public isConnected = true;
  public clockOffsetMs?: number;
  public maxBytes?: number;
  public latest: string | undefined = 'e:5';
  public lowWaterMark: string | undefined = 'e:1';
  public begun = 0;
  public readonly values = new Map<string, Buffer | 'unread'>();
  public readonly indexTags = new Map<string, string>();
  public readonly reads: { readonly keys: readonly string[]; readonly indexTags: readonly string[] }[] = [];
  public readonly writes: (readonly Write[])[] = [];
  public readonly invalidated: (readonly string[])[] = [];
  public readonly logged: (readonly string[])[] = [];
  public readonly broken = new Set<string>();
  public readonly warnings: string[] = [];
  public readonly counters = new Counters();
  public readonly scope: LookupScope = { cacheName: 'product', invocation: {}, counters: () => this.counters };
  public now = NOW;
  public readonly tier: SharedTier;
  /** Before the answer to the read of that number. */
  public readonly before = new Map<number, () => void>();

  public constructor({ ignoreEntriesBefore = undefined as number | undefined } = {}) {
    const { warnOnce } = new Warnings((message) => this.warnings.push(message));
    const guard = new Guard({ timeoutMs: 1_000, connectTimeoutMs: 1_000, budgetMs: 1_000 }, this, Date.now, warnOnce);
    this.tier = new SharedTier(this, { guard, now: () => this.now, scope: () => ({}), warnOnce, maxMemoryBytes: Infinity, ignoreEntriesBefore });
  }

  public discard(): void {}

  public readLog(): Promise<never> {
    return Promise.reject(new Error('None of these tests asks for coherence.'));
  }

  public async read(keys: readonly string[], indexTags: readonly string[]): Promise<Snapshot> {
    this.reads.push({ keys, indexTags });
    this.before.get(this.reads.length)?.();
    this.fail('read');
    return {
      latest: this.latest,
      lowWaterMark: this.lowWaterMark,
      values: keys.map((key) => this.values.get(key)),
      ofIndexTags: indexTags.map((indexTag) => this.indexTags.get(indexTag)),
    };
  }

  public async write(writes: readonly Write[]): Promise<void> {
    this.fail('write');
    this.writes.push(writes);
    writes.forEach(({ key, bytes }) => this.values.set(key, bytes));
  }

  public async ensureIndex(): Promise<void> {
    this.begun++;
  }

  public async invalidate(indexTags: readonly string[]): Promise<void> {
    this.fail('invalidate');
    this.invalidated.push(indexTags);
  }

  public async log(hashes: readonly string[]): Promise<void> {
    this.fail('log');
    this.logged.push(hashes);
  }

  public has(key: string, entry: SharedEntry, stamp = 'e:5'): Buffer {
    const bytes = encodeEntry(key, { entry, indexVersion: stamp });
    this.values.set(key, bytes);
    return bytes;
  }

  public find(key = KEY, localCopy?: LocalCopy): Promise<SharedLookup> {
    return this.tier.read(key, this.scope, localCopy);
  }

  private fail(operation: string): void {
    if (this.broken.has(operation)) {
      throw new Error(`no ${operation}`);
    }
  }
}
