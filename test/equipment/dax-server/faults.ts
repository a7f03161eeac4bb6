import { DaxError } from './protocol/errors';

/** How a node treats its connections. */
export type Mode =
  /** Nothing is wrong. */
  | 'serve'
  /** It accepts connections and requests, and never answers. */
  | 'hang'
  /** It closes its connections (FIN), and each new one at once. */
  | 'close'
  /** The same with RST. */
  | 'reset'
  /** Nobody listens on its port. Connections that are open get an RST. */
  | 'refuse';

export interface FailOptions {
  /** The number of requests that fail. @default - all until `heal()` */
  readonly times?: number;
  /** Names of methods, as in `Counts.requests`. @default - those that read or write items */
  readonly methods?: readonly string[];
  /** @default - a message that names the test as the cause */
  readonly message?: string;
}

/** Errors that a test has requested. */
export class OrderedErrors {
  private code?: string;
  private options: FailOptions = {};
  private left = 0;

  public order(code: string, options: FailOptions): void {
    this.code = code;
    this.options = options;
    this.left = options.times ?? Infinity;
  }

  public cancel(): void {
    this.left = 0;
  }

  /** @throws DaxError if this request must fail */
  public check(method: string): void {
    const { methods, message = 'A test wants this error.' } = this.options;
    const isMeant = methods === undefined ? !HOUSEKEEPING.includes(method) : methods.includes(method);
    if (this.left > 0 && isMeant) {
      this.left--;
      throw new DaxError(this.code!, message);
    }
  }
}

const HOUSEKEEPING = ['endpoints', 'defineKeySchema', 'defineAttributeListId', 'defineAttributeList'];
