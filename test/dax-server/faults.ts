import { DaxError } from './protocol/errors';

/** What a node does with its connections. */
export type Mode =
  /** Nothing is wrong. */
  | 'serve'
  /** It takes connections and requests, and never answers. */
  | 'hang'
  /** It ends its connections (FIN), and each new one at once. */
  | 'close'
  /** The same without good order (RST). */
  | 'reset'
  /** Nobody listens on its port. Connections that are open get an RST. */
  | 'refuse';

export interface FailOptions {
  /** After so many requests all is well again. @default - until `heal()` */
  readonly times?: number;
  /** Names of methods, as in `Counts.requests`. @default - those that read or write items */
  readonly methods?: readonly string[];
  /** @default - one that says that a test wants it */
  readonly message?: string;
}

/** Errors that a test has ordered. */
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

  /** @throws DaxError if it is this request's turn */
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
