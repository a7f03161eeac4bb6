/** Clocks may differ by so much. */
const MAX_OFFSET_MS = 5_000;

/**
 * Compares this environment's clock with the server's, once: by the first answer that settles it.
 *
 * The server's time was right at some moment between sending and reading. So the offset lies within bounds, and counts as too large only
 * if all of them is: a slow answer, or one that was read after a freeze, settles nothing. Not compared again later: a clock that jumps
 * back is noticed by the engine.
 */
export class ClockCheck {
  /** How far this environment's clock is ahead, if that is too far. */
  public offsetMs?: number;
  private isSettled = false;

  /** @param resolutionMs how much later than the time that it says the server's may have been */
  public see(serverTime: number, resolutionMs: number, sentAt: number, readAt: number): void {
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
