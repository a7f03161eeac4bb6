import { cachedFunction, cachedManyFunction } from './cached.js';
import { Definitions, type TierAccess } from './definitions.js';
import { dispatchOf, type Mode, readMode } from './dispatch.js';
import { currentTenant, escapePart } from './key-parts.js';
import type { CachedManyOptions, CachedOptions, UserLoader } from './options.js';
import { checkDefinition, checkOptionNames, policyOf } from './policy-of.js';
import type { Cached, CachedMany } from './types.js';
import type { RuntimeSettings } from '../../src/contract/runtime-settings.js';
import type { DaxDeps } from '../dax/dax-deps.js';
import type { BackgroundWork } from '../engine/background-work.js';
import { Batch, type BatchLoader, type LoadMany } from '../engine/batch.js';
import type { CacheDeps } from '../engine/cache-deps.js';
import { Cache } from '../engine/cache.js';
import type { MemoryFence } from '../engine/coherence.js';
import { Invalidations } from '../engine/invalidations.js';
import { type LoadContext, loadContext } from '../engine/load-context.js';
import { ManualCache, type ManualCacheInUse, manualPolicyOf } from '../engine/manual-cache.js';
import { hasBackgroundWork } from '../engine/policy.js';
import { type Scope, WIRE_FORMAT } from '../engine/shared.js';
import { Warnings, type WarnOnce } from '../engine/warnings.js';
import { ClockBound } from '../lambda/clock-bound.js';
import { deferWithContext } from '../lambda/deferred-work.js';
import type { FreezeCounter } from '../lambda/freeze-counter.js';
import { countingInvocation, currentInvocation, currentEvent, type Invocation } from '../lambda/invocation.js';
import { memoryBound } from '../memory/memory-bound.js';
import { MemoryTier } from '../memory/memory-tier.js';
import { cacheLines, countsLine, functionLines } from '../metrics/emf.js';
import type { SharedStore } from '../shared/shared-store.js';
import { type Tag, tagsOf } from '../values/tags.js';

const DEFAULT_BATCH_SIZE = 100;

/** After this many invocations, handlers that define caches on first use have defined most of them. */
const INVOCATIONS_BEFORE_CHECK = 10;

/** The settings outside Lambda, where there is no construct. */
const NO_SETTINGS: RuntimeSettings = { namespace: '', caching: {}, caches: {} };

/** A runtime's dependencies on the process that it runs in. */
export interface RuntimeDeps {
  readonly environment: NodeJS.ProcessEnv;
  /** The wall clock; default: the real one. */
  readonly now?: () => number;
  /** Does work after the response; false if there is too much already. */
  readonly runAfterResponse: (work: BackgroundWork) => boolean;
  /** Called when it becomes clear that a cache, or one that has just been defined, will have such work. */
  readonly expectWorkAfterResponse?: (cacheName?: string) => void;
  /** Absent if nothing freezes. */
  readonly freezes?: FreezeCounter;
  /** Called when an event's deferred work is done. */
  readonly report?: (invocation: Invocation) => void;
  /** The shared tier, if there is one. */
  readonly shared?: SharedStore;
  /** The warnings that have been logged. */
  readonly warnings?: { readonly warnOnce: WarnOnce };
  /** Decides what a definition may use; default: as in Lambda. */
  readonly tierAccessOf?: (name: string) => TierAccess;
  /** How many runtimes share the environment's memory; default: this one alone. */
  readonly workers?: number;
  /** The size of all their entries, given the size of this one's; default: just that. */
  readonly totalBytes?: (own: number) => number;
}

/** The caches of one execution environment, and the memory they share. */
export class Runtime {
  /** The document client's DAX; undefined if there is none, or the cache is off. */
  public readonly dax?: DaxDeps;
  /** How whole responses are cached; undefined if they are not. */
  public readonly responses: RuntimeSettings['responses'];
  private readonly memory: MemoryTier;
  private readonly invalidations = new Invalidations();
  private readonly clockBound: ClockBound;
  private readonly definitions: Definitions;
  private readonly names: string[] = [];
  private invocations = 0;
  private fence?: MemoryFence;
  private readonly runAfterResponse: (work: BackgroundWork) => boolean;
  private readonly warnOnce: WarnOnce;
  private readonly mode: Mode | undefined;
  private readonly functionName: string;

