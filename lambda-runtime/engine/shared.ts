import type { Counters } from './counters.js';
import type { SharedEntries, SharedEntriesParts } from './shared-entries.js';

/** Whom an operation reached: this environment's memory, or the shared tier and so all environments. */
export type Scope = 'environment' | 'fleet';

/** An entry as it travels between environments. */
export interface SharedEntry {
  readonly value: unknown;
  readonly validator: unknown;
  readonly storedAt: number;
  readonly freshUntil: number;
  readonly tags: readonly string[];
}

/** An entry that an environment holds in memory, as far as a shared tier is concerned. */
export interface Held {
  /** What stood for it in the shared tier when it was loaded, stored or found there; absent if that is not known. */
  readonly seen?: Ticket;
  readonly tags: readonly string[];
}

/** What a shared tier knows of a key. */
export interface Looked {
  /** What is there: valid, of any age, and another one than what is held. */
  readonly entry?: SharedEntry & { readonly seen: Ticket };
  /** Whether what is held was not invalidated, as far as is known. */
  readonly isHeldValid: boolean;
  /**
   * The right to store what is loaded from now on: it expires when somebody else stores or invalidates the key. Absent where the
   * tier did not answer.
   */
  readonly ticket?: Ticket;
}

/** Known to the tier alone. */
export type Ticket = object;

/** The ticket of whoever does not care what is there. */
export const OVERWRITE: Ticket = {};

/**
 * A tier that all environments share. It may fail, and never says so by an error: it then knows nothing, and what was
 * asked of it has not been done.
 */
export interface SharedStore {
  /** What one cache has in here. The class is known to tiers alone, and so is its code. */
  entriesOf(parts: SharedEntriesParts): SharedEntries;
  look(key: string, cacheName: string, counters: Counters, held?: Held): Promise<Looked>;
  /** Stores an entry for so long; gives what stands for it from now on, or undefined if it could not be done. */
  store(key: string, cacheName: string, entry: SharedEntry, keepMs: number, ticket: Ticket, counters: Counters): Promise<Ticket | undefined>;
  /** Forgets the entry, and remembers for so long that loads that have begun must not store; false if it could not be done. */
  invalidate(key: string, rememberMs: number): Promise<boolean>;
  /** Forgets all entries of a cache; false if it could not be done. */
  invalidateCache(cacheName: string): Promise<boolean>;
  /** Forgets all entries that bear one of the tags; false if it could not be done. */
  invalidateTags(tags: readonly string[]): Promise<boolean>;
}
