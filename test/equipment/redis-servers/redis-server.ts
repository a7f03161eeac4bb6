import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { type Binaries, redisBinaries, valkeyBinaries } from './binaries';
import { type Certificate, CertificateAuthority } from './certificates';
import { callOnce } from './one-command';
import { freePorts } from '../free-ports';
import { type Command, ServerProcess } from '../server-process';

/** The administrator with which tests control a server, besides its other users. */
const ADMIN = { user: 'equipment', password: 'equipment' } as const;

export interface RedisServerOptions {
  /**
   * Encrypts all connections, with a new certificate for `localhost` and 127.0.0.1, or with the given one.
   *
   * @default false - no encryption
   */
  readonly tls?: boolean | Certificate;
  /**
   * Users, as in a Redis ACL file, such as `user app on >secret ~* +@all`.
   *
   * @default - the user `default` may do everything, without a password
   */
  readonly acl?: readonly string[];
  /** More lines of configuration. */
  readonly config?: readonly string[];
  /** @default - a free port */
  readonly port?: number;
  /** More environment variables of its process. */
  readonly variables?: NodeJS.ProcessEnv;
}

/** Starts a Redis server; resolves when it accepts commands. */
export function startRedis(options: RedisServerOptions = {}): Promise<RedisServer> {
  return RedisServer.start(redisBinaries(), options);
}

/** Starts a Valkey server. Everything here about Redis applies to it, except encryption, which the available server lacks. */
export function startValkey(options: Omit<RedisServerOptions, 'tls'> = {}): Promise<RedisServer> {
  return RedisServer.start(valkeyBinaries(), options);
}

/** A server with a temporary directory of its own. */
export class RedisServer extends ServerProcess {
  /** The host name in certificates. */
  public readonly host = 'localhost';
  private readonly authority: string | undefined;
  private insider?: ChildProcessByStdio<Writable, Readable, null>;

  private constructor(
    private readonly binaries: Binaries,
    private readonly directory: string,
    port: number,
    private readonly certificate: Certificate | undefined,
    /** The certificate that clients must trust, in PEM; undefined without encryption, or with a given certificate. */
    public readonly ca: string | undefined,
    private readonly variables: NodeJS.ProcessEnv,
  ) {
    super(port);
    this.authority = certificate && readFileSync(certificate.caFile, 'utf8');
  }

  public static async start(binaries: Binaries, options: RedisServerOptions): Promise<RedisServer> {
    const directory = mkdtempSync(join(tmpdir(), 'redis-server-'));
    const port = options.port ?? (await freePorts(1))[0];
    const authority = options.tls === true ? await CertificateAuthority.create(directory, 'own') : undefined;
    const certificate = await authority?.certificate() ?? (typeof options.tls === 'object' ? options.tls : undefined);
    const server = new RedisServer(binaries, directory, port, certificate, authority?.pem, options.variables ?? {});
    writeFileSync(server.configFile, server.configuration(options).join('\n'));
    await server.begin();
    return server;
  }

  /** Calls one command. Rejects with the server's error. */
  public async call(...command: (string | number)[]): Promise<string> {
    return callOnce({ port: this.port, ca: this.authority, ...ADMIN }, command.map(String));
  }

  /** Moves all keys of a cluster's slot to another server. */
  public async migrate(slot: number, to: RedisServer): Promise<void> {
    const keys = (await this.call('CLUSTER', 'GETKEYSINSLOT', slot, 10_000)).split('\n').filter((key) => key !== '');
    if (keys.length > 0) {
      await this.call('MIGRATE', '127.0.0.1', to.port, '', 0, 5_000, 'AUTH2', ADMIN.user, ADMIN.password, 'KEYS', ...keys);
    }
  }

  /** The arguments with which `redis-cli` connects to such a server as its administrator. */
  public get cliOptions(): readonly string[] {
    return [
      '-h', '127.0.0.1', '-p', String(this.port), '--user', ADMIN.user, '--pass', ADMIN.password, '--no-auth-warning',
      ...(this.certificate === undefined ? [] : ['--tls', '--cacert', this.certificate.caFile]),
    ];
  }

