/** The most that clocks may differ by. */
const MAX_OFFSET_MS = 5_000;

/**
 * Compares this environment's clock with the server's, once: with the first conclusive response.
 *
 * The server's time was right at some moment between sending and reading. So the offset lies within bounds, and counts as too large only
 * if the whole interval is: a slow response, or one that was read after a freeze, is inconclusive. The clocks are not compared again, since
 * the engine detects a clock that jumps back.
 */
export class ClockCheck {
  /** How far this environment's clock is ahead, if it is too far. */
  public offsetMs?: number;
  private isSettled = false;

  /** @param resolutionMs how much later than the time in its response the server's time may have been */
  public compare(serverTime: number, resolutionMs: number, sentAt: number, readAt: number): void {
    if (this.isSettled || Number.isNaN(serverTime)) {
      return;
    }
    const [least, most] = [sentAt - serverTime - resolutionMs, readAt - serverTime];
    if (least > MAX_OFFSET_MS || most < -MAX_OFFSET_MS) {
      this.offsetMs = (least + most) / 2;
    }
    this.isSettled = this.offsetMs !== undefined || (least >= -MAX_OFFSET_MS && most <= MAX_OFFSET_MS);
  }
}
