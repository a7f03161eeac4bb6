import type { CacheParts } from './cache-parts.js';
import { events, tell } from './events.js';
import type { Key } from './key.js';
import type { Look } from './shared-entries.js';

/** Counts what came of a cache's calls, and tells whoever listens. */
export class Outcomes {
  public constructor(private readonly cacheName: string, private readonly parts: Pick<CacheParts, 'counters'>) {}

  public hit(key: Key): void {
    this.parts.counters().hits++;
    if (events.hit.hasSubscribers) {
      events.hit.publish({ cache: this.cacheName, key });
    }
  }

  public staleHit(key: Key): void {
    this.parts.counters().hits++;
    this.parts.counters().staleHits++;
    tell('staleHit', this.cacheName, key);
  }

  /** What came of asking the shared tier; whoever waited for another's question joined it. */
  public looked(key: Key, look: Look | undefined, joins: boolean, isHit: boolean): void {
    if (look === undefined) {
      return;
    }
    if (!joins) {
      this.parts.counters()[isHit && look.found !== undefined ? 'sharedHits' : 'sharedMisses']++;
    } else if (isHit) {
      this.parts.counters().joinedHits++;
      tell('join', this.cacheName, key);
    }
  }

  /** A load is over, which this call began or joined. */
  public loaded(key: Key, joins: boolean): void {
    if (joins) {
      this.parts.counters().hits++;
      this.parts.counters().joinedHits++;
    } else {
      this.parts.counters().misses++;
    }
    tell(joins ? 'join' : 'miss', this.cacheName, key);
  }
}
