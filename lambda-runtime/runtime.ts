import { type Cached, cachedFunction, type CachedMany, cachedManyFunction, type Shape } from './cached.js';
import { CACHE_NAME, MODE_VARIABLE, MODES, type RuntimeSettings } from '../src/runtime-settings.js';
import type { DaxSurroundings } from './dax/surroundings.js';
import { Definitions, type Use } from './definitions.js';
import type { BackgroundWork } from './engine/background-work.js';
import { Batch, type BatchLoader, type LoadMany } from './engine/batch.js';
import type { Loader } from './engine/cache-parts.js';
import { Cache } from './engine/cache.js';
import { ENTRY_OVERHEAD } from './engine/entries.js';
import { Invalidations } from './engine/invalidations.js';
import { type LoadContext, loadContext } from './engine/load-context.js';
import { worksInBackground } from './engine/policy.js';
import { type Scope, type SharedStore, WIRE_FORMAT } from './engine/shared.js';
import { type Tag, tagsOf } from './engine/tags.js';
import type { WarnOnce } from './engine/warn-once.js';
import { deferring } from './lifecycle/deferred-work.js';
import type { Freezes } from './lifecycle/freezes.js';
import { currentInvocation, eventUnderWay, type Invocation, tenantOfInvocation } from './lifecycle/invocation.js';
import { memoryBound } from './memory-bound.js';
import { cacheLines, countsLine, functionLines } from './observability/emf.js';
import { type CachedManyOptions, type CachedOptions, checkOptionNames, policyOf, type UserLoader } from './options.js';
import { MemoryTier } from './tiers/memory.js';
import { Warnings } from './warnings.js';

const DEFAULT_BATCH_SIZE = 100;

/** Handlers that define caches when they first need them have defined most of them by then. */
const INVOCATIONS_BEFORE_CHECK = 10;

/** Where no construct says anything: outside Lambda. */
const NO_SETTINGS: RuntimeSettings = { namespace: '', caching: {}, caches: {} };

/** What a runtime needs of the process that it runs in. */
export interface Surroundings {
  readonly environment: NodeJS.ProcessEnv;
  /** The wall clock; default: the real one. */
  readonly now?: () => number;
  /** Does work when the response is out; false if there is too much already. */
  readonly later: (work: BackgroundWork) => boolean;
  /** Called when it is known that there will be such work, of some cache, or of one that has just been defined. */
  readonly needsLater?: (cacheName?: string) => void;
  /** Absent where nothing freezes. */
  readonly freezes?: Freezes;
  /** Called when all that was put off for an event is done. */
  readonly report?: (invocation: Invocation) => void;
  /** The tier that all environments share, if there is one. */
  readonly shared?: SharedStore;
  /** What has been said already. */
  readonly warnings?: { readonly once: WarnOnce };
  /** What a definition may use; default: what it may use in Lambda. */
  readonly useOf?: (name: string) => Use;
  /** How many runtimes share the environment's memory; default: this one alone. */
  readonly workers?: number;
  /** What the entries of all of them take, given what this one's do; default: just that. */
  readonly totalBytes?: (own: number) => number;
}

/** The caches of one execution environment, and the memory they share. */
export class Runtime {
  /** What the document client goes through; undefined where there is no DAX, or the cache is off. */
  public readonly dax?: DaxSurroundings;
  private readonly memory: MemoryTier;
  private readonly invalidations = new Invalidations();
  private readonly definitions: Definitions;
  private readonly names: string[] = [];
  private invocations = 0;
  private readonly later: (work: BackgroundWork) => boolean;
  private readonly warnOnce: WarnOnce;
  private readonly mode: (typeof MODES)[number] | undefined;

  public constructor(private readonly surroundings: Surroundings, private readonly settings = NO_SETTINGS) {
    this.warnOnce = (surroundings.warnings ?? new Warnings()).once;
    this.later = deferring(surroundings.later, (invocation) => surroundings.report?.(invocation), surroundings.freezes);
    this.definitions = new Definitions(this.warnOnce);
    const { workers = 1 } = surroundings;
    // The settings are the environment's: each of its runtimes has its part.
    const maxBytes = memoryBound(settings.maxMemoryBytes, workers, surroundings.environment, this.warnOnce);
    const maxEntries = Math.max(1, Math.floor((settings.maxEntries ?? Infinity) / workers));
    // lru-cache makes room for all of them at once: for more than memory can hold, there may be no memory.
    this.memory = new MemoryTier({ maxBytes, ...(maxEntries * ENTRY_OVERHEAD < maxBytes && { maxEntries }) });
    this.mode = this.readMode();
    // Storing in the shared tier is work that no response waits for. A cache of the construct's policy may be defined only when it is too late.
    if (surroundings.shared !== undefined || [settings.caching, ...Object.values(settings.caches)].some(worksInBackground)) {
      surroundings.needsLater?.();
    }
    if (settings.dax && this.mode !== 'off') {
      this.dax = { settings: settings.dax, scope: currentInvocation, warnOnce: this.warnOnce };
    }
  }

