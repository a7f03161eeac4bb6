import { Dax } from '@amazon-dax-sdk/client-dax';
import { type Cluster, discoveryFailure } from './client-hooks.js';
import './client-names.js';
import type { DaxMethod, Input } from './operations.js';
import type { Request } from './request.js';

export interface ConnectionOptions {
  /** `daxs://host:port`, or `dax://…` without TLS. */
  readonly endpoint: string;
  readonly connectTimeoutMs: number;
  /** After this long, the client closes a socket on which nothing comes. */
  readonly requestTimeoutMs: number;
}

/** What we use of the client. */
type Client = { readonly [method in DaxMethod]: (input: Input) => Promise<unknown> } & { readonly _cluster: Cluster; shutdown(): void };

/** After so long without an answer, a connection may have been closed and we not know it. */
const MAX_IDLE_MS = 1_000;

/**
 * The client of DAX, fit for Lambda: it tries nothing again by itself, and what has failed is replaced by a new one when it
 * is next needed, which then finds out anew where the nodes are.
 */
export class Connection {
  private client?: Client;
  private usedAt = 0;
  private usedBy?: object;

  public constructor(private readonly options: ConnectionOptions) {}

  /** Begins to look for the nodes. */
  public open(): Client {
    return this.client ??= new Dax({
      endpoint: this.options.endpoint,
      // As Lambda gives them to the process, which may change.
      credentials: async () => ({
        accessKeyId: process.env.AWS_ACCESS_KEY_ID!,
        secretAccessKey: process.env.AWS_SECRET_ACCESS_KEY!,
        sessionToken: process.env.AWS_SESSION_TOKEN,
      }),
      connectTimeout: this.options.connectTimeoutMs,
      requestTimeout: this.options.requestTimeoutMs,
      healthCheckTimeout: Math.min(this.options.connectTimeoutMs, 1_000),
      // For reads and writes; in the names of their own, zero would be taken for "not said".
      maxRetries: 0,
      // How long it waits for a node to be found.
      maxRetryDelay: this.options.connectTimeoutMs,
    }) as unknown as Client;
  }

  /**
   * Makes a request, once.
   *
   * @param scope the invocation: between two, the environment may have been frozen, and the connection closed
   */
  public async send(request: Request, scope: object): Promise<unknown> {
    const client = this.open();
    const { _cluster: cluster } = client;
    if (cluster.router.size() === 0) {
      await Promise.race([cluster.waitForRoutesRebuilt(false), discoveryFailure(cluster)]);
    } else if (!request.operation.isRead && (this.usedBy !== scope || Date.now() - this.usedAt > MAX_IDLE_MS)) {
      // Something harmless, which finds out before a write is lost that nobody is there.
      await cluster.leaderClient(undefined).endpoints();
    }
    const output = await client[request.operation.method](request.marked);
    this.usedAt = Date.now();
    this.usedBy = scope;
    return output;
  }

  /** Nobody may be at its other end: requests under way go on, the next goes over a new one. */
  public abandon(): void {
    this.client?.shutdown();
    this.client = undefined;
  }
}
