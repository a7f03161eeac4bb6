/** Clocks may differ by so much. DynamoDB says its time in whole seconds, and ends no entry by a clock of its own that we could rely on. */
const MAX_OFFSET_MS = 5_000;

/** An answer's header has the time when the server's second began. */
const RESOLUTION_MS = 1_000;

/**
 * Compares this environment's clock with the server's, once: by the first answer that settles it.
 *
 * The server's time was true at some moment between sending and reading. So the offset lies within bounds, and counts as too large only if
 * all of them is: a slow answer, or one that was read after a freeze, settles nothing. Not compared again later: a clock that jumps back
 * is noticed by the engine.
 */
export class ClockCheck {
  /** How far this environment's clock is ahead, if that is too far. */
  public offsetMs?: number;
  private isSettled = false;

  /** @param date the header `Date` of an answer */
  public see(date: string | undefined, sentAt: number, readAt: number): void {
    const serverSecond = Date.parse(date ?? '');
    if (this.isSettled || Number.isNaN(serverSecond)) {
      return;
    }
    const [least, most] = [sentAt - serverSecond - RESOLUTION_MS, readAt - serverSecond];
    if (least > MAX_OFFSET_MS || most < -MAX_OFFSET_MS) {
      this.offsetMs = (least + most) / 2;
    }
    this.isSettled = this.offsetMs !== undefined || (least >= -MAX_OFFSET_MS && most <= MAX_OFFSET_MS);
  }
}
