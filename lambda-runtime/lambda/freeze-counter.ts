/**
 * Counts how often the environment may have been frozen. It is not frozen while INIT and the first invocation, a later invocation or
 * background work keep it awake.
 */
export class FreezeCounter {
  public count = 0;
  private holds = 0;
  private isInit = true;

  /**
   * Keeps the environment awake.
   *
   * @returns a function that ends this; only its first call has an effect
   */
  public hold(): () => void {
    if (this.holds++ === 0 && !this.isInit) {
      // Work that began after the end of the last hold may have been frozen too.
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
