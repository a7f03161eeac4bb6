import { cacheStatus, type ForwardReason } from './cache-status.js';
import { parseDate } from './dates.js';
import { fieldValue } from './fields.js';
import { type Credentials, type Forward, type HttpRequest, type HttpResponse, receive, type ResponsePolicy, type StoredResponse, withoutVariant, withVariant } from './index.js';
import type { LoadContext } from '../engine/load-context.js';

/** The most variants of one resource: they are one entry, and are read together. */
const MAX_VARIANTS = 8;

/** How long a stale response is kept if it can be validated, and if only a client's max-stale can accept it. */
const VALIDATABLE_MS = 24 * 3_600_000;
const STALE_MS = 60_000;

/** How long an empty entry is kept, so that other environments learn that nothing is stored any more. */
const EMPTY_MS = 60_000;

/** The origin's result, and the response in it; undefined if only the gateway can determine it. */
export interface OriginAnswer<R> {
  readonly returned: R;
  readonly response?: HttpResponse;
}

/** @param reason why the cache does not answer itself */
export type Origin<R> = (request: HttpRequest, reason: ForwardReason) => Promise<OriginAnswer<R>>;

/** The answer to a request: the cache's, or the origin's result with this cache's part of Cache-Status. */
export type Reply<R> =
  | { readonly response: HttpResponse }
  | { readonly returned: R; readonly cacheStatus?: string };

/** The stored responses of one URI: those with the same tag are invalidated together, for all clients. */
export interface Resource {
  readonly tag: string;
  /** The tag of another path and query of the same host. */
  tagOf(target: string): string;
}

/** The facts that an exchange needs about its request. */
export interface ExchangeContext<R> {
  readonly request: HttpRequest;
  readonly credentials: Credentials;
  readonly policy: ResponsePolicy;
  resource(): Resource;
  readonly origin: Origin<R>;
  now(): number;
}

/** One request to the origin, and the handling of its response. */
export class Exchange<R> {
  /** The answer to the request; absent until the origin has answered. */
  public reply?: Reply<R>;
  /** Whether the origin answered with a failure. */
  public hasFailed = false;
  /** How long the origin asks not to be called again. */
  public retryAfterMs?: number;

  public constructor(private readonly context: ExchangeContext<R>, private readonly forward: Forward) {}

  /** Reads the origin: the loader of the request's key. */
  public async load(load: LoadContext): Promise<readonly StoredResponse[] | undefined> {
    const { context: { origin, now, ...context }, forward } = this;
    const requestTime = now();
    const { returned, response } = await origin(forward.request, forward.reason);
    if (response === undefined) {
      load.unshared = true;
      this.reply = { returned };
      return undefined;
    }
    const received = receive({ ...context, response, forward, requestTime, responseTime: now() });
    this.hasFailed = response.status >= 500;
    this.retryAfterMs = retryAfterMsOf(response, now());
    this.reply = received.isOrigins
      ? { returned, cacheStatus: received.response.fields.get('cache-status')?.at(-1) }
      : { response: received.response };
    return this.keep(load, requestTime, received);
  }

  /** The key's new content. */
  private keep(load: LoadContext, requestTime: number, { put, drop }: Pick<ReturnType<typeof receive>, 'put' | 'drop'>): readonly StoredResponse[] | undefined {
    if (put === undefined && drop === undefined || !(['GET', 'HEAD'].includes(this.context.request.method))) {
      load.unshared = true;
      return undefined;
    }
    // The current content, which may be newer than when the request was decided on.
    const variants = variantsOf(load.stale?.value);
    const kept = put === undefined ? withoutVariant(variants, drop!) : withVariant(variants, put, MAX_VARIANTS);
    load.ttlMs = Math.max(EMPTY_MS, ...kept.map((stored) => endOfUse(stored) - requestTime));
    load.tags = [this.context.resource().tag];
    return kept;
  }
}

/** The variants in a cache's value. */
export function variantsOf(value: unknown): readonly StoredResponse[] {
  return (value ?? []) as readonly StoredResponse[];
}

/** When a stored response can no longer be used, in ms since 1970. */
function endOfUse({ fields, reuse }: StoredResponse): number {
  const isValidatable = fields.some(([name]) => name === 'etag' || name === 'last-modified');
  const staleMs = Math.max(reuse.staleWhileRevalidate * 1_000, reuse.staleIfError * 1_000, isValidatable ? VALIDATABLE_MS : STALE_MS);
  return reuse.bornAt + reuse.lifetime * 1_000 + staleMs;
}

/** This cache's part of the Cache-Status of a response that it did not handle. */
export function bypassStatus(reason: string): string {
  return reason === 'method' ? cacheStatus({ forwarded: 'method' }) : cacheStatus({ forwarded: 'bypass', detail: reason });
}

/** An origin that asks for more may be back earlier, or mean only one client. */
const LONGEST_RETRY_MS = 600_000;

/** How long a refusal asks not to be called again; undefined if it does not, or not in one of the two formats. RFC 9110, 10.2.3. */
function retryAfterMsOf({ status, fields }: HttpResponse, now: number): number | undefined {
  const text = status < 400 ? undefined : fieldValue(fields, 'retry-after')?.trim();
  if (text === undefined) {
    return undefined;
  }
  const milliseconds = /^\d+$/.test(text) ? Number(text) * 1_000 : (parseDate(text, now) ?? now) - now;
  return Math.min(Math.max(milliseconds, 0), LONGEST_RETRY_MS);
}
