/**
 * The only class with this name in the process: that of the first copy of this package that is loaded. The layer, a bundle and a test may each
 * have a copy, and `instanceof` must not depend on which of them created an error.
 */
export function sharedErrorClass<C extends abstract new (...args: never[]) => Error>(name: string, own: C): C {
  // On the prototype, since an own property would be printed with each error.
  Object.defineProperty(own.prototype, 'name', { value: name, configurable: true, writable: true });
  return (globalThis as unknown as Record<symbol, C>)[Symbol.for(`cdk-cached-function.${name}`)] ??= own;
}

class LoadTimeout extends Error {
  public constructor(cache: string, milliseconds: number) {
    super(`The loader of cache '${cache}' did not answer within its hardTimeout of ${milliseconds} ms.`);
  }
}

/** The loader took longer than the cache's `hardTimeout`. */
export const LoadTimeoutError = /* @__PURE__ */ sharedErrorClass('LoadTimeoutError', LoadTimeout);
export type LoadTimeoutError = LoadTimeout;

class WriteOutcomeUnknown extends Error {
  public constructor(method: string, cause: unknown) {
    super(
      `DAX did not answer ${method}; it may or may not have taken effect. Read the item (with ConsistentRead) to find out, or make the write idempotent.`,
      { cause },
    );
  }
}

/**
 * A write was sent to DAX, and no response arrived. It is not repeated: it could count twice, fail because the first one succeeded, or undo
 * later writes.
 */
export const WriteOutcomeUnknownError = /* @__PURE__ */ sharedErrorClass('WriteOutcomeUnknownError', WriteOutcomeUnknown);
export type WriteOutcomeUnknownError = WriteOutcomeUnknown;
