import { Dax } from '@amazon-dax-sdk/client-dax';
import { type Cluster, discoveryFailure } from './client-hooks.js';
import './client-names.js';
import type { DaxMethod, Input } from './operations.js';
import type { Request } from './request.js';

export interface ConnectionOptions {
  /** `daxs://host:port`, or `dax://…` without TLS. */
  readonly endpoint: string;
  readonly connectTimeoutMs: number;
  /** After this long without data, the client closes a socket. */
  readonly requestTimeoutMs: number;
}

/** The parts of the client that we use. */
type Client = { readonly [method in DaxMethod]: (input: Input) => Promise<unknown> } & { readonly _cluster: Cluster; shutdown(): void };

/** After this long without a response, a connection may be closed without our knowledge. */
const MAX_IDLE_MS = 1_000;

/**
 * The DAX client, adapted to Lambda: it never retries by itself, and a failed client is replaced on next use by a new one, which
 * discovers the nodes again.
 */
export class Connection {
  private client?: Client;
  private usedAt = 0;
  private usedBy?: object;

  public constructor(private readonly options: ConnectionOptions) {}

  /** Starts to discover the nodes. */
  public open(): Client {
    return this.client ??= new Dax({
      endpoint: this.options.endpoint,
      // Read each time, since Lambda may change them.
      credentials: async () => ({
        accessKeyId: process.env.AWS_ACCESS_KEY_ID!,
        secretAccessKey: process.env.AWS_SECRET_ACCESS_KEY!,
        sessionToken: process.env.AWS_SESSION_TOKEN,
      }),
      connectTimeout: this.options.connectTimeoutMs,
      requestTimeout: this.options.requestTimeoutMs,
      healthCheckTimeout: Math.min(this.options.connectTimeoutMs, 1_000),
      // For reads and writes; in their own options, zero would mean "not set".
      maxRetries: 0,
      // How long it waits for a node to be found.
      maxRetryDelay: this.options.connectTimeoutMs,
    }) as unknown as Client;
  }

  /**
   * Makes a request, once.
   *
   * @param scope the invocation: between two, the environment may have been frozen and the connection closed
   */
  public async send(request: Request, scope: object): Promise<unknown> {
    const client = this.open();
    const { _cluster: cluster } = client;
    if (cluster.router.size() === 0) {
      await Promise.race([cluster.waitForRoutesRebuilt(false), discoveryFailure(cluster)]);
    } else if (!request.operation.isRead && (this.usedBy !== scope || Date.now() - this.usedAt > MAX_IDLE_MS)) {
      // A harmless request, which detects a dead connection before a write is lost.
      await cluster.leaderClient(undefined).endpoints();
    }
    const output = await client[request.operation.method](request.inputWithHook);
    this.usedAt = Date.now();
    this.usedBy = scope;
    return output;
  }

  /** Discards a connection whose other end may be gone: requests under way continue, the next one uses a new connection. */
  public discard(): void {
    this.client?.shutdown();
    this.client = undefined;
  }
}
