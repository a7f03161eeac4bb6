import { Duration, Size, Token } from 'aws-cdk-lib';
import { invalidProp } from './errors';

/**
 * What TypeScript checks, for those who write JavaScript. By what values can do, not by their class: an app may have two copies of aws-cdk-lib.
 */

/**
 * @internal
 */
export function assertDuration(name: string, value: Duration | undefined): void {
  if (value !== undefined && typeof (value as Partial<Duration> | null)?.toMilliseconds !== 'function') {
    throw invalidProp(name, value, 'must be a Duration', typeof value === 'number' ? `Use Duration.seconds(${String(value)}), say.` : 'Use Duration.seconds(…).');
  }
}

/**
 * @internal
 */
export function assertSize(name: string, value: Size | undefined): void {
  if (value !== undefined && typeof (value as Partial<Size> | null)?.toBytes !== 'function') {
    throw invalidProp(name, value, 'must be a Size', typeof value === 'number' ? `Use Size.mebibytes(${String(value)}), say.` : 'Use Size.mebibytes(…).');
  }
}

/**
 * @internal
 */
export function assertText(name: string, value: unknown, example: string): void {
  if (typeof value !== 'string' || (value === '' && !Token.isUnresolved(value))) {
    throw invalidProp(name, value, 'must be text that is not empty', `It looks like '${example}'.`);
  }
}

/**
 * Checks something that has a method.
 *
 * @internal
 */
export function assertHas(name: string, value: unknown, method: string, wayOut: string): void {
  if (typeof value !== 'object' || value === null || !(method in value)) {
    throw invalidProp(name, value, 'must be given', wayOut);
  }
}

/** A host name, an IPv4 address, or an IPv6 address. */
const HOST = /^([A-Za-z0-9_]([A-Za-z0-9_.-]*[A-Za-z0-9_.])?|[0-9A-Fa-f]*:[0-9A-Fa-f]*:[0-9A-Fa-f:.]*)$/;

/**
 * Checks a host: neither a URL nor one with a port.
 *
 * @internal
 */
export function assertHost(name: string, value: unknown, portProp: string): void {
  if (typeof value !== 'string') {
    throw invalidProp(name, value, 'must be the name or the address of a host', "It looks like 'cache.example.com'.");
  }
  if (!Token.isUnresolved(value) && !HOST.test(value)) {
    throw invalidProp(name, value, 'must be the name or the address of a host, without a scheme, a port or a path',
      `Leave out what is before '://' and after the name; a port is \`${portProp}\`.`);
  }
}
