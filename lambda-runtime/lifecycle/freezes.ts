/**
 * Counts how often the environment may have been frozen: it is not, as long as INIT and the first invocation, a later invocation or
 * background work hold it awake.
 */
export class Freezes {
  public count = 0;
  private holds = 0;
  private isInit = true;

  /**
   * Holds the environment awake.
   *
   * @returns ends that; calls after the first do nothing
   */
  public hold(): () => void {
    if (this.holds++ === 0 && !this.isInit) {
      // What began after the last hold has ended may have been frozen, too.
      this.count++;
    }
    this.isInit = false;
    let isHeld = true;
    return () => {
      if (isHeld && --this.holds === 0) {
        this.count++;
      }
      isHeld = false;
    };
  }
}
