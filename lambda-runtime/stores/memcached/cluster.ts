import { type Configuration, parseConfiguration } from './configuration.js';
import { MemcachedTier, type Membership } from './memcached-tier.js';
import { Server, traitsOf } from './server.js';
import type { MemcachedSettings } from '../../../src/contract/shared-settings.js';
import type { Changes, FenceDeps, LogPosition, MemoryFence } from '../../engine/coherence.js';
import type { LookupScope, SharedEntriesDeps } from '../../engine/shared-port.js';
import type { LocalCopy, SharedEntry, SharedLookup, UNCONDITIONAL, VersionToken } from '../../engine/shared.js';
import type { WaitBudget } from '../../resilience/wait-budget.js';
import { ByScope } from '../../shared/by-scope.js';
import { type ChangeFeed, Fence } from '../../shared/fence.js';
import { Guard } from '../../shared/guard.js';
import { guardTier, limitsOf, type TierDeps } from '../../shared/open-tier.js';
import { CLOCK_SKEW_MS, SharedEntries } from '../../shared/shared-entries.js';
import type { SharedStore, WantedEntry } from '../../shared/shared-store.js';
import type { SharedTier } from '../../shared/shared-tier.js';

const { crc32 } = process.getBuiltinModule('node:zlib');

/** The known nodes, each a separate tier with its own invalidation index and breaker. */
interface Nodes {
  readonly version: number;
  readonly tiers: readonly SharedTier[];
  readonly servers: readonly Server[];
}

/**
 * The nodes of an ElastiCache cluster, found by Auto Discovery. Each key has one node.
 *
 * A key that moves to another node would leave behind an entry that no invalidation reaches, and that would be found if the key came back.
 * So entries from another configuration are invalid (see MemcachedTier), and it does not matter how keys are distributed afterwards.
 */
export class Cluster implements SharedStore, ChangeFeed {
  private readonly endpoint: Server;
  private readonly guard: Guard;
  private readonly budgets = new WeakMap<object, WaitBudget>();
  private nodes?: Nodes;
  /** The request for the nodes that is under way, and the scopes that wait for it. */
  private discovery?: Promise<void>;
  private readonly discoveries = new ByScope<Promise<void>>();
  private ignoreEntriesBefore?: number;

  public constructor(private readonly settings: MemcachedSettings, private readonly deps: TierDeps) {
    const { now, warnOnce } = deps;
    this.endpoint = this.serverAt(settings.host, Number(settings.port));
    this.guard = new Guard(limitsOf(settings), this.endpoint, now, warnOnce, this.budgets, traitsOf(settings));
    this.rediscover();
  }

  public entriesOf(deps: SharedEntriesDeps): SharedEntries {
    return new SharedEntries(this, deps);
  }

  public fenceOf(deps: FenceDeps): MemoryFence {
    return new Fence(this, deps);
  }

  /** Each node has its own log. If the nodes have changed, later changes are unknown. */
  public async changesSince(position: LogPosition | undefined): Promise<Changes | undefined> {
    if (this.nodes === undefined) {
      await this.discoverForFunction();
    }
    const { nodes } = this;
    if (nodes === undefined) {
      return undefined;
    }
    const version = String(nodes.version);
    const [known, ...versions] = position ?? [];
    const answers = await Promise.all(nodes.tiers.map((tier, index) => tier.changesSince(known === version ? [versions[index]] : undefined)));
    if (nodes !== this.nodes || !answers.every((answer) => answer !== undefined)) {
      return undefined;
    }
    return {
      position: [version, ...answers.flatMap((answer) => answer.position)],
      hashes: answers.every(({ hashes }) => hashes !== undefined) ? answers.flatMap(({ hashes }) => hashes!) : undefined,
    };
  }

  public within(answer: Promise<void>): Promise<unknown> {
    return this.guard.within(this.deps.scope(), answer.then(() => true));
  }

  public async read(key: string, scope: LookupScope, localCopy?: LocalCopy): Promise<SharedLookup> {
    const nodes = this.nodes ?? await this.waitForNodes(scope);
    return await this.tierOf(key, nodes)?.read(key, scope, localCopy) ?? { isLocalCopyValid: false };
  }

