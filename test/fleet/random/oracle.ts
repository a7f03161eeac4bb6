import policies from './in-function/policies.json';
import type { CacheName } from './program';

/** Whose call it is. */
export interface Caller {
  readonly user: string;
  readonly tenant?: string;
}

/** A value of the origin: read by a load, or primed. */
export interface Load {
  readonly name: string;
  readonly path: string;
  readonly tenant?: string;
  readonly environment: string;
  readonly began: number;
  /** When, by the environment's clock. */
  at: number;
  ended?: number;
  fails?: boolean;
  isUncached?: boolean;
  tags: readonly string[];
  ttlMs?: number;
}

/** Something that a handler asked for. */
export interface Asked {
  readonly op: string;
  readonly cache: CacheName;
  readonly path: string;
  /** Of a call for many values, in their order. */
  readonly paths?: readonly string[];
  readonly tenant?: string;
  readonly environment: string;
  readonly began: number;
  readonly at: number;
  /** Its arguments changed after the call, and cannot be copied: the loader may have read either. */
  readonly mayReadAnything: boolean;
}

interface Invalidation {
  readonly environment: string;
  readonly began: number;
  readonly concerns: (load: Pick<Load, 'path' | 'tenant' | 'tags'>) => boolean;
  acknowledged: number;
  acknowledgedAt: number;
  isFleets: boolean;
}

/** Caches whose loader reads many values at once. */
export const BATCHED: readonly CacheName[] = ['many', 'sorted', 'spliced'];

export const MEMORY_TTL_MS = 5_000;
/** Clocks are read in whole milliseconds, and not at the same moment. */
const TOLERANCE_MS = 100;

const msOf = (duration?: { readonly seconds: number }) => (duration?.seconds ?? 0) * 1_000;

export function policyOf(cache: CacheName) {
  const policy: { ttl: { seconds: number }; staleWhileRevalidate?: { seconds: number }; staleIfError?: { seconds: number } } = policies[cache];
  return { ttlMs: msOf(policy.ttl), staleWhileRevalidateMs: msOf(policy.staleWhileRevalidate), staleIfErrorMs: msOf(policy.staleIfError) };
}

export const cacheOf = (path: string) => path.split('/')[0] as CacheName;

/** A call got what it must not. */
export class BrokenPromise extends Error {
  /** @param forbidden the text by which the fleet's code shows it */
  public constructor(message: string, public readonly forbidden?: { readonly environment: string; readonly text: string }) {
    super(message);
  }
}

/** Which values may be answered, by what was asked for, loaded and invalidated so far. It knows nothing of how a cache works. */
export class Oracle {
  public readonly loads = new Map<string, Load>();
  private readonly invalidations: Invalidation[] = [];
  private readonly losses: { readonly step: number; readonly concerns: (load: Pick<Load, 'path' | 'tenant'>) => boolean }[] = [];

  public constructor(private readonly isShared: boolean) {}

  public get running(): Load[] {
    return [...this.loads.values()].filter(({ ended }) => ended === undefined);
  }

  /** One load of a key at a time in an environment, unless what the other one reads is out of date already. */
  public loadBegan(load: Load): void {
    const cache = cacheOf(load.path);
    const { ttlMs, staleWhileRevalidateMs } = policyOf(cache);
    const joinable = Math.min(ttlMs + staleWhileRevalidateMs, this.isShared ? MEMORY_TTL_MS : Infinity);
    const others = this.running.filter((other) => other.environment === load.environment && other.path === load.path && other.tenant === load.tenant);
    this.loads.set(load.name, load);
    if (cache === 'session' || cache === 'inline') {
      return;
    }
    for (const other of others) {
      const isOutdated = load.at - other.at >= joinable - TOLERANCE_MS
        || this.invalidations.some(({ environment, acknowledged, concerns }) =>
          environment === load.environment && acknowledged >= other.began && concerns({ ...other, tags: [] }));
      if (!isOutdated) {
        throw new BrokenPromise(`${load.name} and ${other.name} load ${load.path} at the same time in environment ${load.environment}`,
          { environment: load.environment, text: `${load.name} reads ${load.path}` });
      }
    }
  }

