import type { IncomingMessage, ServerResponse } from 'node:http';
import { headOf, setHead } from './head.js';
import { createOwnSocket } from './own-socket.js';
import type { HttpResponse } from '../message.js';

/** A larger response is not collected but streamed. API Gateway's own cache has the same limit. */
const MAX_COLLECTED_BYTES = 1024 * 1024;

/** How a listener answered: with a whole response, with one that was streamed to its client, or not at all (`next()`). */
export type Answered = { readonly response: HttpResponse; /** Its content does not have the length that it states. */ readonly isCut: boolean } | 'passedOn';

/** A listener has destroyed its response: there is none. */
export class DestroyedResponseError extends Error {}

/**
 * A response that collects what a listener writes.
 *
 * @param mayStore whether a response with this head could be stored; if not, it is streamed
 * @param client the destination of a streamed response; absent if no client waits
 * @param onPassedOn creates the client's head of a streamed response
 */
export function collectedResponse(
  request: IncomingMessage, mayStore: (head: HttpResponse) => boolean, client: ServerResponse | undefined,
  onPassedOn: (head: HttpResponse) => HttpResponse,
): { readonly response: ServerResponse; readonly answered: Promise<Answered> } {
  const http = process.getBuiltinModule('node:http');
  const response = new http.ServerResponse(request);
  const socket = createOwnSocket(request, response);
  const { promise: answered, resolve, reject } = Promise.withResolvers<Answered>();
  const chunks: Buffer[] = [];
  let bytes = 0;
  let target: ServerResponse | undefined;

  const head = () => {
    if (!response.headersSent) {
      response.writeHead(response.statusCode);
    }
  };
  // Otherwise a stored response may answer instead.
  const isStorable = () => response.statusCode === 304 || response.statusCode >= 500 || mayStore(headOf(response));
  const passOnUnless = (isCollected: boolean) => {
    // Something stale may have answered the client already.
    if (!isCollected && target === undefined && client !== undefined && !client.headersSent) {
      target = client;
      head();
      sendHead(client, onPassedOn(headOf(response)));
      chunks.splice(0).forEach((chunk) => client.write(chunk));
      client.on('drain', () => response.emit('drain'));
      client.on('close', () => response.emit('close'));
      resolve('passedOn');
    }
  };
  const add = (chunk: unknown, encoding: unknown): boolean => {
    if (chunk === undefined || chunk === null || typeof chunk === 'function' || request.method === 'HEAD') {
      return true;
    }
    socket.active();
    const content = typeof chunk === 'string' ? Buffer.from(chunk, typeof encoding === 'string' ? encoding as BufferEncoding : 'utf8') : Buffer.from(chunk as Uint8Array);
    if (target !== undefined) {
      return target.write(content);
    }
    chunks.push(content);
    bytes += content.length;
    return true;
  };
  const callbackAmong = (args: readonly unknown[]) => args.find((arg) => typeof arg === 'function') as (() => void) | undefined;

  // Own properties, since frameworks replace Node.js's prototypes by their own.
  Object.assign(response, {
    writeHead: (status: number, ...rest: readonly unknown[]) =>
      http.ServerResponse.prototype.writeHead.call(response, ...setHead(response, status, rest) as [number]),
    flushHeaders: () => {
      head();
      passOnUnless(isStorable());
    },
    write: (chunk: unknown, ...rest: readonly unknown[]) => {
      head();
      const isFree = add(chunk, rest[0]);
      passOnUnless(bytes <= MAX_COLLECTED_BYTES && isStorable());
      const callback = callbackAmong(rest);
      if (callback !== undefined) {
        process.nextTick(callback);
      }
      return isFree;
    },
    end: (...args: readonly unknown[]) => {
      if (response.finished) {
        return response;
      }
      head();
      add(args[0], args[1]);
      response.finished = true;
      if (target !== undefined) {
        target.end();
      }
      const length = response.getHeader('content-length');
      const isCut = length !== undefined && Number(length) !== bytes && request.method !== 'HEAD' && response.statusCode !== 304;
      resolve({ response: { ...headOf(response), ...contentOf(Buffer.concat(chunks)) }, isCut });
      const callback = callbackAmong(args);
      process.nextTick(() => {
        ['prefinish', 'finish', 'close'].forEach((event) => response.emit(event));
        socket.close();
        callback?.();
      });
      return response;
    },
    destroy: (error?: Error) => {
      if (!response.destroyed) {
        response.destroyed = true;
        target?.destroy(error);
        reject(new DestroyedResponseError('The listener destroyed its response.', { cause: error }));
        process.nextTick(() => {
          response.emit('close');
          socket.close();
        });
      }
      return response;
    },
  });
  return { response, answered };
}

/** Sends a response. */
export function send(client: ServerResponse, response: HttpResponse): void {
  sendHead(client, response);
  client.end(Buffer.from(response.body, response.isBase64Encoded ? 'base64' : 'utf8'));
}

function sendHead(client: ServerResponse, { status, fields }: HttpResponse): void {
  client.statusCode = status;
  for (const [name, lines] of fields) {
    client.setHeader(name, lines.length === 1 ? lines[0] : [...lines]);
  }
}

function contentOf(content: Buffer): Pick<HttpResponse, 'body' | 'isBase64Encoded'> {
  const isText = process.getBuiltinModule('node:buffer').isUtf8(content);
  return { body: content.toString(isText ? 'utf8' : 'base64'), isBase64Encoded: !isText };
}
