import { IConstruct } from 'constructs';

/** Says what is wrong with a prop, and not yet whose prop it is. */
class InvalidProp extends Error {}

/**
 * An error about something that the user passed: names the thing, its value, what is wrong and the way out.
 *
 * `inConstruct()` adds whose prop it is.
 *
 * @internal
 */
export function invalidProp(name: string, value: unknown, problem: string, wayOut: string): Error {
  return new InvalidProp(`${name} ${problem}, and is ${shown(value)}. ${wayOut}`);
}

/**
 * Runs something that checks the props of a construct: the message of its errors begins with the construct's class and path.
 *
 * @param construct the construct, or its path where it does not exist yet
 * @internal
 */
export function inConstruct<T>(className: string, construct: IConstruct | string, check: () => T): T {
  try {
    return check();
  } catch (error) {
    throw error instanceof InvalidProp ? errorIn(className, construct, error.message) : error;
  }
}

/**
 * @internal
 */
export function errorIn(className: string, construct: IConstruct | string, message: string): Error {
  const path = typeof construct === 'string' ? construct : construct.node.path;
  return new Error(`${className}${path === '' ? '' : ` ${path}`}: ${message}`);
}

/**
 * The path of a construct that is about to be made.
 *
 * @internal
 */
export function pathIn(scope: IConstruct, id: string): string {
  return [scope.node.path, id].filter((part) => part !== '').join('/');
}

/**
 * Checks that a construct is one of this library's. Where types go by what they offer, as in Go, any construct passes for an interface
 * whose members are internal; in JavaScript, anything passes.
 *
 * @internal
 */
export function assertLibraryConstruct(name: string, construct: unknown, wayOut: string): void {
  if (construct !== undefined && !(typeof construct === 'object' && construct !== null && '_letIn' in construct)) {
    throw invalidProp(name, construct, 'must be made or imported by this library', wayOut);
  }
}

function shown(value: unknown): string {
  if (typeof value === 'string') {
    return `'${value}'`;
  }
  const path = (value as Partial<IConstruct> | undefined | null)?.node?.path;
  return path === undefined ? String(value) : `'${path}'`;
}
