import { messageOf, NotPlainDataError } from './kind.js';

const MAX_LENGTH = 200;

/** A place in a line of a stack trace: `file:line:column`. */
export const STACK_PLACE = /^ +at (?:.* \()?(.+?:\d+:\d+)\)?$/m;

/** What names and codes look like. Anything else may be data. */
const NAME = /^[\w.$:-]{1,100}$/;

/**
 * The class and the code of an error: what tells its kind, and holds no data. A failed `fetch` has its code in the cause.
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
 * An error of the user's code in the middle of the cache's own work: its class and place. Not its message, which may quote what it was
 * about: `JSON.parse` quotes the text. Our own messages about data that is not plain quote none.
 */
export function reasonOf(error: unknown): string {
  try {
    if (error instanceof NotPlainDataError) {
      return error.message;
    }
  } catch {
    // A Proxy may refuse even that question.
  }
  const place = placeOf(error);
  return kindOfError(error) + (place === undefined ? '' : ` at ${place}`);
}

/** A loader's error: class, code and message, without any text that is in what the loader was called with. */
export function textOfError(error: unknown, calledWith: unknown): string {
  const kind = kindOfError(error);
  try {
    let message = messageOf(error);
    // The longest first: others may be parts of it.
    for (const text of [...textsIn(calledWith)].sort((one, other) => other.length - one.length)) {
      for (const form of [text, JSON.stringify(text).slice(1, -1), encodeURIComponent(text.toWellFormed())]) {
        message = message.replaceAll(form, '***');
      }
    }
    return `${kind}: ${message}`.slice(0, MAX_LENGTH);
  } catch {
    // Neither the error nor what the loader was called with need be readable.
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

/** Where it was thrown. What comes after the message: that may look like the lines of a stack. */
function placeOf(error: unknown): string | undefined {
  try {
    const { stack, message } = error as Error;
    const end = stack!.indexOf(message);
    return end < 0 ? undefined : STACK_PLACE.exec(stack!.slice(end + message.length))?.[1];
  } catch {
    return undefined;
  }
}
