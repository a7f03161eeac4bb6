import type { CacheDeps } from './cache-deps.js';
import { events, publish } from './events.js';
import type { LookupResult } from './shared-port.js';
import type { Key } from '../values/key.js';

/** Counts the outcomes of a cache's calls, and publishes them as events. */
export class Outcomes {
  public constructor(private readonly cacheName: string, private readonly deps: Pick<CacheDeps, 'counters'>) {}

  public hit(key: Key): void {
    this.deps.counters().hits++;
    this.publishHit(key);
  }

  public countHits(hits: number): void {
    // Counters that exist are written.
    if (hits > 0) {
      this.deps.counters().hits += hits;
    }
  }

  public publishHit(key: Key): void {
    if (events.hit.hasSubscribers) {
      events.hit.publish({ cache: this.cacheName, key });
    }
  }

  public staleHit(key: Key): void {
    this.deps.counters().hits++;
    this.deps.counters().staleHits++;
    publish('staleHit', this.cacheName, key);
  }

  /** Counts the outcome of a shared lookup; a call that waited for another call's lookup is coalesced. */
  public recordLookup(key: Key, lookup: LookupResult | undefined, isCoalesced: boolean, isHit: boolean): void {
    if (lookup === undefined) {
      return;
    }
    if (!isCoalesced) {
      this.deps.counters()[isHit && lookup.found !== undefined ? 'sharedHits' : 'sharedMisses']++;
    } else if (isHit) {
      this.deps.counters().coalescedHits++;
      publish('coalesced', this.cacheName, key);
    }
  }

  /** Counts the end of a load that this call started or joined. */
  public recordLoad(key: Key, isCoalesced: boolean): void {
    if (isCoalesced) {
      this.deps.counters().hits++;
      this.deps.counters().coalescedHits++;
    } else {
      this.deps.counters().misses++;
    }
    publish(isCoalesced ? 'coalesced' : 'miss', this.cacheName, key);
  }
}
