import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ElastiCacheNode } from './elasticache-node';
import { startMemcached } from './memcached-server';
import { type Certificate, CertificateAuthority } from '../redis-servers';

export interface MemcachedClusterOptions {
  /** @default 3 */
  readonly nodes?: number;
  /** Encrypts everything. @default true */
  readonly tls?: boolean;
}

/** Starts a cluster as ElastiCache has them; resolves when every node knows the others. */
export async function startMemcachedCluster({ nodes = 3, tls = true }: MemcachedClusterOptions = {}): Promise<MemcachedCluster> {
  const directory = mkdtempSync(join(tmpdir(), 'memcached-cluster-'));
  const authority = tls ? await CertificateAuthority.create(directory, 'own') : undefined;
  const cluster = new MemcachedCluster(directory, await authority?.certificate(), authority?.pem);
  await cluster.grow(nodes);
  return cluster;
}

/** Nodes that can come and go. Those that have gone still run: they are no longer in the cluster, and nobody has told them. */
export class MemcachedCluster {
  public readonly host = 'localhost';
  public nodes: readonly ElastiCacheNode[] = [];
  private readonly all: ElastiCacheNode[] = [];
  private version = 0;

  public constructor(
    private readonly directory: string,
    private readonly certificate: Certificate | undefined,
    /** What clients must trust, in PEM; undefined where nothing is encrypted. */
    public readonly ca: string | undefined,
  ) {}

  /** The configuration endpoint: a name of the first node. */
  public get port(): number {
    return this.nodes[0].port;
  }

  public async grow(count: number): Promise<void> {
    const added = await Promise.all(Array.from({ length: count }, async () => ElastiCacheNode.start(await startMemcached(), this.certificate)));
    this.all.push(...added);
    await this.become([...this.nodes, ...added]);
  }

  /** The cluster consists of these nodes from now on. */
  public async become(nodes: readonly ElastiCacheNode[]): Promise<void> {
    this.nodes = nodes;
    this.version++;
    await this.configure();
  }

  /** A node fails, and ElastiCache puts an empty one in its place, with the same name. */
  public async replace(node: ElastiCacheNode): Promise<void> {
    await node.server.restart();
    await this.configure();
  }

  /** Every node loses all that it has. */
  public async clear(): Promise<void> {
    await Promise.all(this.nodes.map(({ server }) => server.call('flush_all')));
    await this.configure();
  }

  public async stop(): Promise<void> {
    await Promise.all(this.all.map((node) => node.stop()));
    rmSync(this.directory, { recursive: true, force: true });
  }

  private async configure(): Promise<void> {
    await Promise.all(this.nodes.map((node) => node.configure(this.version, this.nodes)));
  }
}
