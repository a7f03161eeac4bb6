import type { IncomingMessage, ServerResponse } from 'node:http';
import { beforeResponse } from './before-response.js';
import { collectedResponse, DestroyedResponseError, send } from './collected.js';
import { requestFor, requestFrom } from './incoming.js';
import { type ForwardReason, withCacheStatus } from '../cache-status.js';
import { queryOf, rawParameters } from '../events/query.js';
import type { Visible } from '../events/visible-event.js';
import { bypassStatus, type Origin } from '../exchange.js';
import type { HttpFields, HttpRequest, HttpResponse } from '../message.js';
import type { RequestKeys } from '../request-key.js';
import { createResource } from '../resource.js';
import type { ResponseCache } from '../response-cache.js';

/** A request listener of an HTTP server. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export type Listener = (request: any, response: any, ...rest: any[]) => unknown;

export interface ListenerParts {
  readonly keys: RequestKeys;
  readonly responses: ResponseCache;
  readonly removeUnkeyed: boolean;
  /** Calls a listener past the cache, and counts the bypass. */
  bypass(call: () => unknown): Promise<unknown>;
}

/** Puts the cache in front of a request listener. */
export function cacheRequests(listener: Listener, { keys, responses, removeUnkeyed, bypass }: ListenerParts): Listener {
  return (client: IncomingMessage, response: ServerResponse, ...rest: unknown[]) => {
    const request = requestFrom(client);
    const keyed = keys.of(request);
    const resource = () => createResource(request, keys);
    // An event stream never ends, and an upgrade has no response.
    const isStream = request.fields.get('accept')?.join().includes('text/event-stream') === true || request.fields.has('upgrade');
    if (typeof keyed === 'string' || isStream) {
      beforeResponse(response, (head) => {
        response.appendHeader('cache-status', bypassStatus(typeof keyed === 'string' ? keyed : 'stream'));
        return keyed === 'method' ? responses.invalidate(request, head, resource()) : undefined;
      });
      const withoutResponse = async () => {
        if (keyed === 'method' && !response.headersSent) {
          await responses.invalidateUnknown(request, resource());
        }
      };
      response.once('close', () => void withoutResponse());
      return bypass(() => listener(client, response, ...rest)).catch(async (error: unknown) => {
        await withoutResponse();
        throw error;
      });
    }
    const answer = async () => {
      let isWaiting = true;
      const origin: Origin<HttpResponse | 'passedOn'> = (sent, reason) => {
        const visible = removeUnkeyed ? keys : keys.ignores ? keys.unlessIgnored : undefined;
        const fields = visible === undefined ? sent.fields : visibleFields(visible, sent, request);
        const url = visibleUrl(keys, client.url ?? '/');
        const whyNot = (head: HttpResponse) => responses.reasonNotToStore(request, keyed, head);
        return ask(requestFor(client, fields, url), reason, isWaiting ? response : undefined, whyNot);
      };
      const reply = await responses.answer(request, keyed, resource, origin);
      isWaiting = false;
      if ('response' in reply) {
        send(response, reply.response);
      } else if (reply.returned !== 'passedOn') {
        send(response, withLine(reply.returned, 'cache-status', reply.cacheStatus));
      }
    };
    const ask = async (
      sent: IncomingMessage, reason: ForwardReason, waiting: ServerResponse | undefined, whyNot: (head: HttpResponse) => string | undefined,
    ) => {
      const collected = collectedResponse(sent, (head) => whyNot(head) === undefined, waiting, (head) => ({
        ...head, fields: withCacheStatus(head.fields, { forwarded: reason, forwardedStatus: head.status, detail: whyNot(head) ?? 'too-large' }),
      }));
      const next = new Promise<'passedOn'>((resolve, reject) => {
        const others = rest.map((arg) => typeof arg !== 'function' ? arg : (...args: unknown[]) => {
          // The listener passes the request to the next handler.
          resolve('passedOn');
          arg(...args);
        });
        let isAnswered = false;
        const onAnswer = () => {
          isAnswered = true;
        };
        collected.answered.then(onAnswer, onAnswer);
        Promise.resolve(listener(sent, collected.response, ...others)).catch((error: unknown) => {
          if (isAnswered) {
            // Unhandled, as it is without the cache.
            throw error;
          }
          reject(error);
        });
      });
      const answered = await Promise.race([collected.answered, next]);
      return answered === 'passedOn' ? { returned: answered } : { returned: answered.response, ...(!answered.isCut && { response: answered.response }) };
    };
    return answer().catch((error: unknown) => {
      if (!(error instanceof DestroyedResponseError)) {
        throw error;
      }
      response.destroy(error.cause as Error | undefined);
    });
  };
}

/** The fields that are in the key, and the cache's own. */
function visibleFields(visible: Visible, sent: HttpRequest, request: HttpRequest): HttpFields {
  const fields = new Map([...sent.fields].filter(([name, lines]) => name !== 'cookie' && (visible.field(name) || lines !== request.fields.get(name))));
  const cookies = (request.fields.get('cookie') ?? []).flatMap((line) => line.split(';')).filter((pair) => visible.cookie(pair.split('=', 1)[0].trim(), pair));
  return cookies.length === 0 ? fields : fields.set('cookie', [cookies.join(';').trim()]);
}

function visibleUrl({ parameter }: RequestKeys, url: string): string {
  const at = url.indexOf('?');
  if (at < 0 || parameter === undefined) {
    return url;
  }
  const query = queryOf(rawParameters(url.slice(at + 1)).filter(parameter));
  return query === '' ? url.slice(0, at) : `${url.slice(0, at)}?${query}`;
}

function withLine(response: HttpResponse, name: string, line: string | undefined): HttpResponse {
  return line === undefined ? response : { ...response, fields: new Map(response.fields).set(name, [...response.fields.get(name) ?? [], line]) };
}
