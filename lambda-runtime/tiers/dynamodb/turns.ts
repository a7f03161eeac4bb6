interface Waiting {
  resolve(): void;
  reject(error: Error): void;
}

/** A semaphore: lets so many do something at a time, the others in the order in which they came. */
export class Turns {
  private taken = 0;
  private waiting: Waiting[] = [];

  public constructor(private readonly count: number) {}

  /** Resolves when it is one's turn, which must be passed on. */
  public async take(): Promise<void> {
    if (this.taken < this.count) {
      this.taken++;
      return;
    }
    await new Promise<void>((resolve, reject) => {
      this.waiting.push({ resolve, reject });
    });
  }

  public pass(): void {
    const next = this.waiting.shift();
    if (next === undefined) {
      this.taken--;
    } else {
      next.resolve();
    }
  }

  /** All that wait for a turn get an error instead. */
  public clear(error: Error): void {
    this.waiting.splice(0).forEach(({ reject }) => reject(error));
  }
}
