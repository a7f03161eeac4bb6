import { type Channel, FakeLine, FakeMemcached, type Hold } from './fake-memcached';
import { Runtime } from '../../lambda-runtime/api/environment-runtime.js';
import type { Cached } from '../../lambda-runtime/api/types.js';
import type { BackgroundWork } from '../../lambda-runtime/engine/background-work.js';
import { Invocation, runInvocation } from '../../lambda-runtime/lambda/invocation.js';
import { LOGGED_CHANGES } from '../../lambda-runtime/shared/change-log.js';
import { Guard } from '../../lambda-runtime/shared/guard.js';
import { SharedTier } from '../../lambda-runtime/shared/shared-tier.js';
import { MemcachedTier } from '../../lambda-runtime/stores/memcached/memcached-tier.js';

export type Name = 'A' | 'B';
export type Key = 'k' | 'l';

/** What an environment can be made to do, or what can happen to it or to the server. */
export type Action =
  /** An invocation thaws it and reads a key; a channel's messages, or its loads, may be delayed from then on. */
  | { readonly do: 'get'; readonly in: Name; readonly key: Key; readonly holds?: readonly [Channel, Hold] | 'origin' }
  /** An invocation changes the origin's value of a key, and then invalidates it. */
  | { readonly do: 'change'; readonly in: Name; readonly key: Key; readonly holds?: readonly [Channel, Hold] }
  | { readonly do: 'release'; readonly in: Name; readonly what: Channel | 'origin' }
  /** Its invocation has ended, whatever is still under way. */
  | { readonly do: 'freeze'; readonly in: Name }
  /** Its connections break. */
  | { readonly do: 'cut'; readonly in: Name }
  /** Its clock jumps. */
  | { readonly do: 'jump'; readonly in: Name; readonly ms: number }
  | { readonly do: 'wait'; readonly ms: number }
  | { readonly do: 'lose'; readonly what: 'log' | 'index' | 'all' }
  /** Others change more than the log holds. */
  | { readonly do: 'trim' };

/** A hit that is older than the promise allows. */
export interface Violation {
  readonly key: Key;
  readonly in: Name;
  readonly got: number;
  readonly promised: number;
}

const KEEP_AWAKE_MS = 20_000;
const LIMITS = { timeoutMs: KEEP_AWAKE_MS, connectTimeoutMs: KEEP_AWAKE_MS, budgetMs: KEEP_AWAKE_MS };
const BEGINNING = Date.UTC(2026, 0, 1);
const NAMESPACE = 'w';

interface Change {
  readonly key: Key;
  readonly version: number;
  /** By the clock that is right. */
  acknowledgedAt: number;
}

/** Two environments of a function, on the real engine, tier and index; the server, the network, the origin and the clocks are the test's. */
export class World {
  public readonly violations: Violation[] = [];
  public readonly server = new FakeMemcached();
  public readonly environments: Readonly<Record<Name, Environment>>;
  public now = BEGINNING;
  private readonly versions: Record<Key, number> = { k: 1, l: 1 };
  private readonly changes: Change[] = [];

  public constructor(public readonly boundMs: number) {
    this.environments = { A: new Environment(this), B: new Environment(this) };
  }

  public version(key: Key): number {
    return this.versions[key];
  }

  /** Environments have both keys in memory, and have been frozen since; the others have begun, and that is all. */
  public async begin(warm: readonly Name[]): Promise<void> {
    await this.settle();
    for (const name of warm) {
      for (const key of ['k', 'l'] as const) {
        await this.take({ do: 'get', in: name, key });
      }
    }
    Object.values(this.environments).forEach((environment) => environment.freeze());
    // For longer than any lease.
    this.now += 3_600_000;
  }

  public isEnabled(action: Action): boolean {
    const environment = 'in' in action ? this.environments[action.in] : undefined;
    switch (action.do) {
      case 'get':
      case 'change':
        // Nothing is held up twice.
        return action.holds === undefined || !environment!.isHeld;
      case 'release':
        return !environment!.line.isFrozen && environment!.holds(action.what);
      case 'freeze':
        return !environment!.line.isFrozen && environment!.isHeld;
      case 'cut':
        return environment!.isHeld && !environment!.line.isIdle;
      default:
        return true;
    }
  }

  public async take(action: Action): Promise<void> {
    const environment = 'in' in action ? this.environments[action.in] : undefined;
    switch (action.do) {
      case 'get':
        environment!.begin(action.holds);
        this.get(environment!, action.in, action.key);
        break;
      case 'change':
        environment!.begin(action.holds);
        this.change(environment!, action.key);
        break;
      case 'release':
        environment!.release(action.what);
        break;
      case 'freeze':
        environment!.freeze();
        break;
      case 'cut':
        environment!.line.cut();
        break;
      case 'jump':
        environment!.aheadMs += action.ms;
        break;
      case 'wait':
        this.now += action.ms;
        break;
      case 'lose':
        this.lose(action.what);
        break;
      case 'trim':
        await this.trim();
    }
    await this.settle();
  }

