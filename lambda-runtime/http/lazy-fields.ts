import type { HttpFields } from './message.js';

/** Fields that are put into a map only when something needs all of them. */
export abstract class LazyFields implements HttpFields {
  protected whole?: HttpFields;

  protected abstract toMap(): HttpFields;

  public has(name: string): boolean {
    return this.map.has(name);
  }

  public get(name: string): readonly string[] | undefined {
    return this.map.get(name);
  }

  public [Symbol.iterator](): Iterator<[string, readonly string[]]> {
    return this.map[Symbol.iterator]();
  }

  /** Keeps the fields as they are now, even if their source changes. */
  public detach(): void {
    void this.map;
  }

  private get map(): HttpFields {
    return this.whole ??= this.toMap();
  }
}
