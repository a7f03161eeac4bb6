import { existsSync, readdirSync, writeFileSync } from 'node:fs';

/**
 * How a function's clocks can be moved.
 *
 * - `stands-still`: only the wall clock moves, as if the monotonic clock (`performance.now()`, timers) had stood still while frozen.
 * - `moves-along`: both move, as if the monotonic clock had kept running.
 */
export type ClockMode = 'stands-still' | 'moves-along';

/**
 * The clocks of one process, controlled by libfaketime (Debian's package `faketime`), which reads the offset from the real time from a file
 * whenever the process reads the time.
 */
export class FakeClock {
  private readonly library: string;
  private seconds = 0;

  /** @param file - the file from which the process reads the offset */
  constructor(private readonly mode: ClockMode, private readonly file: string) {
    const missing = missingFakeClock();
    if (missing) throw new Error(missing);
    this.library = findLibrary()!;
    this.write();
  }

  /** How far the process's wall clock is ahead of the real one. */
  get aheadMs(): number {
    return this.seconds * 1000;
  }

  /** The environment variables with which the process must be started. */
  get variables(): Record<string, string> {
    return {
      LD_PRELOAD: this.library,
      FAKETIME_TIMESTAMP_FILE: this.file,
      FAKETIME_NO_CACHE: '1',
      FAKETIME_DONT_FAKE_MONOTONIC: this.mode === 'stands-still' ? '1' : '0',
      // Files' times stay unchanged.
      NO_FAKE_STAT: '1',
    };
  }

  /** Moves the clocks. Only while the process is stopped. */
  advance(seconds: number, monotonic: boolean): void {
    if (monotonic !== (this.mode === 'moves-along')) {
      const wanted: ClockMode = monotonic ? 'moves-along' : 'stands-still';
      throw new Error(`This environment's monotonic clock ${this.mode}: a process is started for one or the other. Start the emulator with fakeMonotonicClock: '${wanted}'.`);
    }
    if (!(seconds >= 0)) throw new Error(`Can't move the clocks by ${seconds} s: Node.js aborts when its clock goes backwards.`);
    this.seconds += seconds;
    this.write();
  }

  private write(): void {
    writeFileSync(this.file, `+${this.seconds.toFixed(3)}\n`);
  }
}

/** Why clocks can't be moved here, with the remedy; undefined if they can. */
export function missingFakeClock(): string | undefined {
  if (findLibrary()) return undefined;
  return 'fakeMonotonicClock needs libfaketimeMT.so.1: `apt-get install -y faketime` (Debian, Ubuntu). A copy elsewhere: set LAMBDA_EMULATOR_FAKETIME to it.';
}

/** The variant for programs with threads; where Debian, Fedora and Alpine put it. */
function findLibrary(): string | undefined {
  const override = process.env.LAMBDA_EMULATOR_FAKETIME;
  if (override) return existsSync(override) ? override : undefined;
  const multiarch = existsSync('/usr/lib') ? readdirSync('/usr/lib').map(directory => `/usr/lib/${directory}/faketime`) : [];
  return [...multiarch, '/usr/lib/faketime', '/usr/lib64/faketime', '/usr/local/lib/faketime']
    .map(directory => `${directory}/libfaketimeMT.so.1`)
    .find(path => existsSync(path));
}