  public constructor(private readonly deps: RuntimeDeps, private readonly settings = NO_SETTINGS) {
    this.clockBound = new ClockBound(deps.environment.AWS_LAMBDA_MAX_CONCURRENCY === undefined);
    this.warnOnce = (deps.warnings ?? new Warnings()).warnOnce;
    this.runAfterResponse = deferWithContext(deps.runAfterResponse, (invocation) => deps.report?.(invocation), deps.freezes);
    this.definitions = new Definitions(this.warnOnce);
    const { workers = 1 } = deps;
    // The settings apply to the environment: each of its runtimes gets its share.
    const maxBytes = memoryBound(settings.maxMemoryBytes, workers, deps.environment, this.warnOnce);
    const maxEntries = Math.max(1, Math.floor((settings.maxEntries ?? Infinity) / workers));
    this.memory = new MemoryTier({ maxBytes, maxEntries, eviction: settings.eviction });
    this.responses = settings.responses;
    this.mode = readMode(deps.environment, this.warnOnce);
    this.functionName = deps.environment.AWS_LAMBDA_FUNCTION_NAME ?? 'local';
    // Stores in the shared tier happen after the response. And a cache with the construct's policy may be defined too late for the registration.
    if (deps.shared !== undefined || [settings.caching, ...Object.values(settings.caches)].some(hasBackgroundWork)) {
      deps.expectWorkAfterResponse?.();
    }
    if (settings.dax && this.mode !== 'off') {
      this.dax = { settings: settings.dax, scope: currentInvocation, warnOnce: this.warnOnce };
    }
  }

  /**
   * See runtime.ts.
   *
   * @param calledAs the function by which the user's code calls this
   */
  public cached<L extends UserLoader>(name: string, loader: L, options: CachedOptions<L> = {}, calledAs: UserLoader = this.cached): Cached<L> {
    checkDefinition('cached', name, loader);
    checkOptionNames(name, options, 'key');
    const policy = this.policyFor(name, options);
    const access = this.tierAccessOf(name, calledAs);
    const cache = this.newCache(name, loader, policy, access);
    return cachedFunction(cache, loader, dispatchOf(cache, access, this.mode, this.deps.shared !== undefined));
  }

  /** See runtime.ts, and `cached`. */
  public cachedMany<K, V>(
    name: string, loadMany: LoadMany, manyOptions: CachedManyOptions = {}, calledAs: UserLoader = this.cachedMany,
  ): CachedMany<K, V> {
    checkDefinition('cachedMany', name, loadMany);
    checkOptionNames(name, manyOptions, 'batchSize');
    const { batchSize = DEFAULT_BATCH_SIZE, ...options } = manyOptions;
    if (!(Number.isInteger(batchSize) && batchSize > 0)) {
      throw new TypeError(`cachedMany('${name}'): batchSize must be a whole number greater than zero, not ${String(batchSize)}.`);
    }
    const policy = this.policyFor(name, options);
    const access = this.tierAccessOf(name, calledAs);
    const loader: BatchLoader = { cacheName: name, loadMany, batchSize, measured: (load) => cache.measured(load) };
    const newBatch = () => new Batch(loader);
    const cache: Cache = this.newCache(name, (id: unknown) => newBatch().load(id), { ...policy, batched: true }, access);
    return cachedManyFunction(cache, newBatch, dispatchOf(cache, access, this.mode, this.deps.shared !== undefined));
  }

  /**
   * A cache whose caller decides which entry answers a call: for responses (http/).
   *
   * @param calledAs see `cached`
   */
  public manualCache(name: string, calledAs: UserLoader): ManualCacheInUse {
    checkDefinition('the cache of responses', name, calledAs);
    // Without a warning that nothing may be stale: what may be, its caller decides.
    const { valueVersion, ...policy } = manualPolicyOf(policyOf(name, {}, this.settings.caching, this.settings.caches[name]));
    const access = this.tierAccessOf(name, calledAs);
    // A response's stale windows are unknown until it arrives.
    this.deps.expectWorkAfterResponse?.(name);
    const cache = new ManualCache(name, policy, this.depsOf(name, valueVersion, access === 'all' ? access : 'memory', undefined));
    return { current: () => cache, mode: access === 'none' ? 'off' : this.mode };
  }

  /** See runtime.ts. */
  public async invalidateTags(...given: readonly (Tag | readonly Tag[])[]): Promise<{ readonly scope: Scope }> {
    const { tags, refused } = tagsOf(given.flat());
    if (refused !== undefined) {
      this.warnOnce('badTags', `invalidateTags() cannot invalidate ${refused}: a tag must be a string or a number. The other tags are invalidated.`);
    }
    this.invalidations.invalidateTags(tags);
    const { shared } = this.deps;
    if (shared === undefined || tags.length === 0) {
      return { scope: 'environment' };
    }
    const reached = await shared.invalidateTags(tags);
    // An entry that was read from the tier meanwhile may be older than the invalidation.
    this.invalidations.invalidateTags(tags);
    return { scope: reached && refused === undefined ? 'fleet' : 'environment' };
  }

  /** See runtime.ts. */
  public loadContext(): LoadContext {
    return loadContext();
  }

  /**
   * Called when an invocation begins.
   *
   * @param remainingMs until its deadline; undefined if the caller sets none
   */
  public invocationOpened(remainingMs = Infinity): void {
    // The clock may have been set back while the environment was frozen.
    this.clockBound.begin(this.invalidations.observe(Date.now()), remainingMs);
  }

  /** Called in an invocation's scope when it begins: the fence is read while the handler works. */
  public invocationBegan(): void {
    const event = currentEvent();
    if (event !== undefined) {
      this.fence?.arrive(event);
    }
  }

