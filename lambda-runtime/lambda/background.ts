import type { BackgroundWork } from '../engine/background-work.js';
import { startTimer } from '../values/duration.js';

/** The most pieces of work that are queued or under way; more would keep the environment busy for long, and a burst would start new environments. */
const MAX_WORK = 100;
const MAX_CONCURRENT = 10;

/** Work that no caller waits for, with a limited number of pieces; its runner limits the time. */
export class Background {
  private readonly queue: BackgroundWork[] = [];
  private readonly running = new Map<BackgroundWork, Promise<void>>();

  /** Adds work; false if there is too much already. */
  public add(work: BackgroundWork): boolean {
    return this.queue.length + this.running.size < MAX_WORK && this.queue.push(work) > 0;
  }

  public get isEmpty(): boolean {
    return this.queue.length + this.running.size === 0;
  }

  /** Runs the queued work, and work that it queues. Work that is not done in time is aborted, or does not start. */
  public async finish(milliseconds: number): Promise<void> {
    let isOver = false;
    let timer: NodeJS.Timeout | undefined;
    const timeIsUp = new Promise<void>((resolve) => {
      const end = () => {
        isOver = true;
        this.abort([...this.queue.splice(0), ...this.running.keys()], milliseconds);
        resolve();
      };
      if (milliseconds > 0) {
        timer = startTimer(end, milliseconds);
      } else {
        end();
      }
    });
    while (!this.isEmpty && !isOver) {
      this.start((work) => work.run());
      await Promise.race([timeIsUp, ...this.running.values()]);
    }
    clearTimeout(timer);
  }

  /** For environments that never freeze: runs the queued work, each piece with its own time limit. */
  public runAll(milliseconds: number): void {
    this.start(async (work) => {
      const next = () => setImmediate(() => this.runAll(milliseconds));
      const timer = startTimer(() => {
        this.abort([work], milliseconds);
        next();
      }, milliseconds);
      await work.run();
      clearTimeout(timer);
      next();
    });
  }

  private start(run: (work: BackgroundWork) => Promise<void>): void {
    while (this.running.size < MAX_CONCURRENT && this.queue.length > 0) {
      const work = this.queue.shift()!;
      this.running.set(work, run(work).then(() => void this.running.delete(work)));
    }
  }

  private abort(all: readonly BackgroundWork[], milliseconds: number): void {
    const reason = new Error(`The work after the response took longer than ${milliseconds} ms.`);
    all.forEach((work) => {
      this.running.delete(work);
      work.abort(reason);
    });
  }
}
