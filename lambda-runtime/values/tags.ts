/** Valid tags. Numbers become strings, so that `42` and `'42'` are the same tag, in memory and in a shared tier. */
export type Tag = string | number;

/** Tags as strings, and the first invalid one. */
export interface TagList {
  readonly tags: readonly string[];
  /** A description of the first member that is not a valid tag, if there is one. */
  readonly refused?: string;
}

const NO_TAGS: TagList = { tags: [] };

/**
 * Checks the tags that a loader sets or a handler invalidates. A single tag is a list of one.
 *
 * @param given may be anything, since JavaScript callers have no type checks
 */
export function tagsOf(given: unknown): TagList {
  try {
    return listOf(given);
  } catch {
    // A Proxy may throw.
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
  // Array.from, since a hole is a member too.
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
    return 'an empty string';
  }
  return typeof value === 'object' && value !== null ? 'an object' : typeof value === 'symbol' || typeof value === 'function' ? `a ${typeof value}` : String(value);
}
