import { tick } from './cache-deps.js';
import type { CacheParts } from './cache-parts.js';
import type { GetOrLoad } from './get-or-load.js';
import type { LookupResult } from './shared-port.js';
import type { Key } from '../values/key.js';

/** The most keys that one lookup reads from the shared tier. */
const MAX_LOOKUPS = 1_000;

/** What the shared tier answered about a key. */
export interface TierAnswer {
  readonly key: Key;
  readonly lookup: LookupResult;
}

/** An id that has no value yet, by its place in the call. */
export interface Unanswered {
  readonly place: number;
  /** Absent if the shared tier was not called. */
  readonly tierAnswer?: TierAnswer;
}

/** Looks up many ids in the shared tier at once. Fresh values are returned without a separate call for each. */
export class ManyLookups {
  public constructor(private readonly parts: CacheParts, private readonly lookups: GetOrLoad) {}

  /**
   * Returns the fresh values that the shared tier has, and counts their hits.
   *
   * @param places of the ids to look up. These ids must be strings or numbers: an object could change while the tier answers
   * @param values receives each value at its id's place
   * @returns all other ids, in the order of their places
   */
  public async get(ids: readonly unknown[], places: readonly number[], values: unknown[]): Promise<readonly Unanswered[]> {
    const unanswered: Unanswered[] = [];
    for (let from = 0; from < places.length; from += MAX_LOOKUPS) {
      await this.getChunk(ids, places.slice(from, from + MAX_LOOKUPS), values, unanswered);
    }
    return unanswered.sort((one, other) => one.place - other.place);
  }

  private async getChunk(ids: readonly unknown[], places: readonly number[], values: unknown[], unanswered: Unanswered[]): Promise<void> {
    const { keys, tier: { forAll }, deps } = this.parts;
    const arrival = deps.coherence?.arrival();
    const requestedAt = tick(deps);
    const placeOf = new Map<Key, number>();
    const keyOf = keys.ofEach();
    for (const place of places) {
      const key = keyOf(ids[place]);
      if (forAll !== undefined && key !== undefined && !placeOf.has(key) && this.lookups.wouldReadTier(key, requestedAt, arrival)) {
        placeOf.set(key, place);
      } else {
        unanswered.push({ place });
      }
    }
    if (placeOf.size === 0) {
      return;
    }
    const answers = await forAll!.readMany([...placeOf.keys()], requestedAt);
    const now = tick(deps);
    let index = 0;
    for (const [key, place] of placeOf) {
      const lookup = answers[index++];
      const found = this.lookups.useFound(key, now, lookup);
      if (found === undefined) {
        unanswered.push({ place, tierAnswer: { key, lookup } });
      } else {
        values[place] = found.value;
      }
    }
  }
}
