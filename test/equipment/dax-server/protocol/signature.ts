import { createHash, createHmac } from 'node:crypto';
import { DaxError } from './errors';

export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

/** A connection's authorization. */
export interface Authorization {
  readonly accessKeyId: string;
  readonly signature: string;
  /** As in Signature Version 4: algorithm, time, scope, hash of the request. */
  readonly stringToSign: string;
}

/** All connections sign the same request, which is never sent: an empty POST to this host. */
const HOST = 'dax.amazonaws.com';

/**
 * Checks that a signature belongs to these credentials. Its age, region and session token are not checked.
 * @throws DaxError if it isn't
 */
export function verifySignature({ accessKeyId, signature, stringToSign }: Authorization, accepted: readonly Credentials[]): void {
  const credentials = accepted.find((each) => each.accessKeyId === accessKeyId);
  if (credentials === undefined) {
    throw new DaxError('UnrecognizedClientException', 'The security token included in the request is invalid.');
  }
  const [algorithm, time, scope, requestHash] = stringToSign.split('\n');
  const [date, region, service, terminator] = scope?.split('/') ?? [];
  const key = [date, region, service, terminator].reduce<string | Buffer>((secret, part) => hmac(secret, part ?? ''), `AWS4${credentials.secretAccessKey}`);
  const isValid = algorithm === 'AWS4-HMAC-SHA256' && service === 'dax' && terminator === 'aws4_request' && time.startsWith(date)
    && requestHash === sha256(['POST', '/', '', `host:${HOST}`, `x-amz-date:${time}`, '', 'host;x-amz-date', sha256('')].join('\n'))
    && signature === hmac(key, stringToSign).toString('hex');
  if (!isValid) {
    throw new DaxError('InvalidSignatureException', 'The request signature does not match the signature that was provided.');
  }
}

function hmac(key: string | Buffer, data: string): Buffer {
  return createHmac('sha256', key).update(data).digest();
}

function sha256(data: string): string {
  return createHash('sha256').update(data).digest('hex');
}
