/** The format of a trace file's keys, one per request. */
export const TRACE_FORMATS = ['u32be', 'u64be', 'text'] as const;

export type TraceFormat = (typeof TRACE_FORMATS)[number];

type Keys = Iterable<string | number>;

/** Extracts keys from chunks, which may end anywhere. */
interface Decoder {
  decode(chunk: Buffer): Keys;
  /** The remaining bytes at the end of the file. */
  end(): Keys;
}

/**
 * The keys of a trace, in order.
 *
 * @throws Error if the file ends within a key, or is empty
 */
export async function* readKeys(chunks: AsyncIterable<Buffer>, format: TraceFormat, name: string): AsyncGenerator<string | number> {
  const decoder = format === 'text' ? new Lines() : new Integers(format === 'u32be' ? 4 : 8, name, format);
  let isEmpty = true;
  for await (const chunk of chunks) {
    isEmpty &&= chunk.length === 0;
    yield* decoder.decode(chunk);
  }
  if (isEmpty) {
    throw new Error(`${name} is empty: a trace has one key for each request.`);
  }
  yield* decoder.end();
}

/** Big-endian and unsigned. */
class Integers implements Decoder {
  private rest: Buffer = Buffer.alloc(0);

  public constructor(private readonly width: 4 | 8, private readonly name: string, private readonly format: TraceFormat) {}

  public *decode(chunk: Buffer): Keys {
    const bytes = this.rest.length === 0 ? chunk : Buffer.concat([this.rest, chunk]);
    const end = bytes.length - bytes.length % this.width;
    for (let at = 0; at < end; at += this.width) {
      // A number cannot hold all 64 bits.
      yield this.width === 4 ? bytes.readUInt32BE(at) : bytes.toString('latin1', at, at + 8);
    }
    this.rest = bytes.subarray(end);
  }

  public *end(): Keys {
    if (this.rest.length > 0) {
      throw new Error(`${this.name} ends with ${this.rest.length} bytes that are no whole key of ${this.width}: is it ${this.format}, and unpacked?`);
    }
  }
}

/** One key per line; empty lines are skipped. */
class Lines implements Decoder {
  private readonly text = new TextDecoder();
  private rest = '';

  public *decode(chunk: Buffer): Keys {
    const lines = (this.rest + this.text.decode(chunk, { stream: true })).split('\n');
    this.rest = lines.pop()!;
    yield* lines.map((line) => line.trim()).filter((line) => line !== '');
  }

  public *end(): Keys {
    const last = (this.rest + this.text.decode()).trim();
    if (last !== '') {
      yield last;
    }
  }
}
