import { monotonicMs } from './monotonic.js';

/** One wait that is under way. */
export interface Wait {
  readonly since: number;
  /** How long it may take at no cost. */
  readonly usualMs: number;
}

/**
 * The time that one invocation has lost to a tier: waits that took unusually long, or ended without an answer. Overlapping waits count
 * once.
 *
 * A usual answer costs nothing, and pays back the time by which it was faster than usual, so that short stalls of a long and healthy
 * invocation do not add up. In total, an invocation waits no longer than its budget and the usual time of each answer.
 */
export class WaitBudget {
  /** The waits, in the order in which they began. */
  private readonly inFlight = new Set<Wait>();
  private chargedUntil = -Infinity;
  private creditedUntil = -Infinity;
  private lostMs = 0;

  public begin(usualMs: number): Wait {
    const now = monotonicMs();
    this.chargeOldest(now);
    const wait = { since: now, usualMs };
    this.inFlight.add(wait);
    return wait;
  }

  public end(wait: Wait, isAnswered: boolean): void {
    const now = monotonicMs();
    this.chargeOldest(now);
    this.inFlight.delete(wait);
    if (!isAnswered || now - wait.since > wait.usualMs) {
      this.charge(wait, now);
    } else if (wait.since >= this.creditedUntil) {
      this.lostMs = Math.max(0, this.lostMs - (wait.usualMs - (now - wait.since)));
      this.creditedUntil = now;
    }
  }

  public get spentMs(): number {
    this.chargeOldest(monotonicMs());
    return this.lostMs;
  }

  /** The oldest wait's time covers all waits that began after it. */
  private chargeOldest(now: number): void {
    for (const oldest of this.inFlight) {
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
