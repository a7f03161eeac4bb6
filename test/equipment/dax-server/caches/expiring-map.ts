import type { Clock } from './clock';

/** Entries that expire after a time. */
export class ExpiringMap<T> {
  private readonly entries = new Map<string, { readonly value: T; readonly expiresAt: number }>();

  public constructor(private readonly ttlMs: number, private readonly clock: Clock) {}

  public get(key: string): { readonly value: T } | undefined {
    const entry = this.entries.get(key);
    return entry !== undefined && this.clock.now() < entry.expiresAt ? entry : undefined;
  }

  public set(key: string, value: T): void {
    this.entries.set(key, { value, expiresAt: this.clock.now() + this.ttlMs });
  }

  public delete(key: string): void {
    this.entries.delete(key);
  }

  public clear(): void {
    this.entries.clear();
  }
}