  /** Lets everything happen that nothing holds up. */
  public async settle(): Promise<void> {
    const environments = Object.values(this.environments);
    do {
      await new Promise(setImmediate);
    } while (environments.map((environment) => environment.move()).some(Boolean));
  }

  private get(environment: Environment, name: Name, key: Key): void {
    // What was acknowledged before the invocation began, less the bound.
    const promised = Math.max(1, ...this.changes
      .filter((change) => change.key === key && change.acknowledgedAt <= this.now - this.boundMs)
      .map(({ version }) => version));
    void environment.get(key).then((got) => {
      if (got < promised) {
        this.violations.push({ in: name, key, got, promised });
      }
    });
  }

  private change(environment: Environment, key: Key): void {
    const change = { key, version: ++this.versions[key], acknowledgedAt: Infinity };
    this.changes.push(change);
    void environment.invalidate(key).then((isFleets) => {
      change.acknowledgedAt = isFleets ? this.now : Infinity;
    });
  }

  private lose(what: 'log' | 'index' | 'all'): void {
    if (what === 'all') {
      this.server.items.clear();
    } else {
      this.server.items.delete(`${NAMESPACE}:2:@${what === 'log' ? 'log' : ''}`);
    }
  }

  /** As a third environment would do it, without a pause. */
  private async trim(): Promise<void> {
    const line = new FakeLine(this.server);
    const tier = new MemcachedTier(line.asServer, NAMESPACE);
    for (let round = 0; round < 2; round++) {
      void tier.log(Array.from({ length: LOGGED_CHANGES }, (_, index) => `others${String(index).padStart(2, '0')}`));
      do {
        await new Promise(setImmediate);
      } while (line.move());
    }
  }
}

/** One environment: the real runtime on a virtual clock. */
export class Environment {
  public aheadMs = 0;
  public readonly line: FakeLine;
  public readonly runtime: Runtime;
  private readonly freezes = { count: 0 };
  private readonly background: BackgroundWork[] = [];
  private readonly product: Cached<(key: Key) => Promise<number>>;
  private readonly loads: (() => void)[] = [];
  private holdsOrigin = false;
  private invocation = new Invocation();

  public constructor(world: World) {
    this.line = new FakeLine(world.server);
    const now = () => world.now + this.aheadMs;
    const warnOnce = () => {};
    const tier = new MemcachedTier(this.line.asServer, NAMESPACE);
    const scope = () => this.invocation;
    const shared = new SharedTier(tier, { guard: new Guard(LIMITS, this.line.asServer, now, warnOnce), now, scope, warnOnce, maxMemoryBytes: 1e6 });
    this.runtime = new Runtime({
      environment: {}, now, shared, warnings: { warnOnce }, freezes: this.freezes as never, tierAccessOf: () => 'all', runAfterResponse: (work) => this.background.push(work) > 0,
    }, { namespace: NAMESPACE, maxMemoryBytes: 1e6, caching: { coherenceMs: world.boundMs, ttlMs: 86_400_000 }, caches: {} });
    this.product = this.runtime.cached('p', (key: Key) => {
      const version = world.version(key);
      return new Promise<number>((resolve) => {
        this.loads.push(() => resolve(version));
      });
    });
  }

  public get isHeld(): boolean {
    return this.holdsOrigin || this.line.holds.size > 0;
  }

  public holds(what: Channel | 'origin'): boolean {
    return what === 'origin' ? this.holdsOrigin : this.line.holds.has(what);
  }

  public begin(holds: readonly [Channel, Hold] | 'origin' | undefined): void {
    this.line.isFrozen = false;
    if (holds === 'origin') {
      this.holdsOrigin = true;
    } else if (holds !== undefined) {
      this.line.holds.set(...holds);
    }
    this.invocation = new Invocation();
    runInvocation(this.invocation, () => this.runtime.invocationBegan());
  }

  /** Calls something in the invocation under way. */
  public run<T>(call: () => T): T {
    return runInvocation(this.invocation, call);
  }

  public get(key: Key): Promise<number> {
    return this.run(() => this.product(key));
  }

  public async invalidate(key: Key): Promise<boolean> {
    return (await this.run(() => this.product.invalidate(key))).scope === 'fleet';
  }

  public release(what: Channel | 'origin'): void {
    if (what === 'origin') {
      this.holdsOrigin = false;
    } else {
      this.line.holds.delete(what);
    }
  }

  public freeze(): void {
    this.line.isFrozen = true;
    this.freezes.count++;
  }

  /** False if nothing happened. */
  public move(): boolean {
    let hasMoved = this.line.move();
    if (!this.line.isFrozen) {
      for (const load of this.holdsOrigin ? [] : this.loads.splice(0)) {
        load();
        hasMoved = true;
      }
      for (const work of this.background.splice(0)) {
        void work.run();
        hasMoved = true;
      }
    }
    return hasMoved;
  }
}
