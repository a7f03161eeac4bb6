import { SENDS } from './client-hooks.js';
import type { Input, Operation } from './operations.js';

/** What `Request.sent` brings. */
export const SENT = Symbol('sent');

/** A request, on its way to DAX once. */
export class Request {
  /** Resolves when it begins to go out. */
  public readonly sent: Promise<typeof SENT>;
  private state: 'prepared' | 'sent' | 'withdrawn' = 'prepared';
  private tellSent!: (sent: typeof SENT) => void;

  public constructor(public readonly operation: Operation, public readonly input: Input) {
    this.sent = new Promise((resolve) => {
      this.tellSent = resolve;
    });
  }

  /** What the client gets. */
  public get marked(): Input {
    return { ...this.input, [SENDS]: () => this.begin() };
  }

  /** Whether it has begun to go out: before that, nobody can have done it. */
  public get wasSent(): boolean {
    return this.state === 'sent';
  }

  /** If it has not begun to go out, it never will. */
  public withdraw(): void {
    if (this.state === 'prepared') {
      this.state = 'withdrawn';
    }
  }

  private begin(): void {
    if (this.state === 'withdrawn') {
      throw new Error('It took too long to prepare.');
    }
    this.state = 'sent';
    this.tellSent(SENT);
  }
}
