import type { Socket } from 'node:net';
import { Cluster, Redis, type RedisOptions } from 'iovalkey';
import { prepareNode } from './cluster-node.js';
import { AUTHENTICATION_ERROR, DEMOTED } from './command-errors.js';
import { Connector, type ConnectorOptions } from './connector.js';
import { iamToken } from './iam-token.js';
import { type Login, readSecret } from './secret.js';
import type { RedisSettings } from '../../../src/runtime-settings.js';
import { connectionError } from '../connection-error.js';
import { lookup } from '../lookup.js';

/** ElastiCache ends a connection that was authenticated by IAM after 12 hours; this is before that. */
const LONGEST_LIFE_MS = 11 * 3_600_000;

/** What was connected anew since leads to where the name leads now: a server that is no primary for longer is not asked at every write. */
const DEMOTED_PAUSE_MS = 1_000;

export interface ConnectionOptions {
  readonly settings: RedisSettings;
  readonly environment: NodeJS.ProcessEnv;
  readonly connectTimeoutMs: number;
}

export type Client = Redis | Cluster;

/** Why a connection ended: what is asked on it only hears that it has. */
interface Failure {
  cause?: Error;
}

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
  /** How many connections were given up. */
  private abandoned = 0;
  private readonly failures = new WeakMap<Client, Failure>();

  public constructor(private readonly options: ConnectionOptions) {}

  /** Whether commands go out at once. */
  public get isReady(): boolean {
    return this.client?.status === 'ready';
  }

  /**
   * Does something on the server. If the connection turns out to have been closed (by the server, while the environment was
   * frozen), or to lead to a server that has been demoted, does it again on a new one: nothing that we do is wrong to do twice.
   * What was given up meanwhile is not done again.
   */
  public async use<T>(command: (client: Client) => Promise<T>): Promise<T> {
    const { abandoned } = this;
    const client = await this.openFor(abandoned);
    try {
      return await command(client);
    } catch (error) {
      const isReplaced = this.onError(client, error as Error);
      if (abandoned !== this.abandoned || !(isReplaced || client.status === 'end')) {
        throw this.explained(client, error as Error);
      }
    }
    const next = await this.openFor(abandoned);
    try {
      return await command(next);
    } catch (error) {
      this.onError(next, error as Error);
      throw this.explained(next, error as Error);
    }
  }

  /** It does not answer: we may have lost the server while we were frozen. Nothing of what was asked on it leaves any more. */
  public abandon(): void {
    this.abandoned++;
    if (this.client !== undefined) {
      const { client } = this;
      this.discard(client);
      streamsOf(client).forEach((stream) => stream?.destroy());
    }
  }

  /** @param abandoned how many connections had been given up when the command was asked for */
  private async openFor(abandoned: number): Promise<Client> {
    const client = await this.open();
    if (abandoned !== this.abandoned) {
      throw new Error('it took too long to connect');
    }
    return client;
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
      // Certificates are made out to names: over TLS, each socket looks them up.
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

  /** Some errors are not the command's but the connection's: then it is discarded. */
  private onError(client: Client, error: Error): boolean {
    const isOfConnection = AUTHENTICATION_ERROR.test(error.message) || (DEMOTED.test(error.message) && this.isNewlyDemoted());
    if (isOfConnection) {
      this.discard(client);
    }
    return isOfConnection && DEMOTED.test(error.message);
  }

  /** What the server answers is clear; what the client says of a connection that has ended is not. */
  private explained(client: Client, error: Error): Error {
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

function isReply({ name }: Error): boolean {
  return name === 'ReplyError';
}

/** The sockets of a client: of each node that it has connected to so far. */
export function streamsOf(client: Client): (Socket | undefined)[] {
  return (client.isCluster ? (client as Cluster).nodes() : [client as Redis]).map(({ stream }) => stream as Socket | undefined);
}
