const MODULUS = 2 ** 31 - 1;

/** Decisions that a seed repeats; who comes first in a race, it does not. */
export class Random {
  private state: number;

  public constructor(seed: number) {
    this.state = 1 + (seed % (MODULUS - 1));
  }

  /** From 0 to less than 1: the generator of Park and Miller. */
  public next(): number {
    this.state = (this.state * 48_271) % MODULUS;
    return (this.state - 1) / (MODULUS - 1);
  }

  public chance(share: number): boolean {
    return this.next() < share;
  }

  public below(end: number): number {
    return Math.floor(this.next() * end);
  }

  public one<T>(all: readonly T[]): T {
    return all[this.below(all.length)];
  }
}
