/** Often enough to stop a runaway function before it takes the machine's memory, and rarely enough to cost nothing. */
const INTERVAL_MS = 20;

/** An environment whose memory is measured while it runs. */
export interface Watched {
  readonly running: boolean;
  checkMemory(): void;
}

/** Measures the memory of running environments; idle while none is running. */
export class MemoryWatch {
  private readonly watched = new Set<Watched>();
  private timer?: NodeJS.Timeout;

  /** Measures it until it is no longer running. An environment that ran only briefly is measured once. */
  watch(watched: Watched): void {
    this.watched.add(watched);
    this.timer ??= setInterval(() => this.look(), INTERVAL_MS).unref();
  }

  stop(): void {
    clearInterval(this.timer);
    this.timer = undefined;
    this.watched.clear();
  }

  private look(): void {
    for (const watched of this.watched) {
      watched.checkMemory();
      if (!watched.running) this.watched.delete(watched);
    }
    if (this.watched.size === 0) this.stop();
  }
}
