import { oneClass } from '../engine/one-class.js';

class WriteOutcomeUnknown extends Error {
  public constructor(method: string, cause: unknown) {
    super(
      `DAX did not answer ${method}: it may have been done or not. Read the item (with ConsistentRead) to find out, or make the write one that can be repeated.`,
      { cause },
    );
  }
}

/**
 * A write was sent to DAX, and its answer never came. It is not made again: it would count twice, or fail by its own success, or undo what
 * came after it.
 */
export const WriteOutcomeUnknownError = /* @__PURE__ */ oneClass('WriteOutcomeUnknownError', WriteOutcomeUnknown);
export type WriteOutcomeUnknownError = WriteOutcomeUnknown;