  /** Whether a fence is sent when an invocation begins. */
  public get isFenced(): boolean {
    return this.fence !== undefined;
  }

  /** Called when an invocation ends. Checks that each of the operator's policies names a cache, once caches that are defined while events are handled have had time for that. */
  public invocationEnded(): void {
    this.clockBound.end();
    // Its hits may not have read the clock. If that was set back, the next reading may be later again, after a freeze.
    this.invalidations.observe(Date.now());
    if (++this.invocations !== INVOCATIONS_BEFORE_CHECK) {
      return;
    }
    const unused = Object.keys(this.settings.caches).filter((name) => !this.names.includes(name));
    if (unused.length > 0) {
      this.warnOnce('unusedPolicy', `addCachePolicy names ${unused.join(', ')}, but after ${this.invocations} invocations the code has defined only these caches: `
        + `${this.names.join(', ') || 'none'}. Use the names that the code passes to cached().`);
    }
  }

  /** The invocation's metric lines; ends its counting. */
  public metricLines(invocation: Invocation): string[] {
    const counted = invocation.close();
    const { counts, requestId } = invocation;
    const { metrics } = this.settings;
    if (metrics === 'none' || (counted.length === 0 && counts === undefined)) {
      return [];
    }
    const { functionName, memory: { bytes } } = this;
    const facts = { functionName, requestId, now: Date.now(), memoryBytes: this.deps.totalBytes?.(bytes) ?? bytes };
    const ofFunction = counts === undefined ? [] : [countsLine(counts, facts)];
    const used = counted.flatMap((counters, number) => counters === undefined ? [] : { counters, name: this.names[number] });
    return metrics === 'function'
      ? [...ofFunction, ...functionLines(used.map(({ counters }) => counters), facts)]
      : [...ofFunction, ...used.flatMap(({ counters, name }) => cacheLines(name, counters, facts))];
  }

  private newCache(name: string, loader: UserLoader, { valueVersion, ...policy }: ReturnType<typeof policyOf>, access: TierAccess): Cache {
    if (access !== 'none' && hasBackgroundWork(policy)) {
      this.deps.expectWorkAfterResponse?.(name);
    }
    const cache = new Cache(name, loader, policy, this.depsOf(name, valueVersion, access, policy.coherenceMs));
    if (access === 'all later') {
      // If an event defines it again, this definition belonged to one event too: its entries will never be used again.
      this.definitions.onRepeated(name, () => cache.clear());
    }
    return cache;
  }

  private depsOf(name: string, valueVersion: string, access: TierAccess, coherenceMs: number | undefined): CacheDeps {
    const number = this.numberOf(name);
    const { freezes } = this.deps;
    const shared = access === 'all' || access === 'all later' ? this.deps.shared : undefined;
    return {
      memory: this.memory,
      invalidations: this.invalidations,
      now: this.deps.now ?? (() => Date.now()),
      clockBound: this.clockBound,
      counters: () => countingInvocation().countersOf(number),
      invocation: countingInvocation,
      warnOnce: this.warnOnce,
      runAfterResponse: this.runAfterResponse,
      ...(freezes && { freezeCount: () => freezes.count }),
      remainingMs: () => currentInvocation().remainingMs?.(),
      shared,
      ...(shared !== undefined && coherenceMs !== undefined && this.mode !== 'off' && { coherence: this.fenceFor(shared, coherenceMs) }),
      isSharingDeferred: access === 'all later',
      keyPrefix: this.keyPrefix(name, valueVersion),
      tenant: currentTenant,
    };
  }

  /** One for all of the environment's caches: they share its memory, and the tier's log. */
  private fenceFor(shared: SharedStore, boundMs: number): MemoryFence {
    const { now = () => Date.now(), freezes } = this.deps;
    this.fence ??= shared.fenceOf({ now, ...(freezes && { freezes: () => freezes.count }), invalidations: this.invalidations, event: currentEvent });
    this.fence.require(boundMs);
    return this.fence;
  }

  private tierAccessOf(name: string, calledAs: UserLoader): TierAccess {
    return this.deps.tierAccessOf?.(name) ?? this.definitions.add(name, calledAs);
  }

  /** The index of the counters of caches with that name. */
  private numberOf(name: string): number {
    const known = this.names.indexOf(name);
    return known < 0 ? this.names.push(name) - 1 : known;
  }

  private policyFor(name: string, options: CachedOptions<UserLoader>): ReturnType<typeof policyOf> {
    const policy = policyOf(name, options, this.settings.caching, this.settings.caches[name]);
    if (policy.softTimeoutMs !== undefined && policy.staleIfErrorMs === 0) {
      this.warnOnce('softTimeoutAlone', `softTimeout of cache '${name}' has no effect without staleIfError.`, name);
    }
    return policy;
  }

  private keyPrefix(name: string, valueVersion: string): () => string {
    const prefix = `${[this.settings.namespace, String(WIRE_FORMAT), name, valueVersion].map(escapePart).join(':')}:`;
    return () => prefix;
  }
}
