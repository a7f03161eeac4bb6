import type { LookupScope } from '../engine/shared-port.js';

/** One value for each cache in each invocation. */
export class ByScope<V> {
  private readonly byInvocation = new Map<object, Map<string, V>>();

  public get({ invocation, cacheName }: LookupScope): V | undefined {
    return this.byInvocation.get(invocation)?.get(cacheName);
  }

  public set({ invocation, cacheName }: LookupScope, value: V): void {
    const byCache = this.byInvocation.get(invocation);
    if (byCache === undefined) {
      this.byInvocation.set(invocation, new Map([[cacheName, value]]));
    } else {
      byCache.set(cacheName, value);
    }
  }

  public delete({ invocation, cacheName }: LookupScope): void {
    const byCache = this.byInvocation.get(invocation);
    byCache?.delete(cacheName);
    if (byCache?.size === 0) {
      this.byInvocation.delete(invocation);
    }
  }
}

/** Collects the requests of one tick for the same cache and invocation, so that they are sent together. */
export class Collector<T, R> {
  private readonly open = new ByScope<{ readonly items: T[]; readonly sent: Promise<R> }>();

  /** @param send sends all of them, at the end of the tick */
  public add(scope: LookupScope, added: readonly T[], send: (items: readonly T[]) => Promise<R>): Promise<R> {
    let batch = this.open.get(scope);
    if (batch === undefined) {
      const items: T[] = [];
      batch = { items, sent: this.sendLater(scope, items, send) };
      this.open.set(scope, batch);
    }
    for (const item of added) {
      batch.items.push(item);
    }
    return batch.sent;
  }

  private async sendLater(scope: LookupScope, items: readonly T[], send: (items: readonly T[]) => Promise<R>): Promise<R> {
    await undefined;
    this.open.delete(scope);
    const answer = await send(items);
    return answer;
  }
}
