/**
 * Adds up what a value costs on V8's heap (64 bits, no pointer compression, as Node.js is built).
 *
 * An estimate, made while the value is copied anyway. `npx projen bench` measures its error against the real heap;
 * the README's section on limits has the figures. Not counted: hidden classes and names that objects of one shape share.
 */
export class SizeEstimate {
  public bytes = 0;

  public addPrimitive(value: unknown): void {
    switch (typeof value) {
      case 'string':
        this.bytes += sizeOfString(value);
        break;
      case 'number':
        // Small integers live in their slot, other numbers in a box of their own.
        this.bytes += Number.isInteger(value) && Math.abs(value) < 2 ** 31 ? 0 : 16;
        break;
      case 'bigint':
        this.bytes += 24 + Math.ceil(value.toString(16).length / 16) * 8;
        break;
    }
  }

  public addArray(length: number): void {
    this.bytes += 48 + 8 * length;
  }

  /** An object literal starts with four slots inside; more properties get a growing array outside. */
  public addObject(names: readonly string[]): void {
    this.bytes += 56 + (names.length > 4 ? 16 + 8 * (names.length - 4) * 1.25 : 0);
    for (const name of names) {
      if (!isSharedName(name)) {
        this.bytes += UNSHARED_PROPERTY + sizeOfString(name);
      }
    }
  }

  public addDate(): void {
    this.bytes += 96;
  }

  public addMap(entries: number): void {
    this.bytes += 96 + 48 * entries;
  }

  public addSet(members: number): void {
    this.bytes += 96 + 32 * members;
  }

  public addBytes(length: number): void {
    this.bytes += 192 + length;
  }
}

/** An object that is used as a dictionary pays for every name, and for its slot in a hash table or hidden class of its own. */
const UNSHARED_PROPERTY = 80;

/** Names of properties met lately: what comes again is taken for a field that many objects share. */
const recentNames = new Set<string>();
const MAX_RECENT_NAMES = 1_000;

/** Whether other objects have the property too. Names that begin with a digit are ids, or indices with slots of their own. */
function isSharedName(name: string): boolean {
  if (recentNames.has(name)) {
    return true;
  }
  if (name.length <= 64 && !/^\d/.test(name)) {
    if (recentNames.size === MAX_RECENT_NAMES) {
      recentNames.clear();
    }
    recentNames.add(name);
  }
  return false;
}

export function sizeOfString(text: string): number {
  return 24 + (isOneByte(text) ? text.length : 2 * text.length);
}

/** V8 stores a character in one byte where every character of the string fits, else in two. */
export function isOneByte(text: string): boolean {
  return ONE_BYTE.test(text);
}

// eslint-disable-next-line no-control-regex
const ONE_BYTE = /^[\u0000-\u00ff]*$/;
