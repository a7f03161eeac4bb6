/** A key's value, and the token with which `cas` replaces exactly this value. */
export interface Item {
  readonly bytes: Buffer;
  readonly unique: string;
}

/** The reply to one command: the values by key, and its final line. */
export interface Reply {
  readonly items: ReadonlyMap<string, Item>;
  readonly end: string;
}

/** The longest value, and the longest line, that we read. */
const MAX_VALUE_BYTES = 2 * 1024 * 1024;
const MAX_LINE_BYTES = 4_096;

/** How much of an invalid reply an error quotes. */
const SHOWN_BYTES = 80;

const LINE_END = Buffer.from('\r\n');

/** `VALUE <key> <flags> <bytes> <unique>`; ElastiCache's list of nodes has the same form. */
const HEADER = /^(?:VALUE|CONFIG) (\S+) \d+ (\d+)(?: (\d+))?$/;
const END = /^(?:END|STORED|NOT_STORED|EXISTS|NOT_FOUND|(?:SERVER_ERROR|CLIENT_ERROR|ERROR)(?: .*)?)$/;

/** The beginning of a valid line: garbage is rejected early, since its line may never end. */
const BEGINNINGS = Buffer.from('VCESN\r');

/** Parses the bytes that a server sends, in pieces of any size, into replies. */
export class Replies {
  private chunks: Buffer[] = [];
  private length = 0;
  /** The number of bytes that are needed before parsing can continue. */
  private needed = 1;
  private items = new Map<string, Item>();
  /** Whether a valid reply has arrived. From then on, invalid bytes may be a part of a value, so errors do not quote them. */
  private isServer = false;

  /**
   * @returns the complete replies
   * @throws Error if the bytes are not a valid reply: the following bytes cannot be trusted either
   */
  public read(chunk: Buffer): Reply[] {
    this.chunks.push(chunk);
    this.length += chunk.length;
    if (this.length < this.needed) {
      return [];
    }
    const bytes = this.chunks.length === 1 ? this.chunks[0] : Buffer.concat(this.chunks, this.length);
    const replies: Reply[] = [];
    const position = this.readAll(bytes, replies);
    const rest = bytes.subarray(position);
    this.chunks = [rest];
    this.length = rest.length;
    return replies;
  }

  /** @returns the position after the parsed bytes */
  private readAll(bytes: Buffer, replies: Reply[]): number {
    let position = 0;
    for (;;) {
      const lineEnd = bytes.indexOf(LINE_END, position);
      if (lineEnd < 0) {
        this.check(bytes, position, bytes.length === position || (BEGINNINGS.includes(bytes[position]) && bytes.length - position <= MAX_LINE_BYTES));
        this.needed = bytes.length - position + 1;
        return position;
      }
      const line = bytes.toString('latin1', position, lineEnd);
      const next = lineEnd + LINE_END.length;
      const header = HEADER.exec(line);
      if (header !== null) {
        this.isServer = true;
        const end = endOfValue(next, Number(header[2]));
        if (bytes.length < end + LINE_END.length) {
          this.needed = end + LINE_END.length - position;
          return position;
        }
        this.check(bytes, end, bytes.indexOf(LINE_END, end) === end);
        // A copy: a slice may be kept for a long time, and would keep its whole buffer alive.
        this.items.set(header[1], { bytes: Buffer.from(bytes.subarray(next, end)), unique: header[3] ?? '' });
        position = end + LINE_END.length;
      } else {
        // There may be an empty line after ElastiCache's list of nodes.
        this.check(bytes, position, line === '' || END.test(line));
        if (line !== '') {
          this.isServer = true;
          replies.push({ items: this.items, end: line });
          this.items = new Map();
        }
        position = next;
      }
    }
  }

  private check(bytes: Buffer, position: number, holds: boolean): void {
    if (!holds) {
      throw new Error(this.isServer ? 'its answer does not match the request' : `it replied '${bytes.toString('latin1', position, position + SHOWN_BYTES).split('\r\n')[0]}'`);
    }
  }
}

function endOfValue(start: number, length: number): number {
  if (length > MAX_VALUE_BYTES) {
    throw new Error(`it has a value of ${length} bytes, but this library writes at most ${MAX_VALUE_BYTES}`);
  }
  return start + length;
}
