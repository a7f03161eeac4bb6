/** Shorter texts cannot fill the memory, regardless of their content. */
const MIN_MEASURED_BYTES = 64 * 1024;

/** The least that each array, object, element and property takes in V8 when it is parsed. */
const BYTES_PER_PART = 64;

/** Deeper data overflows the stack of recursive code. We write none. */
const MAX_DEPTH = 200;

const [QUOTE, BACKSLASH, COMMA, COLON, OPEN_ARRAY, CLOSE_ARRAY, OPEN_OBJECT, CLOSE_OBJECT] = Buffer.from('"\\,:[]{}');

/**
 * Checks JSON, in UTF-8, before it is parsed: a few hundred compressed bytes may be megabytes of brackets, which exhaust a small function.
 *
 * @param maxBytes the most that the parsed value may take
 * @throws Error if it would take more, or is nested too deeply
 */
export function checkJsonBounds(json: Uint8Array, maxBytes: number): void {
  if (json.length <= 2 * MAX_DEPTH) {
    // Each level takes two brackets.
    return;
  }
  const isMeasured = json.length > MIN_MEASURED_BYTES;
  const maxParts = isMeasured ? (maxBytes - json.length) / BYTES_PER_PART : Infinity;
  let parts = 0;
  let depth = 0;
  for (let i = 0; i < json.length; i++) {
    switch (json[i]) {
      case QUOTE:
        i = endOfString(json, i);
        break;
      case OPEN_ARRAY:
      case OPEN_OBJECT:
        parts++;
        if (++depth > MAX_DEPTH) {
          throw new Error(`it is nested more than ${MAX_DEPTH} levels deep`);
        }
        break;
      case CLOSE_ARRAY:
      case CLOSE_OBJECT:
        depth--;
        break;
      case COMMA:
      case COLON:
        parts++;
        break;
    }
  }
  if (parts >= maxParts) {
    throw new Error(`it would take about ${json.length + parts * BYTES_PER_PART} bytes of memory, more than ${maxBytes}`);
  }
}

/** Skips a string, whose content costs only its length. */
function endOfString(json: Uint8Array, start: number): number {
  let i = start + 1;
  while (i < json.length && json[i] !== QUOTE) {
    i += json[i] === BACKSLASH ? 2 : 1;
  }
  return i;
}
