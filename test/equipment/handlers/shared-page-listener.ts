import { once } from 'node:events';
import { createServer, type IncomingMessage, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { cachedListener } from 'cdk-cached-function/http';

/** The page of shared-page.ts from a server that receives events, like web frameworks' adapters: with the client's Host. */
const server = createServer(cachedListener((incoming, response) => {
  if (incoming.method === 'GET') {
    response.setHeader('Cache-Control', 'max-age=60').end(incoming.headers['x-version']);
  } else {
    response.writeHead(204).end();
  }
})).listen(0, '127.0.0.1').unref();
const listening = once(server, 'listening');

interface Event {
  readonly rawPath: string;
  readonly headers: Record<string, string>;
  readonly requestContext: { readonly http: { readonly method: string } };
}

export const handler = async ({ rawPath, headers, requestContext }: Event) => {
  await listening;
  const { port } = server.address() as AddressInfo;
  const sent = request({ port, path: rawPath, method: requestContext.http.method, headers, agent: false }).end();
  const [response] = await once(sent, 'response') as [IncomingMessage];
  return { statusCode: response.statusCode, headers: response.headers, body: await text(response) };
};
