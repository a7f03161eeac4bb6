import { hiddenClassBytes } from './hidden-classes.js';

/**
 * Adds up a value's size on V8's heap (64 bits, no pointer compression, as Node.js is built).
 *
 * It estimates while the value is copied anyway; test/runtime/values/size.test.ts compares it with the real heap.
 */
export class SizeEstimate {
  public bytes = 0;
  private boxedNumbers = 0;

  public addPrimitive(value: unknown): void {
    switch (typeof value) {
      case 'string':
        this.bytes += sizeOfString(value);
        break;
      case 'number':
        this.addNumber(value);
        break;
      case 'bigint':
        this.bytes += 24 + Math.ceil(value.toString(16).length / 16) * 8;
        break;
    }
  }

  /** A dense array, without its elements' own bytes. */
  public addArray(items: readonly unknown[]): void {
    this.bytes += sizeOfArray(items.length) + (this.boxedNumbers === 0 ? 0 : bytesOfBoxedIntegers(items));
  }

  /** An array that V8 keeps as a hash table, since it is mostly holes. */
  public addSparseArray(elements: number): void {
    this.bytes += 80 + dictionarySlots(elements);
  }

  /**
   * An object, without its properties' own bytes.
   *
   * @returns whether it shares a hidden class with others; if not, it is smaller as a dictionary
   */
  public addObject(names: readonly string[], hasPrototype = true): boolean {
    const indices = countIndices(names);
    if (indices > 0) {
      this.bytes += sizeOfElements(indices, Number(names[0]), Number(names[indices - 1]));
      names = names.slice(indices);
    }
    const classBytes = hasPrototype ? hiddenClassBytes(names) : undefined;
    if (classBytes === undefined) {
      // A frozen object has its own map.
      this.bytes += 160 + dictionarySlots(names.length);
    } else {
      this.bytes += names.length === 0 ? 56 : 32 + 8 * names.length + classBytes;
    }
    if (classBytes !== 0) {
      names.forEach((name) => this.addName(name));
    }
    return classBytes !== undefined;
  }

  public addDate(): void {
    this.bytes += 96;
  }

  public addMap(entries: number): void {
    this.bytes += 72 + 28 * tableCapacity(entries);
  }

  public addSet(members: number): void {
    this.bytes += 72 + 20 * tableCapacity(members);
  }

  public addBytes(length: number): void {
    this.bytes += 192 + length;
  }

  private addNumber(value: number): void {
    const bytes = sizeOfNumber(value);
    this.bytes += bytes;
    this.boxedNumbers += bytes;
  }

  private addName(name: string): void {
    if (!isSharedName(name)) {
      this.bytes += sizeOfString(name);
    }
  }
}

/** One fraction makes an array of doubles, and freezing that boxes every number in it, including integers. */
function bytesOfBoxedIntegers(items: readonly unknown[]): number {
  let integers = 0;
  for (let i = 0; i < items.length; i++) {
    const item = items[i];
    if (typeof item !== 'number') {
      return 0;
    }
    if (isSmallInteger(item)) {
      integers++;
    }
  }
  return integers < items.length ? BOXED_NUMBER * integers : 0;
}

/** An array without its elements. */
export function sizeOfArray(length: number): number {
  return 48 + 8 * length;
}

/** Small integers are part of the slot that holds them. */
export function sizeOfNumber(value: number): number {
  return isSmallInteger(value) ? 0 : BOXED_NUMBER;
}


function isSmallInteger(value: number): boolean {
  return Number.isInteger(value) && value >= -(2 ** 31) && value < 2 ** 31;
}

const BOXED_NUMBER = 16;

/** V8's hash tables of properties and of sparse elements are at most two thirds full. */
function dictionarySlots(properties: number): number {
  return 24 * powerOfTwo(Math.max(4, properties + Math.floor(properties / 2)));
}

/** Maps and sets begin with four slots and double. */
function tableCapacity(entries: number): number {
  return powerOfTwo(Math.max(4, entries));
}

/** The next power of two. */
function powerOfTwo(atLeast: number): number {
  return 2 ** (32 - Math.clz32(atLeast - 1));
}

/** Names that are array indices come first, in ascending order, and are stored separately. */
function countIndices(names: readonly string[]): number {
  let count = 0;
  while (count < names.length && isIndex(names[count])) {
    count++;
  }
  return count;
}

function isIndex(name: string): boolean {
  // Nearly every name is recognized by its first character.
  return !(name.charCodeAt(0) > DIGIT_NINE) && INDEX.test(name);
}

const DIGIT_NINE = 0x39;
const INDEX = /^(?:0|[1-9]\d{0,9})$/;

/** V8 keeps them in an array that grows by half, unless a hash table would be far smaller. */
function sizeOfElements(count: number, first: number, last: number): number {
  const slots = last < 17 ? 17 : Math.ceil(last * 1.25) + 16;
  const table = dictionarySlots(count);
  return first >= 1024 || slots * 8 > 3 * table ? 48 + table : 16 + 8 * slots;
}

/** Recent property names: objects with the same name share one string for it. */
const recentNames = new Set<string>();
const MAX_RECENT_NAMES = 1_000;

function isSharedName(name: string): boolean {
  if (recentNames.has(name)) {
    return true;
  }
  if (name.length <= 64) {
    if (recentNames.size === MAX_RECENT_NAMES) {
      recentNames.clear();
    }
    recentNames.add(name);
  }
  return false;
}

export function sizeOfString(text: string): number {
  // V8 has one string for each character.
  return text.length < 2 ? 0 : Math.ceil((16 + (isOneByte(text) ? text.length : 2 * text.length)) / 8) * 8;
}

/** V8 stores a character in one byte if every character of the string fits, else in two. */
export function isOneByte(text: string): boolean {
  return ONE_BYTE.test(text);
}

// eslint-disable-next-line no-control-regex
const ONE_BYTE = /^[\u0000-\u00ff]*$/;