  public async readMany(wanted: readonly WantedEntry[], scope: LookupScope): Promise<readonly SharedLookup[]> {
    const nodes = this.nodes ?? await this.waitForNodes(scope);
    const lookups = new Array<SharedLookup>(wanted.length).fill({ isLocalCopyValid: false });
    const placesOf = new Map<SharedTier, number[]>(nodes?.tiers.map((tier) => [tier, []]));
    wanted.forEach(({ key }, place) => {
      const tier = this.tierOf(key, nodes);
      if (tier !== undefined) {
        placesOf.get(tier)!.push(place);
      }
    });
    await Promise.all([...placesOf].filter(([, { length }]) => length > 0).map(async ([tier, places]) => {
      const found = await tier.readMany(places.map((place) => wanted[place]), scope);
      places.forEach((place, index) => {
        lookups[place] = found[index];
      });
    }));
    return lookups;
  }

  public async store(
    key: string, scope: LookupScope, entry: SharedEntry, retentionMs: number, condition: VersionToken | typeof UNCONDITIONAL,
  ): Promise<VersionToken | undefined> {
    return this.tierOf(key, this.nodes)?.store(key, scope, entry, retentionMs, condition);
  }

  public invalidate(key: string): Promise<boolean> {
    return this.broadcast(async (nodes) => await this.tierOf(key, nodes)?.invalidate(key) ?? false);
  }

  public invalidateCache(cacheName: string): Promise<boolean> {
    return this.broadcastToAll((tier) => tier.invalidateCache(cacheName));
  }

  public invalidateTags(tags: readonly string[]): Promise<boolean> {
    return this.broadcastToAll((tier) => tier.invalidateTags(tags));
  }

  private tierOf(key: string, nodes: Nodes | undefined): SharedTier | undefined {
    return nodes?.tiers[crc32(key) % nodes.tiers.length];
  }

  private broadcastToAll(change: (tier: SharedTier) => Promise<boolean>): Promise<boolean> {
    return this.broadcast(async ({ tiers }) => (await Promise.all(tiers.map(change))).every(Boolean));
  }

  /** Makes a change that must reach all environments; repeats it if the nodes turn out to have changed. */
  private async broadcast(change: (nodes: Nodes) => Promise<boolean>): Promise<boolean> {
    if (this.nodes === undefined) {
      await this.discoverForFunction();
    }
    const { nodes } = this;
    if (nodes === undefined) {
      this.ignoreEntriesBefore = this.deps.now() + CLOCK_SKEW_MS;
      this.deps.warnOnce('invalidationLost', 'An invalidation did not reach the shared cache: other environments are unaware of it.');
      return false;
    }
    const isDone = await change(nodes);
    const { nodes: nodesNow = nodes } = this;
    return isDone || (nodesNow !== nodes && change(nodesNow));
  }

  /** A lookup that needs the nodes before they are known waits as for a connection; lookups of one scope wait, and are counted, once. */
  private async waitForNodes(scope: LookupScope): Promise<Nodes | undefined> {
    let request = this.discoveries.get(scope);
    if (request === undefined) {
      request = this.guard.call(this.deps.scope(), scope.counters, () => this.discover()).finally(() => this.discoveries.delete(scope));
      this.discoveries.set(scope, request);
    }
    await request;
    return this.nodes;
  }

  /** Asks the configuration endpoint, whose name resolves to any of the nodes. */
  private discover(): Promise<void> {
    this.discovery ??= this.endpoint.use((connection) => connection.nodes())
      .then((reply) => {
        if (reply === undefined) {
          throw new Error('the configuration endpoint lists no nodes');
        }
        this.onConfiguration(parseConfiguration(reply));
      })
      .finally(() => {
        this.discovery = undefined;
        // Closed, since it is rarely needed, and there are many environments.
        this.endpoint.discard();
      });
    return this.discovery;
  }

  private onConfiguration({ version, nodes }: Configuration): void {
    if (this.nodes !== undefined && this.nodes.version >= version) {
      return;
    }
    this.nodes?.servers.forEach((server) => server.discard());
    const { budgets, ignoreEntriesBefore } = this;
    const membership: Membership = {
      version,
      onConfiguration: (configuration: Configuration) => this.onConfiguration(configuration),
      onFailure: () => this.rediscover(),
    };
    const servers = nodes.map(({ host, port }) => this.serverAt(host, port));
    const tiers = servers.map((server, index) => guardTier(
      this.settings, this.deps, () => new MemcachedTier(server, this.deps.namespace, membership),
      { budgets, ignoreEntriesBefore, server: traitsOf(nodes[index]) },
    ));
    this.nodes = { version, tiers, servers };
  }

  /** A node that fails may have been removed. */
  private rediscover(): void {
    void this.discoverForFunction();
  }

  private discoverForFunction(): Promise<void> {
    return this.guard.callForFunction(this.deps.scope(), () => this.discover());
  }

  private serverAt(host: string, port: number): Server {
    return new Server({ host, port, tls: this.settings.tls });
  }
}
