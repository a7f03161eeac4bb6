/** One wait that is under way. */
export interface Wait {
  readonly since: number;
  /** So long it may take and cost nothing. */
  readonly usualMs: number;
}

/**
 * The time that one invocation has lost to a tier: waits that took unusually long, or ended without an answer. Waits that overlap
 * count once.
 *
 * A usual answer costs nothing and pays back what it was faster, so that the stalls of a long and healthy invocation do not add up. In
 * all, an invocation waits no longer than its budget and the usual time of each answer.
 */
export class WaitBudget {
  /** In the order in which they began. */
  private readonly underWay = new Set<Wait>();
  private chargedUntil = -Infinity;
  private creditedUntil = -Infinity;
  private lostMs = 0;

  public begin(usualMs: number): Wait {
    const now = performance.now();
    this.chargeOldest(now);
    const wait = { since: now, usualMs };
    this.underWay.add(wait);
    return wait;
  }

  public end(wait: Wait, isAnswered: boolean): void {
    const now = performance.now();
    this.chargeOldest(now);
    this.underWay.delete(wait);
    if (!isAnswered || now - wait.since > wait.usualMs) {
      this.charge(wait, now);
    } else if (wait.since >= this.creditedUntil) {
      this.lostMs = Math.max(0, this.lostMs - (wait.usualMs - (now - wait.since)));
      this.creditedUntil = now;
    }
  }

  public get spentMs(): number {
    this.chargeOldest(performance.now());
    return this.lostMs;
  }

  /** What the oldest wait takes covers all that began after it. */
  private chargeOldest(now: number): void {
    for (const oldest of this.underWay) {
      if (now - oldest.since > oldest.usualMs) {
        this.charge(oldest, now);
      }
      return;
    }
  }

  private charge({ since }: Wait, now: number): void {
    this.lostMs += now - Math.max(since, this.chargedUntil);
    this.chargedUntil = now;
  }
}
