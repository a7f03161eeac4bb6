/** Only the rules (lambda-runtime/http), on a map: no event, no engine, no single flight. */
import { isUtf8 } from 'node:buffer';
import type { Credentials, Forward, HttpFields, HttpRequest, HttpResponse, StoredResponse } from '../../../lambda-runtime/http/index.js';
import { decide, isCacheable, receive, withoutOrigin, withoutVariant, withVariant } from '../../../lambda-runtime/http/index.js';
import type { Listening, WireRequest, WireResponse } from '../wire.js';
import { fetchFrom, serve } from '../wire.js';

const MAX_VARIANTS = 20;

export function listenWithRules(origin: number): Promise<Listening> {
  const stored = new Map<string, readonly StoredResponse[]>();
  const policy = { heuristics: true };

  return serve(async (incoming) => {
    const request = toRequest(incoming);
    const credentials: Credentials = { authorization: request.fields.has('authorization'), cookies: request.fields.has('cookie') };
    const decision = decide({ request, variants: isCacheable(request.method) ? stored.get(request.target) ?? [] : [], now: Date.now(), credentials });
    switch (decision.action) {
      case 'serve':
      case 'gatewayTimeout':
        return toWire(decision.response);
      case 'serveStaleAndRefresh':
        void exchange(decision.refresh, request).catch(() => undefined);
        return toWire(decision.response);
      default:
        return toWire(await exchange(decision, request));
    }

    async function exchange(forward: Forward, client: HttpRequest): Promise<HttpResponse> {
      const requestTime = Date.now();
      let response: WireResponse;
      try {
        response = await fetchFrom(origin, toWireRequest(forward.request, incoming));
      } catch (error) {
        const stale = withoutOrigin({ request: client, forward, credentials, policy, requestTime, responseTime: Date.now() });
        if (stale === undefined) {
          throw error;
        }
        return stale;
      }
      const received = receive({
        request: { ...client, method: forward.request.method },
        forward,
        response: toResponse(response),
        credentials,
        policy,
        requestTime,
        responseTime: Date.now(),
      });
      received.invalidate.forEach((target) => stored.delete(target));
      const variants = stored.get(client.target) ?? [];
      if (received.put !== undefined) {
        stored.set(client.target, withVariant(variants, received.put, MAX_VARIANTS));
      } else if (received.drop !== undefined) {
        stored.set(client.target, withoutVariant(variants, received.drop));
      }
      return received.response;
    }
  });
}

function toRequest({ method, target, lines }: WireRequest): HttpRequest {
  const fields = toFields(lines);
  return { method, scheme: 'http', host: fields.get('host')?.[0] ?? '', target, fields };
}

function toResponse({ status, lines, content }: WireResponse): HttpResponse {
  const isText = isUtf8(content);
  return { status, fields: toFields(lines), body: content.toString(isText ? 'utf8' : 'base64'), isBase64Encoded: !isText };
}

function toFields(lines: readonly string[]): Map<string, string[]> {
  const fields = new Map<string, string[]>();
  for (let index = 0; index < lines.length; index += 2) {
    const name = lines[index].toLowerCase();
    fields.set(name, [...fields.get(name) ?? [], lines[index + 1]]);
  }
  return fields;
}

function toWireRequest({ method, target, fields }: HttpRequest, { content }: WireRequest): WireRequest {
  return { method, target, lines: toLines(fields), content };
}

function toWire({ status, fields, body, isBase64Encoded }: HttpResponse): WireResponse {
  return { status, lines: toLines(fields), content: Buffer.from(body, isBase64Encoded ? 'base64' : 'utf8') };
}

function toLines(fields: HttpFields): string[] {
  return [...fields].flatMap(([name, lines]) => lines.flatMap((line) => [name, line]));
}
