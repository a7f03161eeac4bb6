import { isSpecial } from '../special-fields.js';

/** Facts about the names in an event's map of fields, in their order. */
export interface FieldNames {
  /** The event's names, by lower-case name. */
  readonly byLowerCase: ReadonlyMap<string, string>;
  /** Whether a name occurs in two spellings. */
  readonly hasTwins: boolean;
  /** Whether any field is special (special-fields.ts); if not, they need not be searched one by one. */
  readonly hasSpecial: boolean;
}

/** A prefix tree of lists of names, since clients send few different lists, each many times. */
interface Node {
  readonly next: Map<string, Node>;
  names?: FieldNames;
}

/** Clients choose the names, so the tree is bounded: about 2 MB in the worst case. */
const MAX_NODES = 1_000;
const MAX_NAMES = 50;
const MAX_NAME_LENGTH = 100;

let root: Node = { next: new Map() };
let nodes = 0;

/** The facts about a map's names, computed once for each list. */
export function fieldNames(map: object): FieldNames {
  let node = root;
  let count = 0;
  for (const name in map) {
    if (++count > MAX_NAMES || name.length > MAX_NAME_LENGTH) {
      return describe(Object.keys(map));
    }
    node = node.next.get(name) ?? grow(node, name);
  }
  return node.names ??= describe(Object.keys(map));
}

function grow(node: Node, name: string): Node {
  if (nodes >= MAX_NODES) {
    root = { next: new Map() };
    nodes = 0;
  }
  nodes++;
  const grown: Node = { next: new Map() };
  node.next.set(name, grown);
  return grown;
}

function describe(names: readonly string[]): FieldNames {
  const byLowerCase = new Map(names.map((name) => [name.toLowerCase(), name]));
  return { byLowerCase, hasTwins: byLowerCase.size < names.length, hasSpecial: [...byLowerCase.keys()].some(isSpecial) };
}
