import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** PEM files: a server's key and certificate, and its signer's certificate. */
export interface Certificate {
  readonly certFile: string;
  readonly keyFile: string;
  readonly caFile: string;
}

const NEW_KEY = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];

/** A certificate authority for servers on this machine. Authorities do not trust each other. */
export class CertificateAuthority {
  private constructor(private readonly directory: string, private readonly name: string) {}

  /** @param name the prefix of its files' names in the directory */
  public static async create(directory: string, name: string): Promise<CertificateAuthority> {
    const authority = new CertificateAuthority(directory, name);
    await openssl('req', '-x509', ...NEW_KEY, '-keyout', authority.path('ca.key'), '-out', authority.path('ca.crt'), '-days', '2', '-subj', `/CN=${name}`);
    return authority;
  }

  /** The certificate that a client must trust, in PEM. */
  public get pem(): string {
    return readFileSync(this.path('ca.crt'), 'utf8');
  }

  /** @param names the host names for which it is valid, besides 127.0.0.1 */
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

/** A certificate for `localhost` from an unknown authority. Its files are removed when this process ends. */
export async function strangersCertificate(): Promise<Certificate> {
  const directory = mkdtempSync(join(tmpdir(), 'stranger-'));
  process.on('exit', () => rmSync(directory, { recursive: true, force: true }));
  return (await CertificateAuthority.create(directory, 'stranger')).certificate();
}

async function openssl(...args: string[]): Promise<void> {
  await run('openssl', args);
}
