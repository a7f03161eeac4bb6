import { isCommandError } from './command-errors.js';
import { type Address, Connection } from './connection.js';
import type { GuardedConnection, ServerTraits } from '../../shared/guard.js';

/** A server, over the current connection to it. */
export class Server implements GuardedConnection {
  private connection?: Connection;

  public constructor(private readonly address: Address) {}

  public get isConnected(): boolean {
    return this.connection?.isReady ?? false;
  }

  /**
   * Runs an operation on the server. If the connection turns out to be closed (by the server, while the environment was frozen), it repeats
   * the whole operation on a new one: `cas` tokens mean nothing on a server that has restarted.
   *
   * @param isOnce whether it must not be repeated
   */
  public async use<T>(operation: (connection: Connection) => Promise<T>, isOnce = false): Promise<T> {
    const connection = this.open();
    const wasReady = connection.isReady;
    try {
      return await operation(connection);
    } catch (error) {
      if (isOnce || !wasReady || !connection.isClosed || connection === this.discarded || isCommandError(error)) {
        throw error;
      }
      return operation(this.open());
    }
  }

  public discard(): void {
    this.discarded = this.connection;
    this.connection?.close(new Error('it does not answer'));
  }

  /** The connection that was discarded last: no caller waits for its replies any more. */
  private discarded?: Connection;

  private open(): Connection {
    if (this.connection === undefined) {
      const opened: Connection = new Connection(this.address, () => {
        if (this.connection === opened) {
          this.connection = undefined;
        }
      });
      this.connection = opened;
    }
    return this.connection;
  }
}

/** The facts that a guard needs about a server. */
export function traitsOf({ host, port }: { readonly host: string; readonly port: number | string }): ServerTraits {
  return { address: `${host}:${port}`, isCommandError };
}
