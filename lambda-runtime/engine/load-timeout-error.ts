import { oneClass } from './one-class.js';

class LoadTimeout extends Error {
  public constructor(cache: string, milliseconds: number) {
    super(`The loader of cache '${cache}' did not answer within its hardTimeout of ${milliseconds} ms.`);
  }
}

/** The loader took longer than the cache's `hardTimeout`. */
export const LoadTimeoutError = /* @__PURE__ */ oneClass('LoadTimeoutError', LoadTimeout);
export type LoadTimeoutError = LoadTimeout;
