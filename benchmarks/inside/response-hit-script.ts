/** Times a contender's response, one turn per request, until it is told to end. Arguments: contender, shape of the event. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Agent, interceptors, request } from 'undici';
import { EVENTS } from './http-events';
import { answerTurns } from './turns';
import { type AnyHandler, cachedResponse } from 'cdk-cached-function/http';
import { cached } from 'cdk-cached-function/runtime';

const CALLS = 2_000;

const BODY = JSON.stringify({ text: 'x'.repeat(2_000) });
const RESPONSE_HEADERS = { 'content-type': 'application/json', 'cache-control': 'max-age=3600', 'vary': 'Accept-Encoding', 'etag': '"1"' };

type Handle = (event: unknown) => unknown;

/** As the shape's gateway takes it: an ALB that sends several values of a field takes no others. */
const resultFor = (shape: Shape) => (body: string) => ({
  statusCode: 200,
  ...(shape === 'loadBalancerMulti'
    ? { multiValueHeaders: Object.fromEntries(Object.entries(RESPONSE_HEADERS).map(([name, value]) => [name, [value]])) }
    : { headers: RESPONSE_HEADERS }),
  body,
});

let originCalls = 0;

/** Each contender's function of an event. All return the same result. */
export const HANDLERS = {
  response: (shape: Shape): Handle => {
    const result = resultFor(shape);
    const whole = cachedResponse<AnyHandler>(async () => {
      originCalls++;
      return result(BODY);
    });
    return (event) => whole(event, {});
  },

  value: (shape: Shape): Handle => {
    const result = resultFor(shape);
    const item = cached('item', async (id: string) => {
      originCalls++;
      return { id, body: BODY };
    });
    return async () => result((await item('7')).body);
  },

  // A request of the client's fields, and the response's.
  undici: async (): Promise<Handle> => {
    const origin = createServer((_, response) => {
      originCalls++;
      response.writeHead(200, RESPONSE_HEADERS).end(BODY);
    }).listen(0, '127.0.0.1').unref();
    await once(origin, 'listening');
    const dispatcher = new Agent().compose(interceptors.cache({ type: 'shared' }));
    const url = `http://127.0.0.1:${(origin.address() as AddressInfo).port}/items/7?a=1&b=2`;
    return async (event) => {
      const { host: _, ...fields } = (event as { headers: Record<string, string> }).headers;
      const { statusCode, headers, body } = await request(url, { dispatcher, headers: fields });
      return { statusCode, headers: { ...headers }, body: await body.text() };
    };
  },
};

export type Contender = keyof typeof HANDLERS;
export type Shape = keyof typeof EVENTS;

async function main([contender, shape]: readonly string[]): Promise<void> {
  const handle = await HANDLERS[contender as Contender](shape as Shape);
  const text = JSON.stringify(EVENTS[shape as Shape]);
  await answerTurns(() => async () => {
    for (let call = 0; call < CALLS; call++) {
      // As the runtime client does for each.
      await handle(JSON.parse(text));
    }
  }, CALLS);
  if (originCalls !== 1) {
    throw new Error(`Not all calls of ${contender} were hits: the origin of ${shape} was called ${originCalls} times.`);
  }
  process.exit();
}

void main(process.argv.slice(2));
