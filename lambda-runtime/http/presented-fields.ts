import { LazyFields } from './lazy-fields.js';
import type { HttpFields, StoredFields } from './message.js';

/** A stored response's fields, and those that differ in each answer. A hit copies no map, since results of events need none. */
export class PresentedFields extends LazyFields {
  public constructor(public readonly stored: StoredFields, public readonly age: string, public readonly cacheStatus: string) {
    super();
  }

  protected override toMap(): HttpFields {
    const fields = new Map<string, readonly string[]>(this.stored);
    return fields.set('age', [this.age]).set('cache-status', [...fields.get('cache-status') ?? [], this.cacheStatus]);
  }
}
