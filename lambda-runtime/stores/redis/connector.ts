import type { Socket } from 'node:net';
import StandaloneConnector from 'iovalkey/built/connectors/StandaloneConnector.js';
import { lookup } from '../dns-lookup.js';

/** A client option that the client passes to its connector, also in a cluster: receives all sockets' errors. */
export interface ConnectorOptions {
  readonly onSocketError: (address: { readonly host: string; readonly port: number }, error: Error) => void;
}

/** The private fields of the client's own connector. */
interface State {
  readonly options: { readonly host: string; readonly port: number; readonly tls?: object } & ConnectorOptions;
  connecting: boolean;
  stream: Socket;
  firstError?: Error;
}

/** Creates the client's sockets: it resolves names without Node.js's thread pool, and handles every socket error. */
export class Connector extends StandaloneConnector {
  public override connect(): ReturnType<StandaloneConnector['connect']> {
    const state = this as unknown as State;
    const { host, port, tls, onSocketError } = state.options;
    state.connecting = true;
    return new Promise((resolve, reject) => {
      process.nextTick(() => {
        if (!state.connecting) {
          reject(new Error('Connection is closed.'));
          return;
        }
        const address = { host, port, lookup };
        state.stream = tls === undefined
          ? process.getBuiltinModule('node:net').connect(address as never)
          : process.getBuiltinModule('node:tls').connect({ ...address, ...tls } as never);
        state.stream.once('error', (error) => {
          state.firstError = error;
        });
        // The client handles one error. A socket may emit another, for a write that was under way when TLS failed, which would end the process.
        state.stream.on('error', (error) => onSocketError({ host, port }, error));
        resolve(state.stream);
      });
    });
  }
}
