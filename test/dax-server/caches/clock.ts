/** Tells how old what is cached is: the machine's time, and as much more as a test says. */
export class Clock {
  private advancedMs = 0;

  public now(): number {
    return Date.now() + this.advancedMs;
  }

  public advance(milliseconds: number): void {
    this.advancedMs += milliseconds;
  }
}
