/** The clock that determines the age of entries: the machine's time plus an offset that a test sets. */
export class Clock {
  private advancedMs = 0;

  public now(): number {
    return Date.now() + this.advancedMs;
  }

  public advance(milliseconds: number): void {
    this.advancedMs += milliseconds;
  }
}
