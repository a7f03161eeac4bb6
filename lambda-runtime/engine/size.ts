/**
 * Adds up what a value costs on V8's heap (64 bits, no pointer compression, as Node.js is built).
 *
 * An estimate, made while the value is copied anyway. `npx projen bench` measures its error against the real heap;
 * the README's section on limits has the figures. Not counted: hidden classes, which objects of one shape share.
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
  public addObject(properties: number): void {
    this.bytes += 56 + (properties > 4 ? 16 + 8 * (properties - 4) * 1.25 : 0);
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

/** V8 stores a character in one byte where every character of the string fits, else in two. */
export function sizeOfString(text: string): number {
  return 24 + (ONE_BYTE.test(text) ? text.length : 2 * text.length);
}

// eslint-disable-next-line no-control-regex
const ONE_BYTE = /^[\u0000-\u00ff]*$/;
