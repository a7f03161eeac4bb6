import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect as connectPlain, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect as connectTls } from 'node:tls';
import { memcachedBinary, missingMemcached } from './binaries';
import { freePorts } from '../free-ports';
import { type Certificate, CertificateAuthority } from '../redis-servers';
import { type Command, ServerProcess } from '../server-process';

export interface MemcachedServerOptions {
  /**
   * Encrypts all connections, with a certificate for `localhost` and 127.0.0.1 made for this server.
   *
   * @default false - no encryption
   */
  readonly tls?: boolean;
  /** Its memory limit, in mebibytes. @default 64 */
  readonly memory?: number;
  /**
   * Logs its commands, so that they can be counted; this takes longer than answering them.
   *
   * @default true
   */
  readonly logsCommands?: boolean;
  /** @default - a free port */
  readonly port?: number;
  /** More environment variables of its process. */
  readonly variables?: NodeJS.ProcessEnv;
  /** More arguments of the command line. */
  readonly flags?: readonly string[];
}

/** Starts a Memcached server; resolves when it accepts commands. */
export async function startMemcached(options: MemcachedServerOptions = {}): Promise<MemcachedServer> {
  const missing = missingMemcached();
  if (missing !== undefined) {
    throw new Error(missing);
  }
  const directory = mkdtempSync(join(tmpdir(), 'memcached-server-'));
  const port = options.port ?? (await freePorts(1))[0];
  const authority = options.tls ? await CertificateAuthority.create(directory, 'own') : undefined;
  const { memory = 64, logsCommands, variables, flags } = options;
  const server = new MemcachedServer(directory, port, memory, await authority?.certificate(), authority?.pem, logsCommands, variables, flags);
  await server.restart();
  return server;
}

/** A server with a temporary directory of its own. */
export class MemcachedServer extends ServerProcess {
  /** The host name in certificates. */
  public readonly host = 'localhost';
  /** The number of read commands so far, with any number of keys each. */
  public retrievals = 0;

  public constructor(
    private readonly directory: string,
    port: number,
    private readonly memory: number,
    private readonly certificate: Certificate | undefined,
    /** The certificate that clients must trust, in PEM; undefined without encryption. */
    public readonly ca: string | undefined,
    private readonly logsCommands = true,
    private readonly variables: NodeJS.ProcessEnv = {},
    private readonly flags: readonly string[] = [],
  ) {
    super(port);
  }

  /** Sends a command, with bytes if it takes some; returns the reply up to its final line. */
  public async call(line: string, bytes?: string): Promise<string> {
    const socket = this.connect();
    socket.write(`${line}\r\n${bytes === undefined ? '' : `${bytes}\r\n`}`);
    let answer = '';
    for await (const chunk of socket) {
      answer += String(chunk);
      if (/(^|\r\n)(END|OK|STORED|NOT_STORED|DELETED|NOT_FOUND|EN|HD.*|.*ERROR.*)\r\n$/.test(answer)) {
        break;
      }
    }
    socket.destroy();
    return answer.trimEnd();
  }

  /** Ends it and removes its files. */
  public override async stop(): Promise<void> {
    await super.stop();
    rmSync(this.directory, { recursive: true, force: true });
  }

  /** The number of other connections to it. */
  public async clients(): Promise<number> {
    // It counts this connection too.
    return Number(/STAT curr_connections (\d+)/.exec(await this.call('stats'))?.[1]) - 1;
  }

  protected override command(): Command {
    const { certificate } = this;
    return {
      executable: memcachedBinary()!,
      env: { ...process.env, ...this.variables },
      args: [
        '-l', '127.0.0.1', '-p', String(this.port), '-m', String(this.memory), this.logsCommands ? '-vv' : '-v',
        // It runs as root only with this option.
        ...(process.getuid?.() === 0 ? ['-u', 'root'] : []),
        ...this.flags,
        ...(certificate === undefined ? [] : ['-Z', '-o', `ssl_chain_cert=${certificate.certFile},ssl_key=${certificate.keyFile}`]),
      ],
    };
  }

  protected override ready(since: number): Promise<void> {
    return this.logsCommands ? this.logged(/server listening/, since) : this.listening();
  }

  protected override log(line: string): void {
    this.retrievals += /^<\d+ gets? .* /.test(line) ? 1 : 0;
    super.log(line);
  }

  private connect(): Socket {
    return this.ca === undefined ? connectPlain(this.port, '127.0.0.1') : connectTls({ host: this.host, port: this.port, ca: this.ca, servername: this.host });
  }

  /** Resolves when it accepts a connection. */
  private async listening(): Promise<void> {
    for (;;) {
      const socket = this.connect();
      try {
        await once(socket, 'connect');
        return;
      } catch (error) {
        if (!this.isRunning) {
          throw error;
        }
        await new Promise(setImmediate);
      } finally {
        socket.destroy();
      }
    }
  }
}
