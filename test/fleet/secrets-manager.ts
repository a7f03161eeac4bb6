import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Answers GetSecretValue as Secrets Manager does, to everyone who signs the request. */
export class SecretsManager {
  /** What it was asked for, in order. */
  public readonly requests: string[] = [];

  private constructor(private readonly server: Server, private readonly secrets: Map<string, string>) {}

  public static async start(): Promise<SecretsManager> {
    const secrets = new Map<string, string>();
    const server = createServer();
    const manager = new SecretsManager(server, secrets);
    server.on('request', (request, response) => {
      let body = '';
      request.on('data', (chunk: Buffer) => body += chunk.toString());
      request.on('end', () => {
        const { SecretId: id } = JSON.parse(body) as { SecretId: string };
        const secret = secrets.get(id);
        const isSigned = /^AWS4-HMAC-SHA256 Credential=.*\/secretsmanager\/aws4_request/.test(request.headers.authorization ?? '');
        if (request.headers['x-amz-target'] !== 'secretsmanager.GetSecretValue' || !isSigned) {
          response.writeHead(403).end('{"__type":"AccessDeniedException"}');
        } else if (secret === undefined) {
          response.writeHead(400).end('{"__type":"ResourceNotFoundException"}');
        } else {
          manager.requests.push(id);
          response.end(JSON.stringify({ SecretString: secret }));
        }
      });
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return manager;
  }

  public put(id: string, secret: string): void {
    this.secrets.set(id, secret);
  }

  /** What makes the SDKs, and the runtime, ask here. */
  public get environment(): NodeJS.ProcessEnv {
    return {
      AWS_ENDPOINT_URL_SECRETS_MANAGER: `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`,
      AWS_REGION: 'eu-west-1',
      AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE',
      AWS_SECRET_ACCESS_KEY: 'secret',
      AWS_SESSION_TOKEN: 'token',
    };
  }

  public stop(): void {
    this.server.close();
    this.server.closeAllConnections();
  }
}
