/**
 * Writes metric lines to stdout. Not by console.log: Lambda's JSON log format wraps its output, and CloudWatch would find no metrics in it.
 */
export class LineWriter {
  private waiting = '';

  /** @param isKeptAwake whether the environment is never frozen. Otherwise a line that is not written at once may never be */
  public constructor(private readonly isKeptAwake: boolean) {
    if (isKeptAwake) {
      process.once('exit', () => this.writeWaiting());
    }
  }

  public readonly write = (line: string): void => {
    if (!this.isKeptAwake) {
      process.stdout.write(line);
      return;
    }
    // Many invocations may end in one tick, and each write is a system call, which takes longer than making the line.
    if (this.waiting === '') {
      process.nextTick(() => this.writeWaiting());
    }
    this.waiting += line;
  };

  private writeWaiting(): void {
    const { waiting } = this;
    this.waiting = '';
    if (waiting === '') {
      return;
    }
    try {
      process.stdout.write(waiting);
    } catch (error) {
      // Nothing else could catch it here, so it would end the process.
      console.warn('cdk-cached-function: the metrics of some invocations are lost.', error);
    }
  }
}
