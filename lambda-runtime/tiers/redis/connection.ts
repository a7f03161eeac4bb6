import { Cluster, Redis, type RedisOptions } from 'iovalkey';
import { prepareNode } from './cluster-node.js';
import { iamToken } from './iam-token.js';
import { type Login, readSecret } from './secret.js';
import './socket-errors.js';
import type { RedisSettings } from '../../../src/runtime-settings.js';

/** ElastiCache ends a connection that was authenticated by IAM after 12 hours; this is before that. */
const LONGEST_LIFE_MS = 11 * 3_600_000;

/** Replies that say that a login is not, or no longer, right. Not NOPERM: what a user may do changes without a new connection. */
const AUTHENTICATION_ERROR = /WRONGPASS|NOAUTH|invalid.*password/i;

/** What a server says that was the primary, and is not any more: its name leads elsewhere by now. */
const DEMOTED = /^READONLY/;

/** What was connected anew since leads to where the name leads now: a server that is no primary for longer is not asked at every write. */
const DEMOTED_PAUSE_MS = 1_000;

export interface ConnectionOptions {
  readonly settings: RedisSettings;
  readonly environment: NodeJS.ProcessEnv;
  readonly connectTimeoutMs: number;
}

export type Client = Redis | Cluster;

/**
 * The connection of this environment to its server, or one to each node of a cluster that it has needed so far.
 *
 * The client never connects again by itself. What has failed is replaced by a new one when it is next needed: with the
 * address, the token and the password of then.
 */
export class Connection {
  private opened?: Promise<Client>;
  private openedAt = 0;
  private client?: Client;
  private demotedAt = 0;

  public constructor(private readonly options: ConnectionOptions) {}

  /** Whether commands go out at once. */
  public get isReady(): boolean {
    return this.client?.status === 'ready';
  }

  /**
   * Does something on the server. If the connection turns out to have been closed (by the server, while the environment was
   * frozen), does it again on a new one: nothing that we do is wrong to do twice.
   */
  public async use<T>(command: (client: Client) => Promise<T>): Promise<T> {
    const client = await this.open();
    try {
      return await command(client);
    } catch (error) {
      this.judge(client, error as Error);
      if (client.status !== 'end') {
        throw error;
      }
      return command(await this.open());
    }
  }

  /** It does not answer: we may have lost the server while we were frozen. */
  public abandon(): void {
    if (this.client !== undefined) {
      this.discard(this.client);
    }
  }

  private open(): Promise<Client> {
    if (this.client !== undefined && Date.now() - this.openedAt > LONGEST_LIFE_MS) {
      this.discard(this.client);
    }
    if (this.opened === undefined) {
      this.opened = this.connect();
      this.openedAt = Date.now();
      this.opened.catch(() => {
        this.opened = undefined;
      });
    }
    return this.opened;
  }

  private async connect(): Promise<Client> {
    const { auth } = this.options.settings;
    const login = auth?.type === 'secret' ? await readSecret(auth.arn, this.options.environment) : {};
    const client = this.newClient(login);
    client.on('end', () => this.forget(client));
    client.on('error', (error: Error) => this.judge(client, error));
    client.on('node error', (error: Error) => this.judge(client, error));
    this.client = client;
    return client;
  }

  private newClient(login: Login): Client {
    const { settings: { host, port, tls, cluster, auth }, environment, connectTimeoutMs } = this.options;
    const address = { host, port: Number(port) };
    const options: RedisOptions = {
      ...login,
      ...(auth?.type === 'iam' && { username: auth.user, password: iamToken(auth, environment) }),
      ...(tls !== undefined && { tls: { ...(tls.ca !== undefined && { ca: tls.ca }), servername: host } }),
      connectTimeout: connectTimeoutMs,
      // It would hold up the first command, and wants a permission of its own.
      enableReadyCheck: false,
      retryStrategy: () => null,
      autoResendUnfulfilledCommands: false,
      maxRetriesPerRequest: 0,
    };
    if (!cluster) {
      return new Redis({ ...options, ...address });
    }
    const client = new Cluster([address], {
      redisOptions: options,
      enableReadyCheck: false,
      clusterRetryStrategy: () => null,
      // Certificates are made out to names.
      ...(tls !== undefined && { dnsLookup: (name, callback) => callback(null, name) }),
      slotsRefreshTimeout: connectTimeoutMs,
      retryDelayOnFailover: 5,
      retryDelayOnClusterDown: 5,
      retryDelayOnTryAgain: 5,
      maxRedirections: 4,
    });
    client.on('+node', (node: Redis) => prepareNode(node, auth?.type === 'iam' ? () => iamToken(auth, environment) : undefined));
    return client;
  }

  /** Some errors are not the command's but the connection's. */
  private judge(client: Client, error: Error): void {
    if (AUTHENTICATION_ERROR.test(error.message) || (DEMOTED.test(error.message) && this.isNewlyDemoted())) {
      this.discard(client);
    }
  }

  private isNewlyDemoted(): boolean {
    const sinceMs = Date.now() - this.demotedAt;
    const isNew = sinceMs < 0 || sinceMs >= DEMOTED_PAUSE_MS;
    if (isNew) {
      this.demotedAt = Date.now();
    }
    return isNew;
  }

  private discard(client: Client): void {
    this.forget(client);
    client.disconnect();
  }

  private forget(client: Client): void {
    if (this.client === client) {
      this.client = undefined;
      this.opened = undefined;
    }
  }
}
