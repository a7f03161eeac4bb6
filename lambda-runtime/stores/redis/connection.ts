import { Cluster, Redis, type RedisOptions } from 'iovalkey';
import { LostReplyError, prepareNode } from './cluster-node.js';
import { AUTHENTICATION_ERROR, DEMOTED } from './command-errors.js';
import { Connector, type ConnectorOptions } from './connector.js';
import { iamToken } from './iam-token.js';
import { type Login, readSecret } from './secret.js';
import { type Client, streamsOf } from './send-together.js';
import type { RedisSettings } from '../../../src/contract/shared-settings.js';
import { connectionError } from '../../resilience/connection-error.js';
import { lookup } from '../dns-lookup.js';

/** ElastiCache closes a connection that was authenticated with IAM after 12 hours; this is earlier. */
const LONGEST_LIFE_MS = 11 * 3_600_000;

/** Within this time a READONLY error does not lead to a new connection: the name still resolves to the old primary. */
const DEMOTED_PAUSE_MS = 1_000;

export interface ConnectionOptions {
  readonly settings: RedisSettings;
  readonly environment: NodeJS.ProcessEnv;
  readonly connectTimeoutMs: number;
}

/** The reason why a connection ended: its commands' errors only say that it has. */
interface Failure {
  cause?: Error;
}

/**
 * This environment's connection to its server, or one to each node of a cluster that it has needed so far.
 *
 * The client never reconnects by itself. A failed connection is replaced by a new one on next use, with the address, token and password of
 * that time.
 */
export class Connection {
  private opened?: Promise<Client>;
  private openedAt = 0;
  private client?: Client;
  private demotedAt = 0;
  /** How many connections were discarded. */
  private discarded = 0;
  private readonly failures = new WeakMap<Client, Failure>();

  public constructor(private readonly options: ConnectionOptions) {}

  /** Whether commands are sent at once. */
  public get isReady(): boolean {
    return this.client?.status === 'ready';
  }

  /**
   * Runs an operation on the server. If the connection turns out to be closed (by the server, while the environment was frozen), or the
   * server was demoted, it is repeated on a new one, unless its caller has given up meanwhile.
   *
   * @param isOnce whether it must not be repeated
   */
  public async use<T>(command: (client: Client) => Promise<T>, isOnce = false): Promise<T> {
    const { discarded } = this;
    const client = this.readyClient() ?? await this.openFor(discarded);
    try {
      return await command(client);
    } catch (error) {
      const isReplaced = this.onError(client, error as Error);
      // A demoted server has rejected it.
      const isToRepeat = isReplaced || ((client.status === 'end' || error instanceof LostReplyError) && !isOnce);
      if (discarded !== this.discarded || !isToRepeat) {
        throw this.withCause(client, error as Error);
      }
    }
    const next = await this.openFor(discarded);
    try {
      return await command(next);
    } catch (error) {
      this.onError(next, error as Error);
      throw this.withCause(next, error as Error);
    }
  }

  /** Discards the connection if the server does not answer: it may have been lost while we were frozen. Its unsent commands are dropped. */
  public discard(): void {
    this.discarded++;
    if (this.client !== undefined) {
      const { client } = this;
      // The other commands' errors only say that the connection is closed.
      this.failures.get(client)!.cause ??= new Error('it does not answer');
      this.discardClient(client);
      streamsOf(client).forEach((stream) => stream?.destroy());
    }
  }

  /** @param discarded how many connections had been discarded when the command was issued */
  private async openFor(discarded: number): Promise<Client> {
    const client = await this.open();
    if (discarded !== this.discarded) {
      throw new Error('it took too long to connect');
    }
    return client;
  }

  /** The client, if it is ready and not too old. While it connects, commands wait for it in their order. */
  private readyClient(): Client | undefined {
    if (this.client !== undefined && Date.now() - this.openedAt > LONGEST_LIFE_MS) {
      this.discardClient(this.client);
    }
    return this.isReady ? this.client : undefined;
  }

  private open(): Promise<Client> {
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
    const failure: Failure = {};
    const client = this.newClient(login, (address, error) => failure.cause ??= connectionError(address, error));
    this.failures.set(client, failure);
    client.on('end', () => this.forget(client));
    for (const event of ['error', 'node error']) {
      client.on(event, (error: Error) => {
        failure.cause ??= isReply(error) ? error : undefined;
        this.onError(client, error);
      });
    }
    this.client = client;
    return client;
  }

  private newClient(login: Login, onSocketError: ConnectorOptions['onSocketError']): Client {
    const { settings: { host, port, tls, cluster, auth }, environment, connectTimeoutMs } = this.options;
    const address = { host, port: Number(port) };
    const options: RedisOptions & ConnectorOptions = {
      onSocketError,
      ...login,
      ...(auth?.type === 'iam' && { username: auth.user, password: iamToken(auth, environment) }),
      ...(tls !== undefined && { tls: { ...(tls.ca !== undefined && { ca: tls.ca }), servername: host } }),
      Connector: Connector as unknown as RedisOptions['Connector'],
      connectTimeout: connectTimeoutMs,
      // It would delay the first command, and needs another permission.
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
      // Certificates are issued for names, so over TLS each socket resolves them.
      dnsLookup: (name, callback) => tls !== undefined ? callback(null, name) : lookup(name, {}, (error, found) => {
        if (error !== null) {
          onSocketError(address, error);
        }
        callback(error, String(found));
      }),
      slotsRefreshTimeout: connectTimeoutMs,
      retryDelayOnFailover: 5,
      retryDelayOnClusterDown: 5,
      retryDelayOnTryAgain: 5,
      maxRedirections: 4,
    });
    client.on('+node', (node: Redis) => prepareNode(node, auth?.type === 'iam' ? () => iamToken(auth, environment) : undefined));
    return client;
  }

  /** Discards the connection if the error concerns it, and not only the command. */
  private onError(client: Client, error: Error): boolean {
    const isOfConnection = AUTHENTICATION_ERROR.test(error.message) || (DEMOTED.test(error.message) && this.isNewlyDemoted());
    if (isOfConnection) {
      this.discardClient(client);
    }
    return isOfConnection && DEMOTED.test(error.message);
  }

  /** The error with a useful reason: the server's own are clear, the client's errors about a closed connection are not. */
  private withCause(client: Client, error: Error): Error {
    return isReply(error) ? error : this.failures.get(client)?.cause ?? error;
  }

  private isNewlyDemoted(): boolean {
    const sinceMs = Date.now() - this.demotedAt;
    const isNew = sinceMs < 0 || sinceMs >= DEMOTED_PAUSE_MS;
    if (isNew) {
      this.demotedAt = Date.now();
    }
    return isNew;
  }

  private discardClient(client: Client): void {
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

function isReply({ name }: Error): boolean {
  return name === 'ReplyError';
}
