/**
 * Which objects share a hidden class, V8's description of an object's names in their order.
 *
 * Objects of one class take 8 bytes a property, but the class itself takes `BYTES_PER_NAME`, and lives as long as they do.
 * An object that has a class to itself is several times smaller as a dictionary. So a class is worth having from the
 * second object on, and its bytes are charged to the entry that brings it.
 *
 * Approximate, and bounded in memory: classes that recur more seldom than `MAX_SHAPES` others are charged again.
 */

/** The maps, descriptors and transitions that V8 keeps for a class; the same in Node.js 22 and 24. */
const BYTES_PER_NAME = 130;

/** Shapes remembered in each of the two generations. */
const MAX_SHAPES = 500;

/** While the process has few classes, each new one is taken for one that recurs. */
const FREE_NAMES = 2_000;

/** By the hash of their names: whether they have a class. */
let recent = new Map<number, boolean>();
let older = new Map<number, boolean>();
let freeNames = FREE_NAMES;

/** Records an object; returns the bytes that its class adds, or undefined if it should be a dictionary. */
export function hiddenClassBytes(names: readonly string[]): number | undefined {
  const hash = hashOf(names);
  const state = recent.get(hash) ?? older.get(hash);
  const isFree = state === undefined && names.length <= freeNames;
  if (isFree) {
    freeNames -= names.length;
  }
  remember(hash, isFree || state !== undefined);
  return state === true ? 0 : isFree || state === false ? names.length * BYTES_PER_NAME : undefined;
}

/** The same for an object that is not stored: whether there is a class for it. */
export function hasHiddenClass(names: readonly string[]): boolean {
  const hash = hashOf(names);
  return recent.get(hash) ?? older.get(hash) ?? false;
}

function remember(hash: number, hasClass: boolean): void {
  if (recent.size >= MAX_SHAPES && !recent.has(hash)) {
    older = recent;
    recent = new Map();
  }
  recent.set(hash, hasClass);
}

/** Odd multipliers of this process's own, so that nobody can choose names that collide. */
const [FIRST, SECOND] = [0, 1].map(() => Math.floor(Math.random() * 2 ** 31) * 2 + 1);

/** 53 bits. */
function hashOf(names: readonly string[]): number {
  let first = names.length;
  let second = 0;
  for (const name of names) {
    for (let i = 0; i < name.length; i++) {
      const code = name.charCodeAt(i);
      first = Math.imul(first ^ code, FIRST);
      second = Math.imul(second + code, SECOND) ^ (second >>> 15);
    }
    // No character code: names do not run into each other.
    first = Math.imul(first ^ 0x1_0000, FIRST);
    second = Math.imul(second + 0x1_0000, SECOND) ^ (second >>> 15);
  }
  return (first >>> 0) * 2 ** 21 + (second >>> 11);
}
