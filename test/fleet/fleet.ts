import type { Topology } from './backend.js';
import { Runtime } from '../../lambda-runtime/api/environment-runtime.js';
import type { CachedOptions, UserLoader } from '../../lambda-runtime/api/options.js';
import type { Cached } from '../../lambda-runtime/api/types.js';
import type { BackgroundWork } from '../../lambda-runtime/engine/background-work.js';
import type { FenceDeps, MemoryFence } from '../../lambda-runtime/engine/coherence.js';
import { Counters } from '../../lambda-runtime/engine/counters.js';
import { loadContext } from '../../lambda-runtime/engine/load-context.js';
import type { SharedEntriesDeps } from '../../lambda-runtime/engine/shared-port.js';
import { Warnings } from '../../lambda-runtime/engine/warnings.js';
import { Invocation, runInvocation } from '../../lambda-runtime/lambda/invocation.js';
import type { TierDeps } from '../../lambda-runtime/shared/open-tier.js';
import { SharedEntries } from '../../lambda-runtime/shared/shared-entries.js';
import type { SharedStore } from '../../lambda-runtime/shared/shared-store.js';
import { openTier as openDynamoDb } from '../../lambda-runtime/stores/dynamodb/index.js';
import { openTier as openMemcached } from '../../lambda-runtime/stores/memcached/index.js';
import { openTier as openRedis } from '../../lambda-runtime/stores/redis/index.js';
import type { SharedSettings } from '../../src/contract/shared-settings.js';

export const NAMESPACE = 'shop';

/** What whole keys of the cache `product` begin with. */
export const KEY_PREFIX = `${NAMESPACE}:2:product::`;

/** The key of the index of invalidations. */
export const INDEX_KEY = `${NAMESPACE}:2:@`;

/** When the clocks of environments begin. */
export const BEGINNING = Date.UTC(2026, 0, 1);

/** What the origin had, and when. */
export interface Version {
  readonly key: string;
  readonly version: number;
}

export type Loader = (key: string) => Promise<Version>;

export interface Place extends Omit<Topology, 'stop'> {
  /** The invocation that all calls belong to. @default - each call is one of its own */
  readonly invocation?: object;
}

/** One environment of a function: the real runtime on a virtual clock of its own, and a connection to the shared cache. */
export class Environment {
  public now = BEGINNING;
  public readonly warnings: string[] = [];
  public readonly store: WatchedStore;
  /** One invocation, which goes on as long as the environment is used. */
  private readonly invocation = new Invocation('an-invocation');
  private readonly background: BackgroundWork[] = [];
  private readonly runtime: Runtime;
  private readonly product: Cached<Loader>;

  public constructor(
    { settings, environment = {}, invocation, openTier: open = (deps) => openTier(settings, deps) }: Place, loader: Loader,
    { maxBytes = 1_000_000, ...options }: CachedOptions<UserLoader> & { readonly maxBytes?: number },
  ) {
    const warnings = new Warnings((message) => this.warnings.push(message));
    const { warnOnce } = warnings;
    const now = () => this.now;
    const scope = () => invocation ?? {};
    this.store = new WatchedStore(open({ environment, namespace: NAMESPACE, now, scope, warnOnce, maxMemoryBytes: maxBytes }));
    this.runtime = new Runtime({
      environment: {},
      now,
      runAfterResponse: (work) => this.background.push(work) > 0,
      shared: this.store,
      warnings,
    }, { namespace: NAMESPACE, maxMemoryBytes: maxBytes, caching: {}, caches: {} });
    this.product = this.runtime.cached('product', loader, options as CachedOptions<Loader>);
  }

  public get counters(): Counters {
    return this.invocation.countersOf(0);
  }

  /** Until it is connected, and the index of invalidations has begun. */
  public async open(): Promise<void> {
    await this.store.read(`${KEY_PREFIX}nothing`, { cacheName: 'product', invocation: {}, counters: () => new Counters() });
    await this.settle();
  }

  public get(key: string): Promise<Version> {
    return this.run(() => this.product(key));
  }

  public refresh(key: string): Promise<Version> {
    return this.run(() => this.product.refresh(key));
  }

  public prime(key: string, value: Version): ReturnType<Cached<Loader>['prime']> {
    return this.run(() => this.product.prime(key, value));
  }

  public invalidate(key: string): ReturnType<Cached<Loader>['invalidate']> {
    return this.run(() => this.product.invalidate(key));
  }

  public invalidateAll(): ReturnType<Cached<Loader>['invalidateAll']> {
    return this.run(() => this.product.invalidateAll());
  }

  public invalidateTags(...tags: string[]): ReturnType<Runtime['invalidateTags']> {
    return this.run(() => this.runtime.invalidateTags(...tags));
  }

  /** Until all is done that the environment would stay awake for. */
  public async settle(): Promise<void> {
    await this.run(() => Promise.all(this.background.splice(0).map((work) => work.run())));
    await this.store.idle();
  }

  private run<T>(call: () => T): T {
    return runInvocation(this.invocation, call);
  }
}

/** Knows whether questions to the shared cache are still open. */
class WatchedStore implements SharedStore {
  private readonly open = new Set<Promise<unknown>>();

  public constructor(private readonly watched: SharedStore) {}

  public entriesOf(parts: SharedEntriesDeps): SharedEntries {
    return new SharedEntries(this, parts);
  }

  public fenceOf(deps: FenceDeps): MemoryFence {
    return this.watched.fenceOf(deps);
  }

  public read(...args: Parameters<SharedStore['read']>): ReturnType<SharedStore['read']> {
    return this.watch(this.watched.read(...args));
  }

  public readMany(...args: Parameters<SharedStore['readMany']>): ReturnType<SharedStore['readMany']> {
    return this.watch(this.watched.readMany(...args));
  }

  public store(...args: Parameters<SharedStore['store']>): ReturnType<SharedStore['store']> {
    return this.watch(this.watched.store(...args));
  }

  public invalidate(...args: Parameters<SharedStore['invalidate']>): Promise<boolean> {
    return this.watch(this.watched.invalidate(...args));
  }

  public invalidateCache(...args: Parameters<SharedStore['invalidateCache']>): Promise<boolean> {
    return this.watch(this.watched.invalidateCache(...args));
  }

  public invalidateTags(...args: Parameters<SharedStore['invalidateTags']>): Promise<boolean> {
    return this.watch(this.watched.invalidateTags(...args));
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

/** Sets the tags of what is being loaded. */
export function tag(...tags: string[]): void {
  loadContext().tags = tags;
}

/** What the layer's handler does by importing the part of that name. */
export function openTier(settings: SharedSettings, deps: TierDeps): SharedStore {
  switch (settings.kind) {
    case 'dynamodb':
      return openDynamoDb(settings, deps);
    case 'redis':
      return openRedis(settings, deps);
    case 'memcached':
      return openMemcached(settings, deps);
  }
}
