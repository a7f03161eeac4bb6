import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';

/** The products that customers of a real shop looked at, in their order; see ../data/README.md. */
export function readTrace(): string[] {
  const bytes = gunzipSync(readFileSync(join(__dirname, '..', 'data', 'web07.trace.gz')));
  return Array.from({ length: bytes.length / 4 }, (_, i) => bytes.readUInt32BE(4 * i).toString());
}
