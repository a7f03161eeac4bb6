import type { SharedEntries } from './shared-entries.js';

/** What one cache has in the shared tier, and for how much of its work it uses that. */
export interface TierUse {
  /** For invalidations; undefined where there is no shared tier. */
  readonly forInvalidations?: SharedEntries;
  /** For everything; undefined also as long as the cache may be one event's own. */
  forAll?: SharedEntries;
}
