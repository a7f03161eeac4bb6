/**
 * Tracks which objects share a hidden class, V8's description of an object's names in their order.
 *
 * Objects of one class take 8 bytes per property, but the class itself takes `BYTES_PER_NAME`, and lives as long as they do.
 * An object with its own class is several times smaller as a dictionary. So a class pays off from the second object on, and its
 * bytes are charged to the entry that adds it.
 *
 * Approximate, and bounded in memory: a class that recurs after `MAX_SHAPES` others is charged again.
 */

/** The size of the maps, descriptors and transitions that V8 keeps for a class; the same in Node.js 22 and 24. */
const BYTES_PER_NAME = 130;

/** Shapes remembered in each of the two generations. */
const MAX_SHAPES = 500;

/** While the process has few classes, each new one is assumed to recur. */
const FREE_NAMES = 2_000;

/** Whether objects with these names have a class, by the names' hash. */
let recent = new Map<number, boolean>();
let older = new Map<number, boolean>();
let freeNames = FREE_NAMES;

/** Records an object; returns the bytes that its class adds, or undefined if it should be a dictionary. */
export function hiddenClassBytes(names: readonly string[]): number | undefined {
  const hash = hashOf(names);
  if (recent.get(hash) === true) {
    return 0;
  }
  const hadClass = recent.get(hash) ?? older.get(hash);
  const isFree = hadClass === undefined && names.length <= freeNames;
  if (isFree) {
    freeNames -= names.length;
  }
  const hasClass = hadClass !== undefined || isFree;
  remember(hash, hasClass);
  return hasClass ? (hadClass ? 0 : names.length * BYTES_PER_NAME) : undefined;
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

/** Random per process, so that nobody can choose names that collide. */
const MULTIPLIER = Math.floor(Math.random() * 2 ** 30) * 4 + 5;

/* eslint-disable no-bitwise -- it is a hash */
/** A 32-bit hash: if two shapes collide, one class is not charged. */
function hashOf(names: readonly string[]): number {
  let hash = names.length;
  for (const name of names) {
    for (let i = 0; i < name.length; i++) {
      hash = Math.imul(hash ^ name.charCodeAt(i), MULTIPLIER);
    }
    // A separator: no character has this code.
    hash = Math.imul(hash ^ (hash >>> 15) ^ 0x1_0000, MULTIPLIER);
  }
  return hash;
}
