interface Waiting {
  resolve(): void;
  reject(error: Error): void;
}

/** A semaphore that serves waiters in their order. */
export class Semaphore {
  private taken = 0;
  private waiting: Waiting[] = [];

  public constructor(private readonly count: number) {}

  /** Resolves when it is the caller's turn; the caller must release it. */
  public async acquire(): Promise<void> {
    if (this.taken < this.count) {
      this.taken++;
      return;
    }
    await new Promise<void>((resolve, reject) => {
      this.waiting.push({ resolve, reject });
    });
  }

  public release(): void {
    const next = this.waiting.shift();
    if (next === undefined) {
      this.taken--;
    } else {
      next.resolve();
    }
  }

  /** Rejects all waiters. */
  public rejectWaiting(error: Error): void {
    this.waiting.splice(0).forEach(({ reject }) => reject(error));
  }
}
