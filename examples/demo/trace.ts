import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';

export interface TraceRequest {
  readonly id: string;
  /** Milliseconds since 1970, on the replay's clock. */
  readonly at: number;
}

/** The products that customers of a real shop looked at, in their order; see ../data/README.md. */
export function shopTrace(requestsPerSecond: number): TraceRequest[] {
  const bytes = gunzipSync(readFileSync(join(__dirname, '..', 'data', 'web07.trace.gz')));
  return withTimes(Array.from({ length: bytes.length / 4 }, (_, i) => bytes.readUInt32BE(4 * i).toString()), requestsPerSecond);
}

/**
 * The requests of a log: each line is a key, or a time and a key.
 *
 * @throws Error if there is none, or its times are out of order
 */
export function readTrace(file: string, requestsPerSecond: number): TraceRequest[] {
  const lines = readFileSync(file, 'utf8').split('\n').map((line) => line.trim()).filter((line) => line !== '');
  if (lines.length === 0) {
    throw new Error(`--trace ${file} has no lines: it needs one for each request, with a key, or a time and a key.`);
  }
  const timed = lines.map((line) => /^(\S+?)[\s,;]+(\S.*)$/.exec(line)).map((match) => match === null ? undefined : { at: timeOf(match[1]), id: match[2] });
  if (timed.some((request) => request === undefined || Number.isNaN(request.at))) {
    return withTimes(lines, requestsPerSecond);
  }
  const shift = Date.now() - timed[0]!.at;
  return timed.map((request, i) => {
    if (i > 0 && request!.at < timed[i - 1]!.at) {
      throw new Error(`--trace ${file}, line ${i + 1}: its time is before that of the line above. Sort the file by time.`);
    }
    return { id: request!.id, at: request!.at + shift };
  });
}

function withTimes(ids: readonly string[], requestsPerSecond: number): TraceRequest[] {
  const start = Date.now();
  return ids.map((id, i) => ({ id, at: start + 1_000 * i / requestsPerSecond }));
}

function timeOf(text: string): number {
  const number = Number(text);
  // Ten digits are seconds, thirteen milliseconds.
  return Number.isNaN(number) ? Date.parse(text) : number > 1e9 ? (number < 1e11 ? number * 1_000 : number) : NaN;
}
