import type { Topology } from './backend.js';
import { openTier } from './open-tier.js';
import type { BackgroundWork } from '../../lambda-runtime/engine/background-work.js';
import type { Counters } from '../../lambda-runtime/engine/counters.js';
import { loadContext } from '../../lambda-runtime/engine/load-context.js';
import { SharedEntries, type SharedEntriesParts } from '../../lambda-runtime/engine/shared-entries.js';
import type { Held, Looked, SharedEntry, SharedStore, Ticket } from '../../lambda-runtime/engine/shared.js';
import type { CachedOptions, UserLoader } from '../../lambda-runtime/options.js';
import { VirtualCache } from '../runtime/engine/virtual-cache.js';

export const NAMESPACE = 'shop';

/** What the origin had, and when. */
export interface Version {
  readonly key: string;
  readonly version: number;
}

export type Loader = (key: string) => Promise<Version>;

export interface Place extends Omit<Topology, 'stop'> {
  /** The one that all calls belong to. @default - each is one of its own */
  readonly invocation?: object;
}

/** One environment of a function: memory of its own on a virtual clock of its own, and a connection to the shared cache. */
export class Environment {
  public readonly store: WatchedStore;
  public readonly it: VirtualCache;

  public constructor(
    { settings, environment = {}, invocation }: Place, loader: Loader, options: CachedOptions<UserLoader> & { readonly maxBytes?: number },
  ) {
    const shared = openTier(settings, {
      environment,
      namespace: NAMESPACE,
      now: () => this.it.now,
      scope: () => invocation ?? {},
      warnOnce: (message) => this.it.warnings.push(message),
    });
    this.store = new WatchedStore(shared);
    this.it = new VirtualCache({ ...options, shared: this.store, loader: (key: string) => loader(key) });
  }

  public get(key: string): Promise<Version> {
    return this.it.get(key) as Promise<Version>;
  }

  public get counters(): Counters {
    return this.it.counters;
  }

  /** Forgets tags as the runtime does: here and everywhere. */
  public async invalidateTags(...tags: string[]): Promise<void> {
    this.it.invalidations.invalidateTags(tags);
    await this.store.invalidateTags(tags);
    this.it.invalidations.invalidateTags(tags);
  }

  /** Until all is done that the environment would stay awake for. */
  public async settle(): Promise<void> {
    const works: BackgroundWork[] = this.it.background.splice(0);
    await Promise.all(works.map((work) => work.run()));
    await this.store.idle();
  }
}

/** Knows whether questions to the shared cache are still open. */
class WatchedStore implements SharedStore {
  private readonly open = new Set<Promise<unknown>>();

  public constructor(private readonly store_: SharedStore) {}

  public entriesOf(parts: SharedEntriesParts): SharedEntries {
    return new SharedEntries(this, parts);
  }

  public look(key: string, cacheName: string, counters: Counters, held?: Held): Promise<Looked> {
    return this.watch(this.store_.look(key, cacheName, counters, held));
  }

  public store(key: string, cacheName: string, entry: SharedEntry, keepMs: number, ticket: Ticket, counters: Counters): Promise<Ticket | undefined> {
    return this.watch(this.store_.store(key, cacheName, entry, keepMs, ticket, counters));
  }

  public invalidate(key: string, rememberMs: number): Promise<boolean> {
    return this.watch(this.store_.invalidate(key, rememberMs));
  }

  public invalidateCache(cacheName: string): Promise<boolean> {
    return this.watch(this.store_.invalidateCache(cacheName));
  }

  public invalidateTags(tags: readonly string[]): Promise<boolean> {
    return this.watch(this.store_.invalidateTags(tags));
  }

  public async idle(): Promise<void> {
    do {
      await Promise.all(this.open);
      await new Promise((resolve) => {
        setImmediate(resolve);
      });
    } while (this.open.size > 0);
  }

  private watch<T>(operation: Promise<T>): Promise<T> {
    this.open.add(operation);
    const forget = () => this.open.delete(operation);
    operation.then(forget, forget);
    return operation;
  }
}

/** Tells the cache the tags of what is being loaded. */
export function tag(...tags: string[]): void {
  loadContext().tags = tags;
}
