import { IConstruct } from 'constructs';

/** An error about a prop, without the construct that has the prop. */
class InvalidProp extends Error {}

/**
 * An error about a value that the user passed: names the prop, its value, the problem and the remedy.
 *
 * `inConstruct()` adds the construct.
 *
 * @internal
 */
export function invalidProp(name: string, value: unknown, problem: string, remedy: string): Error {
  return new InvalidProp(`${name} ${problem}, but is ${shown(value)}. ${remedy}`);
}

/**
 * An error about a combination, where no single prop is wrong: the message names the problem and the remedy.
 *
 * `inConstruct()` adds the construct.
 *
 * @internal
 */
export function invalidUse(message: string): Error {
  return new InvalidProp(message);
}

/**
 * Runs a check of a construct's props: its errors' messages begin with the construct's class and path.
 *
 * @param construct the construct, or its path if it does not exist yet
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
 * The path of a construct that is about to be created.
 *
 * @internal
 */
export function pathIn(scope: IConstruct, id: string): string {
  return [scope.node.path, id].filter((part) => part !== '').join('/');
}

/**
 * Checks that a construct is one of this library's. In a language with structural types, such as Go, the compiler accepts any construct for
 * an interface whose members are internal; in JavaScript, it accepts anything.
 *
 * @internal
 */
export function assertLibraryConstruct(name: string, construct: unknown, remedy: string): void {
  if (construct !== undefined && !(typeof construct === 'object' && construct !== null && '_allowConnectionsFrom' in construct)) {
    throw invalidProp(name, construct, 'must be created or imported with this library', remedy);
  }
}

function shown(value: unknown): string {
  if (typeof value === 'string') {
    return `'${value}'`;
  }
  const path = (value as Partial<IConstruct> | undefined | null)?.node?.path;
  return path === undefined ? String(value) : `'${path}'`;
}
