/** Anything faster is usual, even at the start and on the fastest network: a busy event loop alone takes that long. */
const SHORTEST_MS = 2;

/** Calls vary: up to this many times the mean is still usual. */
const HEADROOM = 4;

/** The mean covers about this many calls, so that one slow invocation hardly changes it. */
const MEMORY = 256;

/** The time that a healthy server takes to answer, as measured by this environment. */
export class UsualLatency {
  private meanMs = 0;
  private samples = 0;

  /** @param longestMs nothing slower is ever usual, even if the server has been slow for a long time */
  public constructor(private readonly longestMs: number) {}

  public get ms(): number {
    return Math.min(Math.max(HEADROOM * this.meanMs, SHORTEST_MS), this.longestMs);
  }

  public record(milliseconds: number): void {
    this.samples = Math.min(this.samples + 1, MEMORY);
    this.meanMs += (Math.min(milliseconds, this.longestMs) - this.meanMs) / this.samples;
  }
}
