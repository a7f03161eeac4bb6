import { ON_SEND } from './client-hooks.js';
import type { Input, Operation } from './operations.js';

/** The result of `Request.sent`. */
export const SENT = Symbol('sent');

/** One attempt to send a request to DAX. */
export class Request {
  /** Resolves when sending begins. */
  public readonly sent: Promise<typeof SENT>;
  private state: 'prepared' | 'sent' | 'withdrawn' = 'prepared';
  private resolveSent!: (sent: typeof SENT) => void;

  public constructor(public readonly operation: Operation, public readonly input: Input) {
    this.sent = new Promise((resolve) => {
      this.resolveSent = resolve;
    });
  }

  /** The input for the DAX client. */
  public get inputWithHook(): Input {
    return { ...this.input, [ON_SEND]: () => this.begin() };
  }

  /** Whether sending has begun: before that, it cannot have been performed. */
  public get wasSent(): boolean {
    return this.state === 'sent';
  }

  /** Cancels the request if sending has not begun. */
  public cancel(): void {
    if (this.state === 'prepared') {
      this.state = 'withdrawn';
    }
  }

  private begin(): void {
    if (this.state === 'withdrawn') {
      throw new Error('It took too long to prepare.');
    }
    this.state = 'sent';
    this.resolveSent(SENT);
  }
}
