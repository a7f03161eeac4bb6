/** Anything faster is usual, before there is any experience and on the fastest network: a busy event loop alone takes as long. */
const SHORTEST_MS = 2;

/** Calls vary: so many times the mean is still usual. */
const HEADROOM = 4;

/** The mean is that of about so many calls: what is slow for one invocation hardly moves it. */
const MEMORY = 256;

/** How long a healthy server takes to answer, as this environment has seen it. */
export class UsualLatency {
  private meanMs = 0;
  private samples = 0;

  /** @param longestMs nothing slower is ever usual, however long the server has been slow */
  public constructor(private readonly longestMs: number) {}

  public get ms(): number {
    return Math.min(Math.max(HEADROOM * this.meanMs, SHORTEST_MS), this.longestMs);
  }

  public record(milliseconds: number): void {
    this.samples = Math.min(this.samples + 1, MEMORY);
    this.meanMs += (Math.min(milliseconds, this.longestMs) - this.meanMs) / this.samples;
  }
}
