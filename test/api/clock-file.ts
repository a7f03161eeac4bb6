import { writeFileSync } from 'node:fs';

/** Says how far the clock of an environment is ahead: clock.cjs reads it there. */
export class ClockFile {
  private ahead = 0;

  public constructor(public readonly path: string) {
    this.advance(0);
  }

  public advance(milliseconds: number): void {
    this.ahead += milliseconds;
    const bytes = Buffer.alloc(8);
    bytes.writeDoubleLE(this.ahead);
    // In place: processes have it open.
    writeFileSync(this.path, bytes, { flag: this.ahead === 0 ? 'w' : 'r+' });
  }
}
