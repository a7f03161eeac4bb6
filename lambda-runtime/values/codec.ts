import { parse, stringify } from 'devalue';
import { kindOfError } from './error-text.js';
import { checkJsonBounds } from './json-bounds.js';

const { constants, zstdCompressSync, zstdDecompressSync } = process.getBuiltinModule('node:zlib');

/** Smaller values are not worth compressing. */
const MIN_COMPRESSED_BYTES = 4_096;

/** Larger values are neither written nor read: they would fill a small function's memory. */
const MAX_PLAIN_BYTES = 16 * 1024 * 1024;

/** The formats of bytes: JSON or devalue's, and the same compressed. */
export type CodecId = 'j' | 'd' | 'J' | 'D';

/**
 * Names that JSON escapes. Node.js 24's JSON.parse confuses two such names, `"` and `\` for example, if it has parsed an object with
 * the other name in the same place before (docs/decisions.md).
 */
const ODD_NAME = /["\\<\u2028\u2029\p{Cc}\p{Cs}]/u;

/**
 * Types that devalue does not distinguish by itself: a Buffer, which is also a Uint8Array (its payload is in an array, so that it is never
 * falsy), and an object with unsafe names, which is encoded as pairs.
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
 * Encodes plain data as bytes that keep its types and its shared and cyclic references.
 *
 * @param maxMemoryBytes the most that it may take in the reader's memory
 * @throws if it is too large
 */
export function encode(data: unknown, maxMemoryBytes = Infinity): { readonly codec: CodecId; readonly payload: Buffer } {
  const asJson = isTree(data, new Set());
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
 * Decodes bytes from `encode`.
 *
 * @throws if `encode` cannot have written them
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

/** Whether the codec's format is JSON. */
export function isJson(codec: string): boolean {
  return codec === 'j' || codec === 'J';
}

function read(codec: CodecId, plain: Buffer, maxMemoryBytes: number): unknown {
  checkJsonBounds(plain, maxMemoryBytes);
  const text = plain.toString();
  try {
    return isJson(codec) ? JSON.parse(text) : parse(text, FROM_TEXT);
  } catch (error) {
    // Not its message, which quotes the text.
    throw new Error(`it cannot be parsed: ${kindOfError(error)}`);
  }
}

/**
 * Whether JSON preserves the whole value, as it does for most cached values: V8 parses JSON in less than half the time of richer formats.
 * False if an object occurs twice, since JSON would turn it into two.
 */
function isTree(value: unknown, met: Set<object>): boolean {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return true;
    case 'number':
      return Number.isFinite(value) && !Object.is(value, -0);
    case 'object':
      return value === null || (!met.has(value) && isTreeObject(value, met.add(value)));
    default:
      return false;
  }
}

function isTreeObject(value: object, met: Set<object>): boolean {
  if (Array.isArray(value)) {
    // By its iterator, which returns undefined for a hole.
    for (const item of value as unknown[]) {
      if (!isTree(item, met)) {
        return false;
      }
    }
    return true;
  }
  return Object.getPrototypeOf(value) === Object.prototype
    && Object.entries(value).every(([name, each]) => name !== '__proto__' && !ODD_NAME.test(name) && isTree(each, met));
}

/** Whether JSON is unsafe for an object's names. False if one is `__proto__`, which is rejected elsewhere. */
function hasOddNames(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || Array.isArray(value) || ArrayBuffer.isView(value)) {
    return false;
  }
  const names = Object.keys(value);
  return names.some((name) => ODD_NAME.test(name)) && !names.includes('__proto__');
}
