import { messageOf, NotPlainDataError } from './plain-data.js';

const MAX_LENGTH = 200;

/** A place in a line of a stack trace: `file:line:column`. */
export const STACK_PLACE = /^ +at (?:.* \()?(.+?:\d+:\d+)\)?$/m;

/** The form of names and codes. Anything else may be data. */
const NAME = /^[\w.$:-]{1,100}$/;

/**
 * An error's class and code: they identify its kind, and contain no data. A failed `fetch` has its code in its cause.
 *
 * Never throws, although reading a thrown value may fail.
 */
export function kindOfError(error: unknown): string {
  try {
    const { name, code, cause, constructor } = error as { name?: unknown; code?: unknown; cause?: { code?: unknown } };
    const names = [name === 'Error' ? constructor.name : name, code ?? cause?.code].filter((each) => NAME.test(String(each ?? '')));
    return names.join(' ') || typeof error;
  } catch {
    return typeof error;
  }
}

/**
 * Describes an error of the user's code that the cache called: its class and place. Not its message, which may quote data: `JSON.parse`
 * quotes its input. Our own messages about data that is not plain quote nothing.
 */
export function reasonOf(error: unknown): string {
  try {
    if (error instanceof NotPlainDataError) {
      return error.message;
    }
  } catch {
    // Even this check may throw for a Proxy.
  }
  const place = placeOf(error);
  return kindOfError(error) + (place === undefined ? '' : ` at ${place}`);
}

/** A loader's error: class, code and message, without any string from the loader's arguments. */
export function textOfError(error: unknown, calledWith: unknown): string {
  const kind = kindOfError(error);
  try {
    let message = messageOf(error);
    // The longest first, since others may be parts of it.
    for (const text of [...textsIn(calledWith)].sort((one, other) => other.length - one.length)) {
      for (const form of [text, JSON.stringify(text).slice(1, -1), encodeURIComponent(text.toWellFormed())]) {
        message = message.replaceAll(form, '***');
      }
    }
    return `${kind}: ${message}`.slice(0, MAX_LENGTH);
  } catch {
    // Reading the error or the loader's arguments may throw.
    return kind;
  }
}

function textsIn(value: unknown, texts = new Set<string>(), seen = new Set<unknown>()): Set<string> {
  if (typeof value === 'string' && value !== '') {
    texts.add(value);
  } else if (typeof value === 'object' && value !== null && !ArrayBuffer.isView(value) && !seen.has(value)) {
    seen.add(value);
    const inner = value instanceof Map || value instanceof Set ? [...value as Iterable<unknown>] : Object.values(value);
    inner.forEach((each) => textsIn(each, texts, seen));
  }
  return texts;
}

/** The place where it was thrown. Reads only the text after the message, which may look like stack lines itself. */
function placeOf(error: unknown): string | undefined {
  try {
    const { stack, message } = error as Error;
    const end = stack!.indexOf(message);
    return end < 0 ? undefined : STACK_PLACE.exec(stack!.slice(end + message.length))?.[1];
  } catch {
    return undefined;
  }
}
