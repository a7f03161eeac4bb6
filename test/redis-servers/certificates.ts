import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Files in PEM: what a server shows, and the certificate of whoever signed that. */
export interface Certificate {
  readonly certFile: string;
  readonly keyFile: string;
  readonly caFile: string;
}

const NEW_KEY = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];

/** Signs certificates of servers on this machine. Two of them are strangers to each other. */
export class CertificateAuthority {
  private constructor(private readonly directory: string, private readonly name: string) {}

  /** @param name begins the names of its files in the directory */
  public static async create(directory: string, name: string): Promise<CertificateAuthority> {
    const authority = new CertificateAuthority(directory, name);
    await openssl('req', '-x509', ...NEW_KEY, '-keyout', authority.path('ca.key'), '-out', authority.path('ca.crt'), '-days', '2', '-subj', `/CN=${name}`);
    return authority;
  }

  /** In PEM: what a client has to trust. */
  public get pem(): string {
    return readFileSync(this.path('ca.crt'), 'utf8');
  }

  /** @param names the host names that it is valid for, beside 127.0.0.1 */
  public async certificate(names: readonly string[] = ['localhost']): Promise<Certificate> {
    const certificate = { certFile: this.path('server.crt'), keyFile: this.path('server.key'), caFile: this.path('ca.crt') };
    const extensions = this.path('server.ext');
    writeFileSync(extensions, `subjectAltName=${names.map((name) => `DNS:${name},`).join('')}IP:127.0.0.1\n`);
    await openssl('req', ...NEW_KEY, '-keyout', certificate.keyFile, '-out', this.path('server.csr'), '-subj', `/CN=${names[0]}`);
    await openssl('x509', '-req', '-in', this.path('server.csr'), '-CA', this.path('ca.crt'), '-CAkey', this.path('ca.key'), '-CAcreateserial',
      '-out', certificate.certFile, '-days', '2', '-extfile', extensions);
    return certificate;
  }

  private path(file: string): string {
    return join(this.directory, `${this.name}-${file}`);
  }
}

/** A certificate for `localhost` whose authority nobody knows. Its files are removed when this process ends. */
export async function strangersCertificate(): Promise<Certificate> {
  const directory = mkdtempSync(join(tmpdir(), 'stranger-'));
  process.on('exit', () => rmSync(directory, { recursive: true, force: true }));
  return (await CertificateAuthority.create(directory, 'stranger')).certificate();
}

async function openssl(...args: string[]): Promise<void> {
  await run('openssl', args);
}
