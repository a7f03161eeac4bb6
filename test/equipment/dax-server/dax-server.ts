import type { DynamoDBClient, QueryCommandOutput } from '@aws-sdk/client-dynamodb';
import { Clock, ExpiringMap, ItemCache } from './caches';
import { type Counts, newCounts } from './counts';
import { type FailOptions, type Mode, OrderedErrors } from './faults';
import type { Endpoint } from './methods';
import { Node, type TlsOptions } from './node';
import { Origin } from './origin';
import { AttributeLists } from './protocol/attribute-lists';
import type { Credentials } from './protocol/signature';

const FIVE_MINUTES_MS = 5 * 60_000;

export interface DaxServerOptions {
  /** The DynamoDB behind it, such as DynamoDB Local. The caller closes it. */
  readonly origin: DynamoDBClient;
  /** @default 1 */
  readonly nodes?: number;
  /** @default 300000, as DAX's */
  readonly itemTtlMs?: number;
  /** @default 300000, as DAX's */
  readonly queryTtlMs?: number;
  /** The credentials whose signatures are accepted. @default - any */
  readonly credentials?: readonly Credentials[];
  /** @default - plain TCP */
  readonly tls?: TlsOptions;
}

/**
 * A DAX cluster on this machine, which AWS's own client can't tell from a real one; what it covers is in README.md.
 *
 * ```ts
 * const dax = await DaxServer.start({ origin: new DynamoDBClient({ endpoint: 'http://127.0.0.1:8000' }) });
 * const client = new DaxDocument({ endpoint: dax.endpoint, region: 'eu-west-1', credentials });
 * ```
 */
export class DaxServer {
  public readonly counts: Counts = newCounts();
  private readonly clock = new Clock();
  private readonly errors = new OrderedErrors();
  private readonly nodes: Node[] = [];
  private readonly itemCaches: ItemCache[] = [];
  private readonly queryCaches: ExpiringMap<QueryCommandOutput>[] = [];
  private advertisedPorts?: readonly number[];

  private constructor(private readonly options: DaxServerOptions) {}

  /** Resolves when it accepts connections. */
  public static async start(options: DaxServerOptions): Promise<DaxServer> {
    const server = new DaxServer(options);
    await server.begin();
    return server;
  }

  /** The port of the first node, which is the leader. */
  public get port(): number {
    return this.ports[0];
  }

  public get ports(): number[] {
    return this.nodes.map(({ port }) => port);
  }

  /** The client's endpoint: with an IP address, since the client cannot resolve local host names. */
  public get endpoint(): string {
    return `${this.options.tls === undefined ? 'dax' : 'daxs'}://127.0.0.1:${this.port}`;
  }

  /** How many connections are open now. */
  public get openConnections(): number {
    return this.nodes.reduce((sum, { openConnections }) => sum + openConnections, 0);
  }

  /** Makes cached entries older. */
  public advanceClock(milliseconds: number): void {
    this.clock.advance(milliseconds);
  }

  /** Empties all caches. */
  public clearCaches(): void {
    this.itemCaches.forEach((cache) => cache.clear());
    this.queryCaches.forEach((cache) => cache.clear());
  }

  /** Sets all counts to zero. */
  public resetCounts(): void {
    Object.keys(this.counts.requests).forEach((method) => delete this.counts.requests[method]);
    Object.assign(this.counts, { ...newCounts(), requests: this.counts.requests });
  }

  /** Sets how connections are treated. @param node by its place; default: every node */
  public async set(mode: Mode, node?: number): Promise<void> {
    await Promise.all((node === undefined ? this.nodes : [this.nodes[node]]).map((each) => each.set(mode)));
  }

  /** Makes requests fail from now on. @param code the client's error code, such as `ThrottlingException` */
  public fail(code: string, options: FailOptions = {}): void {
    this.errors.order(code, options);
  }

  /** Ends the failures from `fail()`. */
  public heal(): void {
    this.errors.cancel();
  }

  /** Advertises other ports to clients: those of proxies in front of the nodes, in the nodes' order. */
  public advertise(ports: readonly number[]): void {
    this.advertisedPorts = ports;
  }

  public async stop(): Promise<void> {
    await Promise.all(this.nodes.map((node) => node.stop()));
  }

  private async begin(): Promise<void> {
    const { nodes = 1, itemTtlMs = FIVE_MINUTES_MS, queryTtlMs = FIVE_MINUTES_MS, credentials, tls, origin } = this.options;
    const { counts, itemCaches: allItemCaches } = this;
    const shared = { origin: new Origin(origin, counts), lists: new AttributeLists(), counts, allItemCaches };
    const endpoints = () => this.endpoints;
    for (let place = 0; place < nodes; place++) {
      const [itemCache, queryCache] = [new ItemCache(itemTtlMs, this.clock), new ExpiringMap<QueryCommandOutput>(queryTtlMs, this.clock)];
      this.itemCaches.push(itemCache);
      this.queryCaches.push(queryCache);
      this.nodes.push(new Node({
        services: { ...shared, itemCache, queryCache, get endpoints() { return endpoints(); } },
        credentials,
        tls,
        accepted: () => counts.connections++,
        admit: (method) => {
          counts.requests[method] = (counts.requests[method] ?? 0) + 1;
          this.errors.check(method);
        },
      }));
    }
    await Promise.all(this.nodes.map((node) => node.listen()));
  }

  private get endpoints(): Endpoint[] {
    return (this.advertisedPorts ?? this.ports).map((port, place) => ({ port, isLeader: place === 0 }));
  }
}
