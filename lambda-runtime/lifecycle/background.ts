import type { BackgroundWork } from '../engine/cache.js';

/** So much is queued and under way at most; more would hold the environment for long, and a burst would start others. */
const MAX_WORK = 100;
const MAX_CONCURRENT = 10;

/** The work that nobody waits for: bounded in number, and, by whoever runs it, in time. */
export class Background {
  private readonly queue: BackgroundWork[] = [];
  private readonly running = new Map<BackgroundWork, Promise<void>>();

  /** Takes work; false if there is too much already. */
  public add(work: BackgroundWork): boolean {
    return this.queue.length + this.running.size < MAX_WORK && this.queue.push(work) > 0;
  }

  public get isEmpty(): boolean {
    return this.queue.length + this.running.size === 0;
  }

  /** Does what is there, and what that brings; what is not done in time is aborted. */
  public async finish(milliseconds: number): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const timeIsUp = new Promise<void>((resolve) => {
      timer = setTimeout(() => {
        this.abort(new Error(`The work after the response took longer than ${milliseconds} ms.`));
        resolve();
      }, Math.max(0, milliseconds));
    });
    while (!this.isEmpty) {
      this.start();
      await Promise.race([timeIsUp, ...this.running.values()]);
    }
    clearTimeout(timer);
  }

  private start(): void {
    while (this.running.size < MAX_CONCURRENT && this.queue.length > 0) {
      const work = this.queue.shift()!;
      this.running.set(work, work.run().then(() => void this.running.delete(work)));
    }
  }

  private abort(reason: Error): void {
    const all = [...this.queue.splice(0), ...this.running.keys()];
    this.running.clear();
    all.forEach((work) => work.abort(reason));
  }
}
