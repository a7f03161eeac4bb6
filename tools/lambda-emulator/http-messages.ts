import { IncomingMessage, ServerResponse } from 'node:http';

/** Answers with JSON. */
export function answer(response: ServerResponse, status: number, body: string | Buffer, headers: readonly string[] = []): void {
  response.sendDate = false;
  response.writeHead(status, ['Content-Type', 'application/json', 'Content-Length', String(Buffer.byteLength(body)), ...headers]);
  response.end(body);
}

/** Answers with an error in the form that both APIs use. */
export function refuse(response: ServerResponse, status: number, errorType: string, errorMessage: string): void {
  answer(response, status, JSON.stringify({ errorMessage, errorType }));
}

/** Reads a request to its end; one that breaks off is never done. */
export function readBody(request: IncomingMessage, done: (body: Buffer) => void, onFirstByte?: () => void): void {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => {
    if (chunks.length === 0) onFirstByte?.();
    chunks.push(chunk);
  });
  request.on('end', () => done(chunks.length === 1 ? chunks[0] : Buffer.concat(chunks)));
  // A killed environment's connections break: that it was killed is known already.
  request.on('error', () => {});
}
