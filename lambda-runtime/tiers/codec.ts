import { parse, stringify } from 'devalue';

const { constants, zstdCompressSync, zstdDecompressSync } = process.getBuiltinModule('node:zlib');

/** Values that are smaller are not worth compressing. */
const MIN_COMPRESSED_BYTES = 4_096;

/** More than this is not written, and not read: it would fill the memory of a small function. */
const MAX_PLAIN_BYTES = 16 * 1024 * 1024;

/** How the bytes of a value are to be read. */
export type CodecId = 'd' | 'z';

/** What a codec cannot tell apart by itself: a Buffer is a Uint8Array that knows more. In an array, since no text is empty then. */
const TO_TEXT = { Buffer: (value: unknown) => Buffer.isBuffer(value) && [value.toString('base64')] };
const FROM_TEXT = { Buffer: ([text]: readonly unknown[]) => Buffer.from(String(text), 'base64') };

/**
 * Turns plain data into bytes that keep its types and its shared and cyclic references.
 *
 * @throws if it is too large
 */
export function encode(data: unknown): { readonly codec: CodecId; readonly payload: Buffer } {
  const plain = Buffer.from(stringify(data, TO_TEXT));
  if (plain.length > MAX_PLAIN_BYTES) {
    throw new Error(`its ${plain.length} bytes are more than ${MAX_PLAIN_BYTES}`);
  }
  if (plain.length >= MIN_COMPRESSED_BYTES) {
    const compressed = zstdCompressSync(plain, { params: { [constants.ZSTD_c_compressionLevel]: 1 } });
    if (compressed.length < plain.length) {
      return { codec: 'z', payload: compressed };
    }
  }
  return { codec: 'd', payload: plain };
}

/**
 * The opposite.
 *
 * @throws if the bytes are not what `encode` makes
 */
export function decode(codec: string, payload: Buffer): unknown {
  switch (codec) {
    case 'd':
      return parse(payload.toString(), FROM_TEXT);
    case 'z':
      return parse(zstdDecompressSync(payload, { maxOutputLength: MAX_PLAIN_BYTES }).toString(), FROM_TEXT);
    default:
      throw new Error(`codec '${codec}' is unknown`);
  }
}
