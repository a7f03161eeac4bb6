/** What is under a key, and what `cas` must name to replace just that. */
export interface Item {
  readonly bytes: Buffer;
  readonly unique: string;
}

/** The answer to one command: what was found, by its key, and the line that ends it. */
export interface Reply {
  readonly items: ReadonlyMap<string, Item>;
  readonly end: string;
}

/** No value that we read is longer, nor any line. */
const MAX_VALUE_BYTES = 2 * 1024 * 1024;
const MAX_LINE_BYTES = 4_096;

/** So much of what is wrong is in the error. */
const SHOWN_BYTES = 80;

const LINE_END = Buffer.from('\r\n');

/** `VALUE <key> <flags> <bytes> <unique>`; what ElastiCache says of its nodes looks the same. */
const HEADER = /^(?:VALUE|CONFIG) (\S+) \d+ (\d+)(?: (\d+))?$/;
const END = /^(?:END|STORED|NOT_STORED|EXISTS|NOT_FOUND|(?:SERVER_ERROR|CLIENT_ERROR|ERROR)(?: .*)?)$/;

/** What a line begins with: rubbish may have no end that is worth waiting for. */
const BEGINNINGS = Buffer.from('VCESN\r');

/** Makes answers of the bytes that a server sends, in whatever pieces they come. */
export class Replies {
  private chunks: Buffer[] = [];
  private length = 0;
  /** With less, there is nothing to do. */
  private needed = 1;
  private items = new Map<string, Item>();
  /** Whether anything came that a server should say. From then on, what makes no sense may be a part of a value. */
  private isServer = false;

  /**
   * @returns the answers that are complete
   * @throws Error if this is nothing that a server should say: what follows then means nothing either
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

  /** @returns how far it came */
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
        // A copy: it may be kept for long, and would keep all that came with it.
        this.items.set(header[1], { bytes: Buffer.from(bytes.subarray(next, end)), unique: header[3] ?? '' });
        position = end + LINE_END.length;
      } else {
        // There may be an empty line after what ElastiCache says of its nodes.
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
      throw new Error(this.isServer ? 'its answer is out of step' : `it says '${bytes.toString('latin1', position, position + SHOWN_BYTES).split('\r\n')[0]}'`);
    }
  }
}

function endOfValue(start: number, length: number): number {
  if (length > MAX_VALUE_BYTES) {
    throw new Error(`it has a value of ${length} bytes, and we write none above ${MAX_VALUE_BYTES}`);
  }
  return start + length;
}
