import type { Invalidatable } from './invalidations.js';
import type { Key } from './key.js';
import type { Ticket } from './shared.js';
import type { StoredError } from './stored-error.js';
import type { StoredValue } from './value.js';

/** What an entry holds: a value, or an error that is cached on request. What was thrown and is no error is a value as others are. */
export type Content = { readonly stored: StoredValue } | { readonly error: StoredError | StoredValue };

/**
 * A cached value with its times.
 *
 * The times are absolute wall-clock times: monotonic clocks may stand still while the environment is frozen.
 */
export interface Entry extends Invalidatable {
  readonly key: Key;
  readonly owner: EntryOwner;
  readonly content: Content;
  /** When the load of the value began: the value cannot be younger than that (RFC 9111, section 4.2.3 counts age likewise). */
  readonly storedAt: number;
  readonly freshUntil: number;
  /** From then on a hit also refreshes the entry. Not after `freshUntil`. */
  readonly refreshAt: number;
  /** From then on the shared tier must be asked whether the entry is still the one. */
  trustedUntil: number;
  /** What stands for it in the shared tier, if that is known. */
  seen: Ticket | undefined;
  /** Until then it is returned without a further thought: the earlier of the two. */
  plainUntil: number;
  /** What the loader said about the version of the value (an ETag, say), for a conditional refresh. */
  readonly validator: unknown;
  /** Estimated bytes of value, key and bookkeeping. */
  readonly bytes: number;
  /** After a failed load: until then, nobody tries again. */
  retryAt: number;
  /** The memory tier's generation when the entry was last used. */
  generation: number;
  /** The latest invalidation that is known not to concern this entry. */
  checked: number;
}

/** An entry that holds a value. */
export type StoredEntry = Entry & { readonly content: { readonly stored: StoredValue } };

/** Whoever looks entries up by key; told when the memory tier dropped one. */
export interface EntryOwner {
  evicted(entry: Entry): void;
}

/** Where entries live; keeps their sum within bounds. */
export interface EntryStore {
  /** Counts additions. An entry used in the current generation need not be touched again: nothing has come since. */
  readonly generation: number;
  /** Takes the entry in, evicting what was not used for longest; false if it is larger than the whole store. */
  add(entry: Entry): boolean;
  /** Marks the entry as just used. */
  touch(entry: Entry): void;
  /** Takes the entry out, unless it is out already. */
  remove(entry: Entry): void;
}

/** Fresh: younger than its ttl. A wall clock that jumped backwards makes an entry stale, never fresher. */
export function isFresh(entry: Entry, now: number): boolean {
  return now < entry.freshUntil && now >= entry.storedAt;
}

/** Whether the entry may still be returned, this long after its ttl. An error is nothing to fall back on: never after its ttl. */
export function isUsable(entry: Entry, now: number, staleMs: number): boolean {
  return now < entry.freshUntil + ('error' in entry.content ? 0 : staleMs) && now >= entry.storedAt;
}
