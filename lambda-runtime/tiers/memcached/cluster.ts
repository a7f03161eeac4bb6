import { type Configuration, parseConfiguration } from './configuration.js';
import { MemcachedTier, type Membership } from './memcached-tier.js';
import { Server, traitsOf } from './server.js';
import type { MemcachedSettings } from '../../../src/runtime-settings.js';
import type { Counters, CurrentCounters } from '../../engine/counters.js';
import { CLOCK_SKEW_MS, SharedEntries, type SharedEntriesParts } from '../../engine/shared-entries.js';
import type { LocalCopy, SharedEntry, SharedLookup, SharedStore, UNCONDITIONAL, VersionToken } from '../../engine/shared.js';
import { Guard } from '../guard.js';
import { guardTier, limitsOf, type Surroundings } from '../open-tier.js';
import type { SharedTier } from '../shared-tier.js';
import type { WaitBudget } from '../wait-budget.js';

const { crc32 } = process.getBuiltinModule('node:zlib');

/** The nodes as they are known, each a tier of its own: with its own index of invalidations, and its own breaker. */
interface Nodes {
  readonly version: number;
  readonly tiers: readonly SharedTier[];
  readonly servers: readonly Server[];
}

/**
 * The nodes of a cluster of ElastiCache, found by Auto Discovery. Each key has one node.
 *
 * A key that changes its node would leave behind an entry that nobody invalidates, to be found when it comes back. So what
 * was stored under another configuration is not valid any more (see MemcachedTier), and it does not matter how keys are
 * spread again.
 */
export class Cluster implements SharedStore {
  private readonly endpoint: Server;
  private readonly guard: Guard;
  private readonly budgets = new WeakMap<object, WaitBudget>();
  private nodes?: Nodes;
  /** The question for the nodes that is being asked, and who waits for its answer. */
  private discovery?: Promise<void>;
  private readonly questions = new Map<Counters, Promise<void>>();
  private distrustedUntil?: number;

  public constructor(private readonly settings: MemcachedSettings, private readonly surroundings: Surroundings) {
    const { now, warnOnce } = surroundings;
    this.endpoint = this.serverAt(settings.host, Number(settings.port));
    this.guard = new Guard(limitsOf(settings), this.endpoint, now, warnOnce, this.budgets, traitsOf(settings));
    this.doubt();
  }

  public entriesOf(parts: SharedEntriesParts): SharedEntries {
    return new SharedEntries(this, parts);
  }

  public async read(key: string, cacheName: string, counters: CurrentCounters, localCopy?: LocalCopy): Promise<SharedLookup> {
    const nodes = this.nodes ?? await this.nodesSoon(counters);
    return await this.tierOf(key, nodes)?.read(key, cacheName, counters, localCopy) ?? { isLocalCopyValid: false };
  }

  public async store(
    key: string, cacheName: string, entry: SharedEntry, keepMs: number, condition: VersionToken | typeof UNCONDITIONAL, counters: CurrentCounters,
  ): Promise<VersionToken | undefined> {
    return this.tierOf(key, this.nodes)?.store(key, cacheName, entry, keepMs, condition, counters);
  }

  public invalidate(key: string): Promise<boolean> {
    return this.reach(async (nodes) => await this.tierOf(key, nodes)?.invalidate(key) ?? false);
  }

  public invalidateCache(cacheName: string): Promise<boolean> {
    return this.reachAll((tier) => tier.invalidateCache(cacheName));
  }

  public invalidateTags(tags: readonly string[]): Promise<boolean> {
    return this.reachAll((tier) => tier.invalidateTags(tags));
  }

  private tierOf(key: string, nodes: Nodes | undefined): SharedTier | undefined {
    return nodes?.tiers[crc32(key) % nodes.tiers.length];
  }

  private reachAll(change: (tier: SharedTier) => Promise<boolean>): Promise<boolean> {
    return this.reach(async ({ tiers }) => (await Promise.all(tiers.map(change))).every(Boolean));
  }

  /** Does what must reach everybody; again, if the nodes turn out to have changed. */
  private async reach(change: (nodes: Nodes) => Promise<boolean>): Promise<boolean> {
    if (this.nodes === undefined) {
      await this.discoverForFunction();
    }
    const { nodes } = this;
    if (nodes === undefined) {
      this.distrustedUntil = this.surroundings.now() + CLOCK_SKEW_MS;
      this.surroundings.warnOnce('invalidationLost', 'An invalidation did not reach the shared cache: other environments do not know of it.');
      return false;
    }
    const isDone = await change(nodes);
    const { nodes: nodesNow = nodes } = this;
    return isDone || (nodesNow !== nodes && change(nodesNow));
  }

  /** Who needs them while they are not known waits as for a connection; whoever counts together, once. */
  private async nodesSoon(counters: CurrentCounters): Promise<Nodes | undefined> {
    const invocation = counters();
    let asked = this.questions.get(invocation);
    if (asked === undefined) {
      asked = this.guard.ask(this.surroundings.scope(), counters, () => this.discover()).finally(() => this.questions.delete(invocation));
      this.questions.set(invocation, asked);
    }
    await asked;
    return this.nodes;
  }

  /** Asks the configuration endpoint, which is a name for any of the nodes. */
  private discover(): Promise<void> {
    this.discovery ??= this.endpoint.use((connection) => connection.nodes())
      .then((said) => {
        if (said === undefined) {
          throw new Error('the configuration endpoint knows of no nodes');
        }
        this.heard(parseConfiguration(said));
      })
      .finally(() => {
        this.discovery = undefined;
        // It is seldom needed, and there are many environments.
        this.endpoint.abandon();
      });
    return this.discovery;
  }

  private heard({ version, nodes }: Configuration): void {
    if (this.nodes !== undefined && this.nodes.version >= version) {
      return;
    }
    this.nodes?.servers.forEach((server) => server.abandon());
    const { budgets, distrustedUntil } = this;
    const membership: Membership = { version, heard: (configuration: Configuration) => this.heard(configuration), failed: () => this.doubt() };
    const servers = nodes.map(({ host, port }) => this.serverAt(host, port));
    const tiers = servers.map((server, index) => guardTier(
      this.settings, this.surroundings, () => new MemcachedTier(server, this.surroundings.namespace, membership),
      { budgets, distrustedUntil, server: traitsOf(nodes[index]) },
    ));
    this.nodes = { version, tiers, servers };
  }

  /** A node that fails may be none any more. */
  private doubt(): void {
    void this.discoverForFunction();
  }

  private discoverForFunction(): Promise<void> {
    return this.guard.tellForFunction(this.surroundings.scope(), () => this.discover());
  }

  private serverAt(host: string, port: number): Server {
    return new Server({ host, port, tls: this.settings.tls });
  }
}
