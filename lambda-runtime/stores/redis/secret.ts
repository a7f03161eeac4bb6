import { sign } from 'aws4';
import { credentialsOf, urlOf } from '../aws-service.js';
import { lookup } from '../dns-lookup.js';

/** The user's login. */
export interface Login {
  readonly username?: string;
  readonly password?: string;
}

const TIMEOUT_MS = 2_000;

/**
 * Reads a login from Secrets Manager: a JSON object with `password` and optionally `username`, or the password alone.
 *
 * It sends one signed request instead of using the AWS SDK, whose client takes longer to load than the rest of this runtime.
 */
export async function readSecret(arn: string, environment: NodeJS.ProcessEnv): Promise<Login> {
  const secret = secretIn(await call(arn, environment));
  if (secret === undefined) {
    throw new Error(`The secret ${arn} has no string value.`);
  }
  try {
    const parsed = JSON.parse(secret) as unknown;
    if (typeof parsed === 'object' && parsed !== null && 'password' in parsed) {
      return parsed as Login;
    }
  } catch {
    // Not JSON: the password itself.
  }
  return { password: secret };
}

function secretIn(answer: string): string | undefined {
  try {
    return (JSON.parse(answer) as { SecretString?: string }).SecretString;
  } catch {
    // Not the parser's error, which quotes the response.
    throw new Error('the answer from Secrets Manager is not JSON');
  }
}

function call(arn: string, environment: NodeJS.ProcessEnv): Promise<string> {
  const { url, region } = endpointOf(arn, environment);
  const body = JSON.stringify({ SecretId: arn });
  const { headers } = sign({
    service: 'secretsmanager',
    region,
    host: url.host,
    method: 'POST',
    path: '/',
    headers: { 'Content-Type': 'application/x-amz-json-1.1', 'X-Amz-Target': 'secretsmanager.GetSecretValue' },
    body,
  }, credentialsOf(environment));
  const { request } = process.getBuiltinModule(url.protocol === 'http:' ? 'node:http' : 'node:https');
  return new Promise((resolve, reject) => {
    const sent = request(url, { method: 'POST', headers: headers as Record<string, string>, timeout: TIMEOUT_MS, lookup }, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => text += chunk);
      response.on('error', reject);
      // The response to a rejected request contains the reason, and no secret.
      response.on('end', () => response.statusCode === 200
        ? resolve(text)
        : reject(new Error(`Secrets Manager answered ${response.statusCode} for ${arn}: ${text}`)));
    });
    sent.on('timeout', () => sent.destroy(new Error(`Secrets Manager did not answer within ${TIMEOUT_MS} ms. Can the function reach it from its VPC?`)));
    sent.on('error', reject);
    sent.end(body);
  });
}

/** The secret's region, from its ARN. */
function endpointOf(arn: string, environment: NodeJS.ProcessEnv): { url: URL; region: string } {
  const region = arn.split(':')[3] || environment.AWS_REGION || '';
  return { url: urlOf('secretsmanager', 'SECRETS_MANAGER', region, environment), region };
}
