/** Listeners whose response breaks off. */
import { once } from 'node:events';
import { createServer, request as send, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pipeline, Readable } from 'node:stream';
import { cachedListener, reset } from './public-api';
import { runModule } from '../equipment/node-process';

type Get = () => Promise<string>;

let caches = 0;

beforeEach(() => reset());

/** Of each request what its client has: the content, or why there is none. */
async function serving(listener: RequestListener, body: (get: Get) => Promise<void>): Promise<void> {
  const server = createServer(cachedListener(listener, { name: `broken-${++caches}` })).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  try {
    await body(() => new Promise((resolve) => {
      const failed = ({ code }: NodeJS.ErrnoException) => resolve(code ?? 'broken');
      send({ port, host: '127.0.0.1', agent: false }, (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (chunk) => text += chunk).on('end', () => resolve(text)).on('error', failed);
      }).on('error', failed).end();
    }));
  } finally {
    server.close().closeAllConnections();
  }
}

function failingStream(): Readable {
  return Readable.from((function* () {
    yield 'part';
    throw new Error('The origin broke off.');
  })());
}

const FRESH = { 'Cache-Control': 'max-age=60' };

test.each<[string, RequestListener]>([
  ['at once', (_, response) => void response.destroy()],
  ['after its head', (_, response) => void response.writeHead(200, FRESH).destroy(new Error('no more'))],
  ['by a pipeline whose source fails', (_, response) => pipeline(failingStream(), response.writeHead(200, FRESH), () => {})],
])('a response that is destroyed %s ends the connection of every client that waits for it', async (_, listener) => {
  await serving(listener, async (get) => {
    expect(await Promise.all([get(), get()])).toEqual(['ECONNRESET', 'ECONNRESET']);
  });
});

test('a response that is destroyed while it streams past the cache is aborted', async () => {
  const listener = (_: IncomingMessage, response: ServerResponse) => pipeline(failingStream(), response.writeHead(200, { 'Cache-Control': 'no-store' }), () => {});
  await serving(listener, async (get) => {
    expect(await get()).toBe('ECONNRESET');
  });
});

test('a stale response replaces one that is destroyed', async () => {
  let calls = 0;
  const listener = (_: IncomingMessage, response: ServerResponse) => {
    if (++calls === 1) {
      response.writeHead(200, { 'Cache-Control': 'max-age=1, stale-if-error=60', 'Age': '1' }).end('stored');
    } else {
      response.destroy(new Error('broken'));
    }
  };
  await serving(listener, async (get) => {
    expect([await get(), await get()]).toEqual(['stored', 'stored']);
    expect(calls).toBe(2);
  });
});

test('content that is shorter than its Content-Length is not reused', async () => {
  let calls = 0;
  const listener = (_: IncomingMessage, response: ServerResponse) =>
    void response.writeHead(200, { ...FRESH, 'Content-Length': '5' }).end(++calls === 1 ? 'cut' : 'whole');
  await serving(listener, async (get) => {
    expect([await get(), await get(), await get()]).toEqual(['ECONNRESET', 'whole', 'whole']);
    expect(calls).toBe(2);
  });
});

test('an error after the response is as visible as without the cache', () => {
  // In a process of its own: jest takes unhandled rejections for its own.
  expect(runModule(`
    import { createServer } from 'node:http';
    import { cachedListener } from './assets/runtime/http.mjs';
    process.once('unhandledRejection', ({ message }) => (console.log(JSON.stringify(message)), process.exit()));
    const server = createServer(cachedListener(async (_, response) => {
      response.writeHead(200, { 'Cache-Control': 'max-age=60' }).end('whole');
      throw new Error('after the response');
    })).listen(0, () => fetch('http://127.0.0.1:' + server.address().port));
  `)).toBe('after the response');
});
