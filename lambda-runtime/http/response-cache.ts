import { bypassStatus, Exchange, type ExchangeContext, type Origin, type OriginAnswer, type Reply, type Resource, variantsOf } from './exchange.js';
import { type Credentials, decide, type Decision, type Forward, type HttpRequest, type HttpResponse, receive, type ResponsePolicy, type StoredResponse, withoutOrigin } from './index.js';
import type { BypassReason, Keyed } from './request-key.js';
import { toStore } from './store.js';
import type { Found, ManualCache, ManualCacheInUse } from '../engine/manual-cache.js';

export interface ResponseCacheOptions {
  readonly policy: ResponsePolicy;
  invalidateTags(tags: readonly string[]): Promise<unknown>;
}

/** A result that only the gateway understands (format 2.0 makes a success of any result without a status), or none. */
const UNKNOWN: HttpResponse = { status: 200, fields: new Map(), body: '', isBase64Encoded: false };

/** Applies the rules of HTTP to the engine's entries: one entry per key, which holds the variants of its resource. */
export class ResponseCache {
  public constructor(private readonly inUse: ManualCacheInUse, private readonly options: ResponseCacheOptions) {}

  private get cache(): ManualCache {
    return this.inUse.current();
  }

  /** Answers a request with a response stored under its key, or with the origin's. Requests with the same key may share a response. */
  public answer<R>(request: HttpRequest, keyed: Keyed, resource: () => Resource, origin: Origin<R>): Reply<R> | Promise<Reply<R>> {
    const { cache } = this;
    const known = cache.inMemory(keyed.key);
    const decision = known && this.decide(request, keyed, known);
    if (decision?.action === 'serve' && this.inUse.mode === undefined) {
      cache.served(known!, isStale(decision.stored, cache.now()));
      return { response: decision.response };
    }
    return this.answerSlow(request, keyed, resource, origin, known, decision);
  }

  private async answerSlow<R>(
    request: HttpRequest, keyed: Keyed, resource: () => Resource, origin: Origin<R>, known: Found | undefined, first: Decision | undefined,
  ): Promise<Reply<R>> {
    const { cache, inUse: { mode }, options: { policy } } = this;
    if (mode === 'off') {
      return this.pass(request, 'off', origin);
    }
    let found = known;
    let decision = first;
    // Another environment may have a newer response, or the only one.
    if (found === undefined || decision === undefined || (cache.isShared && isForward(decision))) {
      found = await cache.find(keyed.key);
      decision = this.decide(request, keyed, found);
    }
    const context: ExchangeContext<R> = { request, credentials: credentialsOf(keyed), policy, resource, origin, now: () => cache.now() };
    switch (decision.action) {
      case 'gatewayTimeout':
        return { response: decision.response };
      case 'serve':
      case 'serveStaleAndRefresh':
        cache.served(found, isStale(decision.stored, cache.now()));
        if (mode === 'shadow') {
          return this.compare(decision.response, request, origin);
        }
        if (decision.action === 'serveStaleAndRefresh') {
          this.refresh(found, { ...context, request: decision.refresh.request }, decision.refresh);
        }
        return { response: decision.response };
      default:
        return this.forward(found, context, decision);
    }
  }

  private decide(request: HttpRequest, keyed: Keyed, { value, isUnconfirmed }: Found): Decision {
    return decide({ request, variants: variantsOf(value), now: this.cache.now(), credentials: credentialsOf(keyed), unconfirmed: isUnconfirmed });
  }

  /** Why a response with this head could not be stored; undefined if it could. */
  public reasonNotToStore(request: HttpRequest, keyed: Keyed, response: HttpResponse): string | undefined {
    const now = this.cache.now();
    const { policy } = this.options;
    const stored = toStore({ request, response, credentials: credentialsOf(keyed), policy, requestTime: now, responseTime: now });
    return typeof stored === 'object' ? undefined : stored;
  }

  /** Calls the origin past the cache. */
  public async pass<R>(request: HttpRequest, reason: BypassReason | 'off' | 'shadow', origin: Origin<R>, resource?: () => Resource): Promise<Reply<R>> {
    let answer: OriginAnswer<R>;
    try {
      answer = await this.cache.bypass(() => origin(request, 'bypass')) as OriginAnswer<R>;
    } catch (error) {
      if (reason === 'method' && resource !== undefined) {
        await this.invalidateUnknown(request, resource());
      }
      throw error;
    }
    const { returned, response } = answer;
    if (reason === 'method' && resource !== undefined) {
      await this.invalidate(request, response ?? UNKNOWN, resource());
    }
    return response === undefined ? { returned } : { returned, cacheStatus: bypassStatus(reason) };
  }

