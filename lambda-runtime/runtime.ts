import { type Cached, type CachedOptions, cachedFunction, type UserLoader } from './cached.js';
import type { PolicySettings, RuntimeSettings } from '../src/runtime-settings.js';
import { CACHE_NAME, MODE_VARIABLE, MODES } from '../src/runtime-settings.js';
import { Cache } from './engine/cache.js';
import { toMilliseconds } from './engine/duration.js';
import type { Policy } from './engine/policy.js';
import { currentInvocation, type Invocation } from './lifecycle/invocation.js';
import { cacheLines, functionLines } from './observability/emf.js';
import { MemoryTier } from './tiers/memory.js';

/** How long an entry is fresh where neither the construct nor the code says so; DAX's default too. */
const DEFAULT_TTL_MS = 5 * 60_000;

const DEFAULT_MEMORY_MB = 128;
const MEMORY_SHARE = 1 / 4;

/** Warnings are said once each; this many different ones are remembered. */
const MAX_WARNINGS = 100;

const NO_SETTINGS: RuntimeSettings = { namespace: '', caching: {}, caches: {} };

/** The caches of one execution environment, and the memory they share. */
export class Runtime {
  private readonly memory: MemoryTier;
  private readonly names: string[] = [];
  private readonly warnings = new Set<string>();
  private readonly off: boolean;

  public constructor(private readonly environment: NodeJS.ProcessEnv, private readonly settings = NO_SETTINGS) {
    this.memory = new MemoryTier({
      maxBytes: settings.maxMemoryBytes ?? defaultMemoryBytes(environment),
      maxEntries: settings.maxEntries,
    });
    this.off = this.readMode() === 'off';
  }

  /** See `cached` in index.ts. */
  public cached<L extends UserLoader>(name: string, loader: L, options: CachedOptions<L> = {}): Cached<L> {
    this.checkDefinition(name, loader);
    const number = this.names.push(name) - 1;
    const { policy, keyPrefix } = this.policyFor(name, options);
    const cache = new Cache(name, loader, policy, {
      memory: this.memory,
      now: Date.now,
      counters: () => currentInvocation().countersOf(number),
      warnOnce: (message) => this.warnOnce(message),
    });
    return cachedFunction(cache, loader, { keyPrefix, off: this.off });
  }

  /** Metric lines of what the caches did during the invocation; ends its counting. */
  public metricLines(invocation: Invocation): string[] {
    const counted = [...invocation.close().entries()];
    const context = {
      functionName: this.environment.AWS_LAMBDA_FUNCTION_NAME ?? 'local',
      requestId: invocation.requestId,
      now: Date.now(),
      memoryBytes: this.memory.bytes,
    };
    switch (this.settings.metrics) {
      case 'none':
        return [];
      case 'function':
        return functionLines(counted.map(([, counters]) => counters), context);
      default:
        return counted.flatMap(([number, counters]) => cacheLines(this.names[number], counters, context));
    }
  }

  private policyFor(name: string, options: CachedOptions<UserLoader>): { policy: Policy; keyPrefix: string } {
    const inCode: PolicySettings = {
      ...(options.ttl !== undefined && { ttlMs: toMilliseconds(options.ttl, `ttl of cache '${name}'`) }),
      ...(options.valueVersion !== undefined && { valueVersion: options.valueVersion }),
    };
    // The later wins: whoever operates the function can change it without touching the handler.
    const { ttlMs, valueVersion } = { ttlMs: DEFAULT_TTL_MS, ...inCode, ...this.settings.caching, ...this.settings.caches[name] };
    return {
      policy: { ttlMs, key: options.key, mutable: options.mutable ?? false },
      keyPrefix: `${this.settings.namespace}:${name}:${valueVersion ?? ''}:`,
    };
  }

  private checkDefinition(name: string, loader: unknown): void {
    if (typeof name !== 'string' || !CACHE_NAME.test(name)) {
      throw new TypeError(`cached(name, loader): name must be 1 to 64 letters, digits, '_', '.' or '-', not ${JSON.stringify(name)}.`);
    }
    if (typeof loader !== 'function') {
      throw new TypeError(`cached('${name}', loader): loader must be a function, not ${typeof loader}.`);
    }
    if (this.names.includes(name)) {
      this.warnOnce(`Two caches are named '${name}'. Each keeps its own entries in memory, but their metrics are one: give each a name of its own.`);
    }
  }

  private readMode(): (typeof MODES)[number] | undefined {
    const mode = this.environment[MODE_VARIABLE] || undefined;
    const known = MODES.find((each) => each === mode);
    if (mode !== known) {
      this.warnOnce(`The environment variable ${MODE_VARIABLE} is '${mode}', which is none of: ${MODES.join(', ')}. The cache is on.`);
    }
    return known;
  }

  private warnOnce(message: string): void {
    if (!this.warnings.has(message) && this.warnings.size < MAX_WARNINGS) {
      this.warnings.add(message);
      console.warn(`cdk-cached-function: ${message}`);
    }
  }
}

function defaultMemoryBytes(environment: NodeJS.ProcessEnv): number {
  const megabytes = Number(environment.AWS_LAMBDA_FUNCTION_MEMORY_SIZE) || DEFAULT_MEMORY_MB;
  return Math.floor(megabytes * 1024 * 1024 * MEMORY_SHARE);
}
