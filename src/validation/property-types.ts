import { Duration, Size, Token } from 'aws-cdk-lib';
import { invalidProp } from './errors';

/**
 * TypeScript's checks, for users who write JavaScript. They look for methods, not classes: an app may have two copies of aws-cdk-lib.
 */

/**
 * @internal
 */
export function assertDuration(name: string, value: Duration | undefined): void {
  if (value !== undefined && typeof (value as Partial<Duration> | null)?.toMilliseconds !== 'function') {
    throw invalidProp(name, value, 'must be a Duration', typeof value === 'number' ? `For example: Duration.seconds(${String(value)}).` : 'Use Duration.seconds(…).');
  }
  // Duration.minutes(Number(process.env.TTL)), say, without that variable.
  if (value?.isUnresolved() === false && !Number.isFinite(value.toMilliseconds({ integral: false }))) {
    throw invalidProp(name, value.toString(), 'must be a finite time', 'It was created from a value that is not a number, or infinite.');
  }
}

/**
 * @internal
 */
export function assertSize(name: string, value: Size | undefined): void {
  if (value !== undefined && typeof (value as Partial<Size> | null)?.toBytes !== 'function') {
    throw invalidProp(name, value, 'must be a Size', typeof value === 'number' ? `For example: Size.mebibytes(${String(value)}).` : 'Use Size.mebibytes(…).');
  }
}

/**
 * @internal
 */
export function assertText(name: string, value: unknown, example: string): void {
  if (typeof value !== 'string' || (value === '' && !Token.isUnresolved(value))) {
    throw invalidProp(name, value, 'must be a non-empty string', `For example: '${example}'.`);
  }
}

/**
 * Checks that a value has a method.
 *
 * @internal
 */
export function assertHas(name: string, value: unknown, method: string, remedy: string): void {
  if (typeof value !== 'object' || value === null || !(method in value)) {
    throw invalidProp(name, value, 'must be given', remedy);
  }
}

/** A host name, an IPv4 address, or an IPv6 address. */
const HOST = /^([A-Za-z0-9_]([A-Za-z0-9_.-]*[A-Za-z0-9_.])?|[0-9A-Fa-f]*:[0-9A-Fa-f]*:[0-9A-Fa-f:.]*)$/;

/**
 * Checks that a value is a host, not a URL, and has no port.
 *
 * @internal
 */
export function assertHost(name: string, value: unknown, portProp: string): void {
  if (typeof value !== 'string') {
    throw invalidProp(name, value, 'must be a host name or an IP address', "For example: 'cache.example.com'.");
  }
  if (!Token.isUnresolved(value) && !HOST.test(value)) {
    throw invalidProp(name, value, 'must be a host name or an IP address, without a scheme, port or path',
      `Remove the scheme and anything after the host; set the port with \`${portProp}\`.`);
  }
}
