import { isCommandError } from './command-errors.js';
import { type Address, Connection } from './connection.js';
import type { Line, ServerTraits } from '../guard.js';

/** A server, by whatever connection to it there is at the time. */
export class Server implements Line {
  private connection?: Connection;

  public constructor(private readonly address: Address) {}

  public get isConnected(): boolean {
    return this.connection?.isReady ?? false;
  }

  /**
   * Does something on the server. If the connection turns out to have been closed (by the server, while the environment was
   * frozen), does it again on a new one, from its beginning: what `cas` must name means nothing on a server that has restarted.
   */
  public async use<T>(operation: (connection: Connection) => Promise<T>): Promise<T> {
    const connection = this.open();
    const wasReady = connection.isReady;
    try {
      return await operation(connection);
    } catch (error) {
      if (!wasReady || !connection.isClosed || connection === this.abandoned || isCommandError(error)) {
        throw error;
      }
      return operation(this.open());
    }
  }

  public abandon(): void {
    this.abandoned = this.connection;
    this.connection?.close(new Error('it does not answer'));
  }

  /** Nobody waits any more for what was asked on it. */
  private abandoned?: Connection;

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

/** What a guard must know of a server. */
export function traitsOf({ host, port }: { readonly host: string; readonly port: number | string }): ServerTraits {
  return { address: `${host}:${port}`, isCommandError };
}