  /** An invalidation has begun: returns what to call when it is acknowledged. */
  public invalidating(environment: string, began: number, concerns: Invalidation['concerns']): (step: number, at: number, scope: string) => void {
    const invalidation: Invalidation = { environment, began, concerns, acknowledged: Infinity, acknowledgedAt: Infinity, isFleets: false };
    this.invalidations.push(invalidation);
    return (step, at, scope) => {
      invalidation.acknowledged = step;
      invalidation.acknowledgedAt = at;
      invalidation.isFleets = scope === 'fleet';
    };
  }

  /** The server has lost something: what began before may be stored, though it was invalidated (docs/behaviour.md). */
  public lost(step: number, concerns: (load: Pick<Load, 'path' | 'tenant'>) => boolean): void {
    this.losses.push({ step, concerns });
  }

  public answered(asked: Asked, value: unknown): void {
    const [, path, name] = /^(.*)#(.*)$/.exec(String(value)) ?? [];
    const load = this.loads.get(name);
    const broken = load === undefined || load.path !== path ? 'which nothing has loaded' : this.reasonAgainst(asked, load);
    if (broken !== undefined) {
      throw new BrokenPromise(`${describe(asked)} got ${JSON.stringify(value)}, ${broken}`, { environment: asked.environment, text: String(value) });
    }
  }

  public failed(asked: Asked, error: string): void {
    const name = /^Error: (\w+) failed$/.exec(error)?.[1];
    const load = name === undefined ? undefined : this.loads.get(name);
    const isOwn = load?.fails === true && (load.path === asked.path || asked.mayReadAnything) && load.tenant === asked.tenant
      // A batch fails when all of it has ended.
      && (load.ended! >= asked.began || BATCHED.includes(asked.cache)) && load.environment === asked.environment;
    if (!isOwn) {
      throw new BrokenPromise(`${describe(asked)} failed with an error that is none of its loader's: ${error}`, { environment: asked.environment, text: error });
    }
  }

  private reasonAgainst(asked: Asked, load: Load): string | undefined {
    const { ttlMs, staleWhileRevalidateMs, staleIfErrorMs } = policyOf(asked.cache);
    if (asked.tenant !== load.tenant) {
      return `which was loaded for tenant ${load.tenant}`;
    }
    if (asked.path !== load.path && !asked.mayReadAnything) {
      return 'which is of another call';
    }
    if (load.environment !== asked.environment && (!this.isShared || asked.cache === 'two' || asked.cache === 'inline')) {
      return 'which only another environment has loaded';
    }
    if (asked.op === 'refresh' && load.began < asked.began) {
      return 'whose load began before the refresh';
    }
    if (load.isUncached && load.ended! < asked.began) {
      return 'which was not to be cached';
    }
    if (this.invalidations.some((invalidation) => this.forbids(invalidation, asked, load))) {
      return 'which was invalidated';
    }
    const ageMs = asked.at - load.at;
    const freshMs = Math.max(load.ttlMs ?? ttlMs, load.ended! >= asked.began ? ttlMs : 0) + TOLERANCE_MS;
    const isYoung = ageMs < freshMs + (asked.op === 'peek' ? 0 : staleWhileRevalidateMs);
    const isStandIn = asked.op !== 'peek' && ageMs < freshMs + staleIfErrorMs && this.hasFailedSince(load);
    return isYoung || isStandIn ? undefined : `which is ${Math.round(ageMs / 1_000)} s old`;
  }

  private forbids({ environment, began, acknowledged, acknowledgedAt, isFleets, concerns }: Invalidation, asked: Asked, load: Load): boolean {
    const isKnown = environment === asked.environment
      ? acknowledged < asked.began
      : isFleets && acknowledged < asked.began && asked.at >= acknowledgedAt + MEMORY_TTL_MS;
    return isKnown && load.began < began && concerns(load) && !this.losses.some((loss) =>
      loss.step >= began && loss.concerns(load) && (load.ended ?? Infinity) >= loss.step);
  }

  private hasFailedSince(load: Load): boolean {
    return [...this.loads.values()].some(({ path, tenant, fails, began }) =>
      fails && path === load.path && tenant === load.tenant && began > load.began);
  }
}

function describe({ op, path, tenant, environment }: Asked): string {
  return `${op} of ${path}${tenant === undefined ? '' : ` by tenant ${tenant}`} in environment ${environment}`;
}
