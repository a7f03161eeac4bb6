import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/**
 * The socket of a request and of its collected response: shows the client's connection, and cannot affect it. By now that may be
 * another client's turn, or closed, while others wait for the response.
 */
export interface OwnSocket {
  readonly socket: Socket;
  /** The listener has written something. */
  active(): void;
  /** Nothing more comes. */
  close(): void;
}

/** Methods of the connection that change nothing, such as `getPeerCertificate()`. Others have no effect. */
const ASKS = /^(get|is|address)/;

export function createOwnSocket(request: IncomingMessage, response: ServerResponse): OwnSocket {
  const { EventEmitter } = process.getBuiltinModule('node:events');
  const client = request.socket;
  const events = new EventEmitter();
  let timer: NodeJS.Timeout | undefined;
  let isClosed = false;

  const close = () => {
    clearTimeout(timer);
    if (!isClosed) {
      isClosed = true;
      events.emit('close', false);
    }
  };
  // As an HTTP server does.
  const onTimeout = () => {
    events.emit('timeout');
    if (!response.emit('timeout', socket)) {
      response.destroy();
    }
  };
  const notHere = () => {
    throw new Error('The response is collected for the cache: write to it, not to its socket.');
  };
  const own = Object.assign(events, {
    readable: true,
    writable: true,
    destroyed: false,
    timeout: 0,
    setTimeout: (milliseconds: number, then?: () => void) => {
      clearTimeout(timer);
      timer = milliseconds > 0 && !isClosed ? setTimeout(onTimeout, milliseconds).unref() : undefined;
      own.timeout = milliseconds;
      if (then !== undefined) {
        events.once('timeout', then);
      }
      return socket;
    },
    destroy: (error?: Error) => {
      own.destroyed = true;
      response.destroy(error);
      return socket;
    },
    destroySoon: () => own.destroy(),
    resetAndDestroy: () => own.destroy(),
    write: notHere,
    end: notHere,
  });
  const socket = new Proxy(own, {
    get: (target, name) => {
      if (name in target) {
        return Reflect.get(target, name) as unknown;
      }
      const value: unknown = Reflect.get(client, name);
      if (typeof value !== 'function') {
        return value;
      }
      return ASKS.test(String(name)) ? value.bind(client) as unknown : () => socket;
    },
    getPrototypeOf: () => Object.getPrototypeOf(client) as object,
  }) as unknown as Socket;
  request.socket = socket;
  Object.assign(response, { socket, cork: () => {}, uncork: () => {} });
  return { socket, active: () => timer?.refresh(), close };
}
