/** Often enough that a runaway function is stopped before it takes the machine's memory, seldom enough to cost nothing. */
const INTERVAL_MS = 20;

/** Something whose memory is to be looked at while it runs. */
export interface Watched {
  readonly running: boolean;
  checkMemory(): void;
}

/** Looks at the memory of those environments that run; while none does, it does nothing either. */
export class MemoryWatch {
  private readonly watched = new Set<Watched>();
  private timer?: NodeJS.Timeout;

  /** Looks at it until it is found not running. An environment that only ran in between is looked at once. */
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
