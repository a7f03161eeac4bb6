import { renderResponses } from './render-responses';
import { HttpResponseCachingOptions } from './response-caching-options';
import type { ResponseSettings } from '../contract/response-settings';

/**
 * How a function's whole responses are cached.
 */
export abstract class ResponseCaching {
  /**
   * Caches by the rules of HTTP (RFC 9111): the Cache-Control of the handler's responses decides what may be stored, and for how long. For
   * functions behind REST APIs, HTTP APIs, function URLs and Application Load Balancers; other events reach the handler unchanged.
   *
   * Only GET and HEAD are answered from the cache. The cache is named `responses`, in metrics and in `addCachePolicy('responses', …)`. Of a
   * policy, `retryAfter`, `softTimeout`, `hardTimeout`, `memoryTtl` and `valueVersion` apply.
   */
  public static http(options: HttpResponseCachingOptions = {}): ResponseCaching {
    return new HttpResponseCaching(options);
  }

  /**
   * @internal
   */
  public abstract _bind(): ResponseSettings;
}

class HttpResponseCaching extends ResponseCaching {
  constructor(private readonly options: HttpResponseCachingOptions) {
    super();
  }

  public override _bind(): ResponseSettings {
    return renderResponses(this.options);
  }
}
