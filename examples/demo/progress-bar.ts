const WIDTH = 30;
/** Where nobody watches, a line for every so many percent. */
const PERCENT_PER_LINE = 20;

/** Shows how far a replay is: a bar on a terminal, a few lines elsewhere. */
export class ProgressBar {
  private readonly startedAt = Date.now();
  private shownAt = 0;
  private shownPercent = 0;

  public constructor(private readonly title: string, private readonly total: number) {}

  public show(done: number, note: string): void {
    const percent = Math.floor(100 * done / this.total);
    if (process.stdout.isTTY ? Date.now() - this.shownAt < 100 && done < this.total : percent < this.shownPercent + PERCENT_PER_LINE) {
      return;
    }
    this.shownAt = Date.now();
    this.shownPercent = percent;
    const filled = Math.round(WIDTH * done / this.total);
    const seconds = ((Date.now() - this.startedAt) / 1000).toFixed(0);
    const line = `${this.title.padEnd(18)} ${'█'.repeat(filled)}${'░'.repeat(WIDTH - filled)} ${String(percent).padStart(3)} %`
      + `  ${done.toLocaleString('en')} requests in ${seconds} s  ${note}`;
    process.stdout.write(process.stdout.isTTY ? `\r${line}\u001b[K` : `${line}\n`);
  }

  public end(): void {
    if (process.stdout.isTTY) {
      process.stdout.write('\n');
    }
  }
}
