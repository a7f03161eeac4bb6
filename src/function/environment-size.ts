import { SETTINGS_VARIABLE } from '../contract/runtime-settings';
import { invalidProp } from '../validation/errors';

/** Lambda's limit. It measures all variables as one JSON object, and its error shows the "string measured". */
const MAX_BYTES = 4_096;

/** The number of variables that the error names. */
const SHOWN = 3;

/**
 * Checks the size of a function's environment variables, to the extent that it is known before deploying: tokens count as empty.
 *
 * @internal
 */
export function checkEnvironmentSize(variables: Readonly<Record<string, unknown>>): void {
  const known = Object.fromEntries(Object.entries(variables).map(([name, value]) => [name, knownPart(value)]));
  const bytes = sizeOf(known);
  if (bytes <= MAX_BYTES) {
    return;
  }
  const largest = Object.entries(known)
    .map(([name, value]) => ({ name, size: sizeOf(name) + sizeOf(value) }))
    .sort((one, other) => other.size - one.size)
    .slice(0, SHOWN)
    .map(({ name, size }) => `${name} (${size} bytes)`);
  throw invalidProp('environment', `${bytes} bytes`, `must be at most ${MAX_BYTES} bytes for all variables (Lambda's limit)`,
    `The largest are ${largest.join(', ')}. ${SETTINGS_VARIABLE} shrinks if fewer caches have an addCachePolicy() and more options are set in the handler's code; `
    + 'move your own large values into the bundle, Parameter Store or AppConfig.');
}

function sizeOf(value: unknown): number {
  return Buffer.byteLength(JSON.stringify(value));
}

/** The literal parts of a resolved value. */
function knownPart(value: unknown): string {
  if (typeof value === 'object' && value !== null && 'Fn::Join' in value) {
    const [delimiter, parts] = value['Fn::Join'] as [string, unknown];
    return Array.isArray(parts) ? parts.map(knownPart).join(delimiter) : '';
  }
  return typeof value === 'object' || value === undefined ? '' : String(value);
}
