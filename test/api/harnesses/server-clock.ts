import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ClockMode, FakeClock } from '../../../tools/lambda-emulator/fake-clock';
import type { ServerClock } from '../harness';

/** A clock for the servers of a shared tier: they see the time that the environments see, and drop what is over. */
export class TierClock implements ServerClock {
  private readonly clock: FakeClock;

  /** @param mode - whether the servers' monotonic clock moves too: Memcached counts by that */
  public constructor(private readonly mode: ClockMode) {
    this.clock = new FakeClock(mode, join(mkdtempSync(join(tmpdir(), 'server-clock-')), 'clock'));
  }

  /** What a server must be started with. */
  public get variables(): Record<string, string> {
    const { variables } = this.clock;
    return {
      ...variables,
      // Redis has an allocator that reads the time before libfaketime is ready, so the C library's is used instead.
      LD_PRELOAD: `${variables.LD_PRELOAD} libc.so.6`,
      // A JVM never starts with libfaketime's workaround for waits.
      FAKETIME_FORCE_MONOTONIC_FIX: '0',
    };
  }

  public get aheadMs(): number {
    return this.clock.aheadMs;
  }

  public advance(milliseconds: number): void {
    this.clock.advance(milliseconds / 1_000, this.mode === 'moves-along');
  }
}
