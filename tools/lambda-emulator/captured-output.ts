import { closeSync, fstatSync, ftruncateSync, openSync, readSync } from 'node:fs';

/** Above this the file starts anew, so that a long run doesn't fill the disk. */
const MAX_FILE_BYTES = 8 * 1024 * 1024;
const buffer = Buffer.allocUnsafe(64 * 1024);

/**
 * The output of a process on one of its streams.
 *
 * A file, not a pipe: when the process asks for its next event, it has finished writing, and a file returns that output at once and
 * completely. A pipe would return it in a later turn of the event loop, during whichever invocation is then running.
 */
export class CapturedOutput {
  /** The file that the process writes to. */
  readonly fd: number;
  private readonly reader: number;
  private position = 0;

  constructor(path: string) {
    this.fd = openSync(path, 'a');
    this.reader = openSync(path, 'r');
  }

  /**
   * The lines written since the last call.
   *
   * @param wholeOnly - leaves a last line without a line feed for the next call; otherwise it counts as a line
   */
  takeLines(wholeOnly = false): string[] {
    let text: string | undefined;
    for (let length = this.read(); length > 0; length = this.read()) {
      // latin1 keeps bytes as they are, so that a character may be cut in two between reads.
      text = (text ?? '') + buffer.toString('latin1', 0, length);
    }
    if (text === undefined) return [];
    if (wholeOnly) {
      const end = text.lastIndexOf('\n') + 1;
      this.position -= text.length - end;
      text = text.slice(0, end);
    }
    const lines = Buffer.from(text, 'latin1').toString('utf8').split('\n');
    if (lines[lines.length - 1] === '') lines.pop();
    return lines;
  }

  /** Frees disk space. Call it only while the process can't write: output since `takeLines()` would be lost. */
  shrink(): void {
    if (this.position < MAX_FILE_BYTES || fstatSync(this.fd).size !== this.position) return;
    ftruncateSync(this.fd, 0);
    this.position = 0;
  }

  close(): void {
    closeSync(this.fd);
    closeSync(this.reader);
  }

  private read(): number {
    const length = readSync(this.reader, buffer, 0, buffer.length, this.position);
    this.position += length;
    return length;
  }
}
