import { IConstruct } from 'constructs';

/**
 * An error about something that the user passed: names the thing, its value, what is wrong and the way out.
 *
 * @internal
 */
export function invalidProp(name: string, value: unknown, problem: string, wayOut: string): Error {
  const shown = typeof value === 'string' ? `'${value}'` : String(value);
  return new Error(`CachedFunction: ${name} ${problem}, and is ${shown}. ${wayOut}`);
}

/**
 * Checks that a construct is one of ours. Where types go by what they offer, as in Go, any construct passes for an interface
 * whose members are internal.
 *
 * @internal
 */
export function checkOurs(name: string, construct: IConstruct | undefined, wayOut: string): void {
  if (construct !== undefined && !('_letIn' in construct)) {
    throw invalidProp(name, construct.node.path, 'must be made or imported by this library', wayOut);
  }
}