  /**
   * See index.ts.
   *
   * @param calledAs the function by which the user's code calls this
   */
  public cached<L extends UserLoader>(name: string, loader: L, options: CachedOptions<L> = {}, calledAs: UserLoader = this.cached): Cached<L> {
    checkDefinition('cached', name, loader);
    checkOptionNames(name, options, 'key');
    const policy = this.policyFor(name, options);
    const use = this.useOf(name, calledAs);
    const cache = this.newCache(name, loader, policy, use);
    return cachedFunction(cache, loader, this.shapeOf(cache, use));
  }

  /** See index.ts, and `cached`. */
  public cachedMany<K, V>(
    name: string, loadMany: LoadMany, manyOptions: CachedManyOptions = {}, calledAs: UserLoader = this.cachedMany,
  ): CachedMany<K, V> {
    const { batchSize = DEFAULT_BATCH_SIZE, ...options } = manyOptions;
    checkDefinition('cachedMany', name, loadMany);
    checkOptionNames(name, manyOptions, 'batchSize');
    if (!(Number.isInteger(batchSize) && batchSize > 0)) {
      throw new TypeError(`cachedMany('${name}'): batchSize must be a whole number greater than zero, not ${String(batchSize)}.`);
    }
    const policy = this.policyFor(name, options);
    const use = this.useOf(name, calledAs);
    const loader: BatchLoader = { cacheName: name, loadMany, batchSize, measured: (load) => cache.measured(load) };
    const newBatch = () => new Batch(loader);
    const cache: Cache = this.newCache(name, (id: unknown) => newBatch().load(id), { ...policy, batched: true }, use);
    return cachedManyFunction(cache, newBatch, this.shapeOf(cache, use));
  }

  /** See index.ts. */
  public async invalidateTags(...given: readonly (Tag | readonly Tag[])[]): Promise<{ readonly scope: Scope }> {
    const { tags, refused } = tagsOf(given.flat());
    if (refused !== undefined) {
      this.warnOnce('badTags', `invalidateTags() cannot invalidate ${refused}: pass texts and numbers. The other tags are invalidated.`);
    }
    this.invalidations.invalidateTags(tags);
    const { shared } = this.surroundings;
    if (shared === undefined || tags.length === 0) {
      return { scope: 'environment' };
    }
    const reached = await shared.invalidateTags(tags);
    // What was read from there meanwhile may have come before.
    this.invalidations.invalidateTags(tags);
    return { scope: reached && refused === undefined ? 'fleet' : 'environment' };
  }

  /** See index.ts. */
  public loadContext(): LoadContext {
    return loadContext();
  }

  /** Looks whether what the operator says of caches reaches any. Caches that are defined while events are handled have had the time to be. */
  public invocationEnded(): void {
    if (++this.invocations !== INVOCATIONS_BEFORE_CHECK) {
      return;
    }
    const unused = Object.keys(this.settings.caches).filter((name) => !this.names.includes(name));
    if (unused.length > 0) {
      this.warnOnce('unusedPolicy', `addCachePolicy names ${unused.join(', ')}, and after ${this.invocations} invocations the code has defined no such cache, `
        + `but ${this.names.join(', ') || 'none'}. The names must be those that cached() gets.`);
    }
  }

  /** Metric lines of what the caches did during the invocation; ends its counting. */
  public metricLines(invocation: Invocation): string[] {
    const counted = [...invocation.close().entries()];
    const facts = {
      functionName: this.surroundings.environment.AWS_LAMBDA_FUNCTION_NAME ?? 'local',
      requestId: invocation.requestId,
      now: Date.now(),
      memoryBytes: this.surroundings.totalBytes?.(this.memory.bytes) ?? this.memory.bytes,
    };
    const ofFunction = invocation.counts === undefined ? [] : [countsLine(invocation.counts, facts)];
    switch (this.settings.metrics) {
      case 'none':
        return [];
      case 'function':
        return [...ofFunction, ...functionLines(counted.map(([, counters]) => counters), facts)];
      default:
        return [...ofFunction, ...counted.flatMap(([number, counters]) => cacheLines(this.names[number], counters, facts))];
    }
  }