  private async forward<R>(found: Found, context: ExchangeContext<R>, forward: Forward): Promise<Reply<R>> {
    const { cache } = this;
    const isRequested = forward.reason === 'request';
    // An origin that has just failed is not called again if the stored response allows that.
    if (!isRequested && forward.stored !== undefined && forward.stored.reuse.staleIfError > 0 && cache.isThrottled(found)) {
      const stale = this.staleReply(found, context, forward);
      if (stale !== undefined) {
        return stale;
      }
    }
    const hasOther = this.staleResponse(context, forward) !== undefined;
    const exchange = new Exchange(context, forward);
    let passes = false;
    try {
      // A client that wants the origin's own response gets one that was requested afterwards.
      const { isLate, value } = await cache.load(found, (load) => exchange.load(load), { hasOther, isNew: isRequested });
      const own = exchange.reply;
      if (own !== undefined) {
        this.countOwn(found, own, exchange);
      }
      const reply = own ?? (isLate ? this.staleReply(found, context, forward) : this.joinedReply(found, context, value));
      if (reply === undefined) {
        // The other request's response cannot answer this one.
        passes = true;
        await cache.bypass((load) => exchange.load(load));
      }
      this.throttle(found, exchange);
      return reply ?? exchange.reply!;
    } catch (error) {
      const instead = this.staleReply(found, context, forward);
      if (instead === undefined) {
        if (!passes) {
          cache.missed(found);
        }
        throw error;
      }
      cache.throttle(found);
      return instead;
    }
  }

  /** If the origin answers with a failure, a stored response may be used, as for an origin that throws. */
  private countOwn<R>(found: Found, reply: Reply<R>, { hasFailed }: Exchange<R>): void {
    if (hasFailed && 'response' in reply) {
      this.cache.served(found, true);
    } else {
      this.cache.missed(found);
    }
  }

  private refresh<R>(found: Found, context: ExchangeContext<R>, forward: Forward): void {
    this.cache.refreshLater(found, async (load) => {
      const exchange = new Exchange(context, forward);
      const value = await exchange.load(load);
      if (exchange.hasFailed) {
        this.throttle(found, exchange);
      } else if (value === undefined) {
        // It stays stale, so each request for it would cause another refresh.
        this.cache.throttleRefreshes(found, exchange.retryAfterMs);
      }
      return value;
    });
  }

  /** The result of another request's load, if it answers this one too. */
  private joinedReply<R>(found: Found, { request, credentials }: ExchangeContext<R>, value: unknown): Reply<R> | undefined {
    const decision = decide({ request, variants: variantsOf(value), now: this.cache.now(), credentials, collapsed: true });
    if (decision.action !== 'serve' && decision.action !== 'serveStaleAndRefresh') {
      return undefined;
    }
    this.cache.joined(found);
    return { response: decision.response };
  }

  /** The stored response, for an origin that fails or takes too long. */
  private staleReply<R>(found: Found, context: ExchangeContext<R>, forward: Forward): Reply<R> | undefined {
    const response = this.staleResponse(context, forward);
    if (response !== undefined) {
      this.cache.served(found, true);
    }
    return response && { response };
  }

  private staleResponse<R>({ request, credentials, policy }: ExchangeContext<R>, forward: Forward): HttpResponse | undefined {
    const now = this.cache.now();
    return withoutOrigin({ request, credentials, policy, forward, requestTime: now, responseTime: now });
  }

  private throttle<R>(found: Found, { hasFailed, retryAfterMs }: Exchange<R>): void {
    if (hasFailed) {
      this.cache.throttle(found, retryAfterMs);
    }
  }

  private async compare<R>(stored: HttpResponse, request: HttpRequest, origin: Origin<R>): Promise<Reply<R>> {
    let answered: HttpResponse | undefined;
    const reply = await this.pass(request, 'shadow', async (sent, forwarded) => {
      const answer = await origin(sent, forwarded);
      answered = answer.response;
      return answer;
    });
    this.cache.compare([stored.status, stored.body], [answered?.status, answered?.body]);
    return reply;
  }

  /** Invalidates the stored responses that an unsafe request has made old. */
  public async invalidate(request: HttpRequest, response: HttpResponse, resource: Resource): Promise<void> {
    const now = this.cache.now();
    const { invalidate } = receive({
      request,
      response,
      forward: { action: 'origin', reason: 'method', request },
      policy: this.options.policy,
      credentials: { authorization: true, cookies: true },
      requestTime: now,
      responseTime: now,
    });
    if (invalidate.length > 0) {
      await this.options.invalidateTags([...new Set([resource.tag, ...invalidate.map((target) => resource.tagOf(target))])]);
    }
  }

  /** The same for an unsafe request without a response: its handler may have changed something before it failed. */
  public async invalidateUnknown(request: HttpRequest, resource: Resource): Promise<void> {
    await this.invalidate(request, UNKNOWN, resource);
  }
}

function isForward({ action }: Decision): boolean {
  return action === 'origin' || action === 'revalidate';
}

function credentialsOf({ hasUnnamedCredentials, hasUnnamedCookies }: Keyed): Credentials {
  return { authorization: hasUnnamedCredentials, cookies: hasUnnamedCookies };
}

function isStale({ reuse }: StoredResponse, now: number): boolean {
  return now >= reuse.bornAt + reuse.lifetime * 1_000;
}
