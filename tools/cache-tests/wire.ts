/** Raw HTTP on the wire: every line of every field, without a cache or decoding. */
import { Agent, createServer, request as send } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface WireRequest {
  readonly method: string;
  readonly target: string;
  /** Names and values in turn, as received. */
  readonly lines: readonly string[];
  readonly content: Buffer;
}

export interface WireResponse {
  readonly status: number;
  readonly lines: readonly string[];
  readonly content: Buffer;
}

export interface Listening {
  readonly port: number;
  stop(): void;
}

/** Fields about a connection, which are not passed on. */
const CONNECTION = new Set(['connection', 'keep-alive', 'proxy-connection', 'te', 'trailer', 'transfer-encoding', 'upgrade']);

export function endToEnd(lines: readonly string[]): string[] {
  return lines.filter((_line, index) => !CONNECTION.has(lines[index - index % 2].toLowerCase()));
}

export async function listen(handle: (request: IncomingMessage, response: ServerResponse) => void): Promise<Listening> {
  const server: Server = createServer(handle);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { port: (server.address() as AddressInfo).port, stop: () => void server.close().closeAllConnections() };
}

/** A server of whole requests and responses. A failure is a 502, as from API Gateway. */
export function serve(respond: (request: WireRequest) => Promise<WireResponse>): Promise<Listening> {
  return listen((incoming, outgoing) => {
    readRequest(incoming).then(respond).then(
      (response) => writeResponse(outgoing, response),
      (error: unknown) => outgoing.writeHead(502).end(String(error)),
    );
  });
}

export function writeResponse(outgoing: ServerResponse, { status, lines, content }: WireResponse): void {
  outgoing.writeHead(status, endToEnd(lines));
  outgoing.end(content);
}

export async function readRequest(incoming: IncomingMessage): Promise<WireRequest> {
  return { method: incoming.method!, target: incoming.url!, lines: endToEnd(incoming.rawHeaders), content: await read(incoming) };
}

/** One connection per exchange: some of the suite's responses are not what HTTP allows, and break it. */
const agent = new Agent({ keepAlive: false });

export function fetchFrom(port: number, { method, target, lines, content }: WireRequest): Promise<WireResponse> {
  return new Promise((resolve, reject) => {
    const outgoing = send({ host: '127.0.0.1', port, method, path: target, headers: lines as string[], agent }, (incoming) => {
      const chunks: Buffer[] = [];
      incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
      // An error after a complete response is too late.
      incoming.on('close', () => {
        if (incoming.complete) {
          resolve({ status: incoming.statusCode!, lines: incoming.rawHeaders, content: Buffer.concat(chunks) });
        } else {
          reject(new Error('The origin broke off.'));
        }
      });
      incoming.on('error', () => undefined);
      outgoing.off('error', reject).on('error', () => undefined);
    });
    outgoing.on('error', reject);
    outgoing.end(content);
  });
}

async function read(message: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of message) {
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks);
}
