import type { Socket } from 'node:net';
import StandaloneConnector from 'iovalkey/built/connectors/StandaloneConnector.js';
import { lookup } from '../lookup.js';

/** An option of the client's that it hands on to its connector, also in a cluster: hears the errors of all sockets. */
export interface ConnectorOptions {
  readonly onSocketError: (address: { readonly host: string; readonly port: number }, error: Error) => void;
}

/** What the client's own connector makes of its options, and keeps to itself. */
interface State {
  readonly options: { readonly host: string; readonly port: number; readonly tls?: object } & ConnectorOptions;
  connecting: boolean;
  stream: Socket;
  firstError?: Error;
}

/** Makes the client's sockets: names are looked up without Node.js's thread pool, and no error of a socket goes unheard. */
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
        // The client hears one error. A socket may have another, of a write that was under way when TLS met garbage; it would end the process.
        state.stream.on('error', (error) => onSocketError({ host, port }, error));
        resolve(state.stream);
      });
    });
  }
}
