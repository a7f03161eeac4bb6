import { type MemoryOptions, MemoryStore } from './memory-store.js';
import type { Entry, EntryStore } from '../engine/entry.js';

/**
 * The memory of this execution environment, shared by all its caches.
 *
 * It only enforces bounds: the engine decides how long an entry lives.
 */
export class MemoryTier extends MemoryStore<Entry> implements EntryStore {
  public constructor(options: MemoryOptions) {
    super(options, (entry) => {
      entry.owner.evicted(entry);
    });
  }
}
