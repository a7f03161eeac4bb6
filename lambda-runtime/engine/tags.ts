/** What is accepted as a tag. Numbers become text, so that `42` and `'42'` are one tag, in memory as in a shared tier. */
export type Tag = string | number;

/** Tags as text, and what is none. */
export interface TagList {
  readonly tags: readonly string[];
  /** What the first member is that cannot be a tag, if there is one. */
  readonly refused?: string;
}

const NO_TAGS: TagList = { tags: [] };

/**
 * What a loader has set as tags, or a handler invalidates. One tag alone is a list of one.
 *
 * @param given anything: JavaScript has no types to keep it out
 */
export function tagsOf(given: unknown): TagList {
  try {
    return listOf(given);
  } catch {
    // A Proxy, say.
    return { tags: [], refused: 'something unreadable' };
  }
}

function listOf(given: unknown): TagList {
  if (!Array.isArray(given)) {
    return listOf([given]);
  }
  if (given.length === 0) {
    return NO_TAGS;
  }
  // Array.from: a hole is a member too.
  const texts = Array.from(given, textOf);
  const refused = texts.indexOf(undefined);
  const tags = texts.filter((text) => text !== undefined);
  return refused < 0 ? { tags } : { tags, refused: describe(given[refused]) };
}

function textOf(tag: unknown): string | undefined {
  switch (typeof tag) {
    case 'string':
      return tag === '' ? undefined : tag;
    case 'number':
      return Number.isFinite(tag) ? `${tag}` : undefined;
    case 'bigint':
      return `${tag}`;
    default:
      return undefined;
  }
}

function describe(value: unknown): string {
  if (value === '') {
    return 'an empty text';
  }
  return typeof value === 'object' && value !== null ? 'an object' : typeof value === 'symbol' || typeof value === 'function' ? `a ${typeof value}` : String(value);
}
