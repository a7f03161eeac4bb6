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

/** Starts a cluster like ElastiCache's; resolves when every node knows the others. */
export async function startMemcachedCluster({ nodes = 3, tls = true }: MemcachedClusterOptions = {}): Promise<MemcachedCluster> {
  const directory = mkdtempSync(join(tmpdir(), 'memcached-cluster-'));
  const authority = tls ? await CertificateAuthority.create(directory, 'own') : undefined;
  const cluster = new MemcachedCluster(directory, await authority?.certificate(), authority?.pem);
  await cluster.grow(nodes);
  return cluster;
}

/** Nodes that can join and leave. Removed nodes still run, without knowing that they are no longer in the cluster. */
export class MemcachedCluster {
  public readonly host = 'localhost';
  public nodes: readonly ElastiCacheNode[] = [];
  private readonly all: ElastiCacheNode[] = [];
  private version = 0;

  public constructor(
    private readonly directory: string,
    private readonly certificate: Certificate | undefined,
    /** The certificate that clients must trust, in PEM; undefined without encryption. */
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

  /** A node fails, and ElastiCache replaces it by an empty one with the same name. */
  public async replace(node: ElastiCacheNode): Promise<void> {
    await node.server.restart();
    await this.configure();
  }

  /** Every node loses its data. */
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