  private newCache(name: string, loader: UserLoader, { valueVersion, ...policy }: ReturnType<typeof policyOf>, use: Use): Cache {
    const number = this.numberOf(name);
    const { freezes } = this.surroundings;
    if (use !== 'nothing' && worksInBackground(policy)) {
      this.surroundings.needsLater?.(name);
    }
    const cache = new Cache(name, loader, policy, {
      memory: this.memory,
      invalidations: this.invalidations,
      now: this.surroundings.now ?? (() => Date.now()),
      counters: () => currentInvocation().countersOf(number),
      warnOnce: this.warnOnce,
      later: this.later,
      ...(freezes && { freezes: () => freezes.count }),
      remainingMs: () => currentInvocation().remainingMs?.(),
      shared: use === 'everything' || use === 'later everything' ? this.surroundings.shared : undefined,
      sharesLater: use === 'later everything',
      keyPrefix: this.keyPrefix(name, valueVersion),
      tenant: currentTenant,
    });
    if (use === 'later everything') {
      // Where an event defines it again, this one was of one event too: nobody will ask for its entries.
      this.definitions.onRepeated(name, () => cache.clear());
    }
    return cache;
  }

  private useOf(name: string, calledAs: UserLoader): Use {
    return this.surroundings.useOf?.(name) ?? this.definitions.add(name, calledAs);
  }

  /** The number that caches of that name are counted under. */
  private numberOf(name: string): number {
    const known = this.names.indexOf(name);
    return known < 0 ? this.names.push(name) - 1 : known;
  }

  private shapeOf(cache: Cache, use: Use): Shape {
    const call = this.lookUpOf(cache);
    switch (use) {
      case 'nothing':
        return { call: (args, loader) => cache.bypass(args, loader), off: true };
      case 'later everything': {
        const definedIn = eventUnderWay();
        let isShared = false;
        const beforeUse = () => {
          if (!isShared && ![definedIn, undefined].includes(eventUnderWay())) {
            isShared = true;
            cache.share();
          }
        };
        return { call: (args, loader) => (beforeUse(), call(args, loader)), off: this.mode === 'off', beforeUse };
      }
      default:
        return { call, off: this.mode === 'off' };
    }
  }

  private lookUpOf(cache: Cache): (args: readonly unknown[], loader?: Loader) => Promise<unknown> {
    switch (this.mode) {
      case 'off':
        return (args, loader) => cache.bypass(args, loader);
      case 'shadow':
        return (args, loader) => cache.shadow(args, loader);
      default:
        return (args, loader) => cache.get(args, loader);
    }
  }

  private policyFor(name: string, options: CachedOptions<UserLoader>): ReturnType<typeof policyOf> {
    const policy = policyOf(name, options, this.settings.caching, this.settings.caches[name]);
    if (policy.softTimeoutMs !== undefined && policy.staleIfErrorMs === 0) {
      this.warnOnce('softTimeoutAlone', `softTimeout of cache '${name}' does nothing without staleIfError.`, name);
    }
    return policy;
  }

  private keyPrefix(name: string, valueVersion: string): () => string {
    const prefix = `${[this.settings.namespace, String(WIRE_FORMAT), name, valueVersion].map(escapePart).join(':')}:`;
    return () => prefix;
  }

  private readMode(): (typeof MODES)[number] | undefined {
    const mode = this.surroundings.environment[MODE_VARIABLE] || undefined;
    const known = MODES.find((each) => each === mode?.toLowerCase());
    if (mode !== undefined && known === undefined) {
      this.warnOnce('unknownMode', `The environment variable ${MODE_VARIABLE} is '${mode}', which is none of: ${MODES.join(', ')}. The cache is on.`);
    }
    return known;
  }
}

function checkDefinition(what: string, name: string, loader: unknown): void {
  if (typeof name !== 'string' || !CACHE_NAME.test(name)) {
    throw new TypeError(`${what}(name, loader): name must be 1 to 64 letters, digits, '_', '.' or '-', not ${JSON.stringify(name)}.`);
  }
  if (typeof loader !== 'function') {
    throw new TypeError(`${what}('${name}', loader): loader must be a function, not ${typeof loader}.`);
  }
}

/** Lambda keeps the memory of tenants apart, but not where one process serves many requests; nor does a shared tier. */
function currentTenant(): string | undefined {
  const tenant = tenantOfInvocation();
  return tenant === undefined ? undefined : escapePart(tenant);
}

/** Keeps the parts of a key apart, whatever is in them. */
export function escapePart(part: string): string {
  return part.replace(/[%:@]/g, encodeURIComponent);
}