  /** Ends it and removes its files. */
  public override async stop(): Promise<void> {
    this.insider?.kill();
    await super.stop();
    rmSync(this.directory, { recursive: true, force: true });
  }

  /** It rejects writes with READONLY, like a primary that a failover has demoted. Its primary cannot be reached, so its data stays. */
  public async becomeReplica(): Promise<void> {
    const [nobody] = await freePorts(1);
    await this.call('REPLICAOF', '127.0.0.1', nobody);
  }

  public async becomePrimary(): Promise<void> {
    await this.call('REPLICAOF', 'NO', 'ONE');
  }

  /** It rejects writes with OOM, and evicts nothing. */
  public async runOutOfMemory(): Promise<void> {
    await this.call('CONFIG', 'SET', 'maxmemory-policy', 'noeviction', 'maxmemory', '1');
  }

  public async getMemoryBack(): Promise<void> {
    await this.call('CONFIG', 'SET', 'maxmemory', '0');
  }

  /** It refuses all new connections; open ones stay. */
  public async refuseClients(): Promise<void> {
    // Kept open, since no other connection could undo this.
    this.insider = spawn(this.binaries.cli, [...this.cliOptions], { stdio: ['pipe', 'pipe', 'inherit'] });
    await this.setMaxClients(this.insider, 1);
  }

  public async admitClients(): Promise<void> {
    const { insider } = this;
    if (insider !== undefined) {
      const exited = once(insider, 'exit');
      await this.setMaxClients(insider, 10_000);
      insider.stdin.end();
      await exited;
      this.insider = undefined;
    }
  }

  /** The number of other connections to it. */
  public async clients(): Promise<number> {
    const list = await this.call('CLIENT', 'LIST', 'TYPE', 'normal');
    return list.split('\n').filter((line) => line !== '' && !line.includes(`user=${ADMIN.user}`)).length;
  }

  /** Closes the connections of one user, or of everyone but the test. */
  public async disconnect(user?: string): Promise<void> {
    await this.call('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes', ...(user === undefined ? [] : ['USER', user]));
  }

  /** Replaces the user's password; its open connections stay. */
  public async setPassword(user: string, password: string): Promise<void> {
    await this.call('ACL', 'SETUSER', user, 'resetpass', `>${password}`);
  }

  protected override command(): Command {
    return { executable: this.binaries.server, args: [this.configFile], env: { ...process.env, ...this.variables } };
  }

  protected override ready(since: number): Promise<void> {
    return this.logged(/Ready to accept connections/, since);
  }

  private get configFile(): string {
    return join(this.directory, 'server.conf');
  }

  private configuration({ acl, config = [] }: RedisServerOptions): string[] {
    const { certificate } = this;
    return [
      'bind 127.0.0.1',
      ...(certificate === undefined ? [`port ${this.port}`] : [
        'port 0', `tls-port ${this.port}`, 'tls-auth-clients no',
        `tls-cert-file ${certificate.certFile}`, `tls-key-file ${certificate.keyFile}`, `tls-ca-cert-file ${certificate.caFile}`,
      ]),
      `dir ${this.directory}`,
      'save ""',
      // Replicas copy the primary's data at once, instead of waiting for others.
      'repl-diskless-sync-delay 0',
      ...(acl ?? []),
      `user ${ADMIN.user} on >${ADMIN.password} ~* &* +@all`,
      `masteruser ${ADMIN.user}`, `masterauth ${ADMIN.password}`,
      ...config,
    ];
  }

  private async setMaxClients(insider: ChildProcessByStdio<Writable, Readable, null>, count: number): Promise<void> {
    insider.stdin.write(`CONFIG SET maxclients ${count}\n`);
    await once(insider.stdout, 'data');
  }
}
