/** undici's cache interceptor, in the same place as ours in the other fronts: between a gateway's events and the suite's origin. */
import { createRequire } from 'node:module';
import { Agent, interceptors, request as send } from 'undici';
import { restApi } from './shapes.js';
import type { Listening, WireRequest, WireResponse } from '../wire.js';
import { endToEnd, serve } from '../wire.js';

const require = createRequire(__filename);

export const UNDICI_VERSION = (require('undici/package.json') as { version: string }).version;

export function listenWithUndici(origin: number): Promise<Listening> {
  const dispatcher = new Agent({ pipelining: 0 }).compose(interceptors.cache({ type: 'shared' }));
  const handler = async (event: unknown) => restApi.toResult(await fetchCached(restApi.fromEvent(event as never)));

  async function fetchCached({ method, target, lines, content }: WireRequest): Promise<WireResponse> {
    const { statusCode, headers, body } = await send(`http://127.0.0.1:${origin}${target}`, {
      dispatcher, method: method as 'GET', headers: withoutHost(lines), body: content.length === 0 ? undefined : content,
    });
    const received = Object.entries(headers).flatMap(([name, value]) => [value].flat().flatMap((line) => line === undefined ? [] : [name, line]));
    return { status: statusCode, lines: endToEnd(received), content: Buffer.from(await body.arrayBuffer()) };
  }

  return serve(async (request) => restApi.fromResult(await handler(restApi.toEvent(request)) as never));
}

function withoutHost(lines: readonly string[]): string[] {
  return lines.filter((_line, index) => !['host', 'content-length'].includes(lines[index - index % 2].toLowerCase()));
}
