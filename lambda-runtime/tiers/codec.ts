import { parse, stringify } from 'devalue';
import { checkJsonBounds } from './json-bounds.js';
import { kindOfError } from '../engine/error-text.js';

const { constants, zstdCompressSync, zstdDecompressSync } = process.getBuiltinModule('node:zlib');

/** Values that are smaller are not worth compressing. */
const MIN_COMPRESSED_BYTES = 4_096;

/** More than this is not written, and not read: it would fill the memory of a small function. */
const MAX_PLAIN_BYTES = 16 * 1024 * 1024;

/** How bytes are to be read: as JSON or as devalue writes it, and the same compressed. */
export type CodecId = 'j' | 'd' | 'J' | 'D';

/**
 * Names that JSON escapes. JSON.parse of Node.js 24 takes one for another, `"` for `\`, if an object with that other name in the
 * same place was parsed before (docs/decisions.md).
 */
const ODD_NAME = /["\\<\u2028\u2029\p{Cc}\p{Cs}]/u;

/**
 * What a codec cannot tell apart by itself: a Buffer is a Uint8Array that knows more (in an array, since no text is empty then), and an
 * object with odd names is safe as pairs, whose names are values.
 */
const TO_TEXT = {
  Buffer: (value: unknown) => Buffer.isBuffer(value) && [value.toString('base64')],
  Pairs: (value: unknown) => hasOddNames(value) && [Object.getPrototypeOf(value) === null, ...Object.entries(value as object)],
};
const FROM_TEXT = {
  Buffer: ([text]: readonly unknown[]) => Buffer.from(String(text), 'base64'),
  Pairs: ([isBare, ...pairs]: readonly unknown[]) => {
    const object = Object.fromEntries(pairs as [string, unknown][]);
    return isBare ? Object.setPrototypeOf(object, null) as object : object;
  },
};

/**
 * Turns plain data into bytes that keep its types and its shared and cyclic references.
 *
 * @param maxMemoryBytes what it may take in the memory of whoever reads it
 * @throws if it is too large
 */
export function encode(data: unknown, maxMemoryBytes = Infinity): { readonly codec: CodecId; readonly payload: Buffer } {
  const asJson = isJson(data, new Set());
  const plain = Buffer.from(asJson ? JSON.stringify(data) : stringify(data, TO_TEXT));
  if (plain.length > MAX_PLAIN_BYTES) {
    throw new Error(`its ${plain.length} bytes are more than ${MAX_PLAIN_BYTES}`);
  }
  checkJsonBounds(plain, maxMemoryBytes);
  if (plain.length >= MIN_COMPRESSED_BYTES) {
    const compressed = zstdCompressSync(plain, { params: { [constants.ZSTD_c_compressionLevel]: 1 } });
    if (compressed.length < plain.length) {
      return { codec: asJson ? 'J' : 'D', payload: compressed };
    }
  }
  return { codec: asJson ? 'j' : 'd', payload: plain };
}

/**
 * The opposite.
 *
 * @throws if the bytes are not what `encode` makes
 */
export function decode(codec: string, payload: Buffer, maxMemoryBytes = Infinity): unknown {
  switch (codec) {
    case 'j':
    case 'd':
      return read(codec, payload, maxMemoryBytes);
    case 'J':
    case 'D':
      return read(codec, zstdDecompressSync(payload, { maxOutputLength: MAX_PLAIN_BYTES }), maxMemoryBytes);
    default:
      throw new Error(`codec '${codec}' is unknown`);
  }
}

function read(codec: CodecId, plain: Buffer, maxMemoryBytes: number): unknown {
  checkJsonBounds(plain, maxMemoryBytes);
  const text = plain.toString();
  try {
    return codec === 'j' || codec === 'J' ? JSON.parse(text) : parse(text, FROM_TEXT);
  } catch (error) {
    // Not its message, which quotes the text.
    throw new Error(`it cannot be parsed: ${kindOfError(error)}`);
  }
}

/**
 * Whether JSON keeps all of it, as it does most of what functions cache: V8 reads that in less than half the time of a format that keeps
 * more. Not what is met twice, which would come back as two.
 */
function isJson(value: unknown, met: Set<object>): boolean {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return true;
    case 'number':
      return Number.isFinite(value) && !Object.is(value, -0);
    case 'object':
      return value === null || (!met.has(value) && isJsonObject(value, met.add(value)));
    default:
      return false;
  }
}

function isJsonObject(value: object, met: Set<object>): boolean {
  if (Array.isArray(value)) {
    // By its iterator, which brings undefined where there is a hole.
    for (const item of value as unknown[]) {
      if (!isJson(item, met)) {
        return false;
      }
    }
    return true;
  }
  return Object.getPrototypeOf(value) === Object.prototype
    && Object.entries(value).every(([name, each]) => name !== '__proto__' && !ODD_NAME.test(name) && isJson(each, met));
}

/** Whether an object's names cannot be trusted to JSON. Not if one is `__proto__`: that is refused like everywhere. */
function hasOddNames(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || Array.isArray(value) || ArrayBuffer.isView(value)) {
    return false;
  }
  const names = Object.keys(value);
  return names.some((name) => ODD_NAME.test(name)) && !names.includes('__proto__');
}
