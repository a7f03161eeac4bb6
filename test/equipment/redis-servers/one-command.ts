import { connect as connectPlain } from 'node:net';
import { connect as connectTls } from 'node:tls';

/** Where a server is, and who calls it. */
export interface Caller {
  readonly port: number;
  /** The authority of the server's certificate, in PEM; undefined without encryption. */
  readonly ca: string | undefined;
  readonly user: string;
  readonly password: string;
}

/** An error reply. */
class ServerError extends Error {}

type Reply = string | ServerError | readonly Reply[];

/**
 * Sends one command on a connection of its own, as `redis-cli` does, whose process would cost ten times as much: the test's process is
 * large, and Linux copies its page tables for each child. Rejects with the server's error.
 *
 * @returns the reply as `redis-cli` writes it into a file: the lines of an array, an empty line for nothing
 */
export function callOnce({ port, ca, user, password }: Caller, command: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = ca === undefined ? connectPlain(port, '127.0.0.1') : connectTls({ port, host: '127.0.0.1', ca });
    let received = Buffer.alloc(0);
    socket.on('data', (bytes: Buffer) => {
      received = Buffer.concat([received, bytes]);
      const authenticated = readReply(received, 0);
      const reply = authenticated && (authenticated.reply instanceof ServerError ? authenticated : readReply(received, authenticated.end));
      if (reply !== undefined) {
        socket.destroy();
        if (reply.reply instanceof ServerError) {
          reject(reply.reply);
        } else {
          resolve(linesOf(reply.reply).trimEnd());
        }
      }
    });
    socket.on('error', reject);
    socket.on('close', () => reject(new Error(`The server on port ${port} closed the connection before it replied to ${command[0]}.`)));
    socket.write(encoded(['AUTH', user, password]) + encoded(command));
  });
}

function encoded(command: readonly string[]): string {
  return `*${command.length}\r\n${command.map((part) => `$${Buffer.byteLength(part)}\r\n${part}\r\n`).join('')}`;
}

/** A reply that begins at `start`, and where it ends; undefined if it is not complete. */
function readReply(bytes: Buffer, start: number): { readonly reply: Reply; readonly end: number } | undefined {
  const lineEnd = bytes.indexOf('\r\n', start);
  if (lineEnd < 0) {
    return undefined;
  }
  const line = bytes.toString('utf8', start + 1, lineEnd);
  const end = lineEnd + 2;
  switch (String.fromCharCode(bytes[start])) {
    case '-':
      return { reply: new ServerError(line), end };
    case '$': {
      const length = Number(line);
      if (length < 0) {
        return { reply: '', end };
      }
      return end + length + 2 > bytes.length ? undefined : { reply: bytes.toString('utf8', end, end + length), end: end + length + 2 };
    }
    case '*':
      return readArray(bytes, end, Number(line));
    default:
      return { reply: line, end };
  }
}

function readArray(bytes: Buffer, start: number, length: number): ReturnType<typeof readReply> {
  const reply: Reply[] = [];
  let end = start;
  for (let i = 0; i < length; i++) {
    const element = readReply(bytes, end);
    if (element === undefined) {
      return undefined;
    }
    reply.push(element.reply);
    end = element.end;
  }
  return { reply, end };
}

function linesOf(reply: Reply): string {
  if (reply instanceof ServerError) {
    return reply.message;
  }
  return typeof reply === 'string' ? reply : reply.map(linesOf).join('\n');
}
