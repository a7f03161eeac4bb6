import { once } from 'node:events';
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import { type AddressInfo, Socket } from 'node:net';
import { cachedListener, fakeClock, Identity, reset, type ResponseOptions } from './public-api';
import { LocalRuntime } from '../../lambda-runtime/api/local-runtime.js';
import { listenerOf } from '../../lambda-runtime/api/response-listener.js';

let caches = 0;

beforeEach(() => reset());

type Answer = { status: number; headers: Headers; body: string };

type Get = (path: string, init?: RequestInit) => Promise<Answer>;

async function serving<T>(listener: RequestListener, body: (get: Get) => Promise<T>, options: ResponseOptions = {}): Promise<T> {
  const server = createServer(cachedListener(listener, { ...options, name: `listener-${++caches}` })).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  try {
    return await body(async (path, init) => {
      const response = await fetch(`http://127.0.0.1:${port}${path}`, init);
      return { status: response.status, headers: response.headers, body: await response.text() };
    });
  } finally {
    server.close().closeAllConnections();
  }
}

test('a response is reused, as text and as bytes', async () => {
  let calls = 0;
  const listener = (request: IncomingMessage, response: ServerResponse) => {
    calls++;
    response.setHeader('Cache-Control', 'max-age=60');
    response.writeHead(200, { 'Content-Type': 'application/octet-stream', 'X-Path': request.url! });
    response.write(Buffer.from([0xff, 0x00]));
    response.end(`${calls}`);
  };
  await serving(listener, async (get) => {
    const [first, second] = [await get('/a?b=c'), await get('/a?b=c')];
    expect(second.body).toBe(first.body);
    expect(second.headers.get('x-path')).toBe('/a?b=c');
    expect(second.headers.get('cache-status')).toMatch(/; hit/);
    expect((await get('/a?b=d')).body).not.toBe(first.body);
    expect((await get('/a?b=c', { method: 'HEAD' })).headers.get('x-path')).toBe('/a?b=c');
    expect(calls).toBe(2);
  });
});

test('a response that may not be stored streams as it arrives', async () => {
  let finish = () => {};
  const listener = (_: IncomingMessage, response: ServerResponse) => {
    response.setHeader('Cache-Control', 'no-store');
    response.write('first ');
    finish = () => response.end('last');
  };
  const server = createServer(cachedListener(listener, { name: `listener-${++caches}` })).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const response = await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
  expect(response.headers.get('cache-status')).toBe('cdk-cached-function; fwd=uri-miss; fwd-status=200; detail=no-store');
  const reader = response.body!.getReader();
  expect(Buffer.from((await reader.read()).value!).toString()).toBe('first ');
  finish();
  expect(Buffer.from((await reader.read()).value!).toString()).toBe('last');
  server.close().closeAllConnections();
});

test('a stale response with a validator is confirmed by the listener', async () => {
  const seen: (string | undefined)[] = [];
  const listener = (request: IncomingMessage, response: ServerResponse) => {
    seen.push(request.headers['if-none-match']);
    response.setHeader('ETag', '"1"').setHeader('Cache-Control', 'max-age=0');
    response.statusCode = request.headers['if-none-match'] === '"1"' ? 304 : 200;
    response.end(response.statusCode === 200 ? 'content' : undefined);
  };
  await serving(listener, async (get) => {
    expect([(await get('/')).body, (await get('/')).body]).toEqual(['content', 'content']);
    expect(seen).toEqual([undefined, '"1"']);
  });
});

test('users are identified as in events', async () => {
  let calls = 0;
  const listener = (request: IncomingMessage, response: ServerResponse) => {
    calls++;
    response.setHeader('Cache-Control', 'max-age=60').end(`${request.headers.authorization} ${request.headers.cookie}`);
  };
  await serving(listener, async (get) => {
    for (const user of ['alice', 'bob', 'alice']) {
      expect((await get('/', { headers: { authorization: user } })).body).toBe(`${user} undefined`);
    }
    expect((await get('/', { headers: { authorization: 'alice', cookie: 'a=b' } })).body).toBe('alice a=b');
    expect(calls).toBe(3);
  }, { varyBy: [Identity.header('Authorization')] });
});

test('a request that changes something invalidates the stored responses for its URI', async () => {
  let value = 1;
  const listener = (request: IncomingMessage, response: ServerResponse) => {
    value += request.method === 'POST' ? 1 : 0;
    response.setHeader('Cache-Control', 'max-age=60').end(`${value}`);
  };
  await serving(listener, async (get) => {
    expect([(await get('/')).body, (await get('/')).body]).toEqual(['1', '1']);
    await get('/', { method: 'POST', body: 'x' });
    expect((await get('/')).body).toBe('2');
  });
});

test('a request that changes something, and has no response, invalidates what is stored for its URI', async () => {
  let value = 1;
  const listener = (request: IncomingMessage, response: ServerResponse) => {
    if (request.method === 'POST') {
      value++;
      response.destroy();
    } else {
      response.setHeader('Cache-Control', 'max-age=60').end(`${value}`);
    }
  };
  await serving(listener, async (get) => {
    expect([(await get('/')).body, (await get('/')).body]).toEqual(['1', '1']);
    await expect(get('/', { method: 'POST', body: 'x' })).rejects.toThrow('fetch failed');
    expect((await get('/')).body).toBe('2');
  });
});

test('a response to a request that changes something waits until its invalidations are done and known everywhere', async () => {
  const gate = Promise.withResolvers<void>();
  const invalidated: string[][] = [];
  const runtime = new LocalRuntime();
  const cache = runtime.manualCache(`listener-${++caches}`, reset);
  const listener = listenerOf((_: IncomingMessage, response: ServerResponse) => {
    response.writeHead(201, 'Made', { Location: '/made' });
    response.write('content');
    response.end(' and more');
  }, {}, cache, {
    invalidateTags: async (...tags) => {
      invalidated.push(tags.flat() as string[]);
      await gate.promise;
      return { scope: 'fleet' };
    },
  });
  const server = createServer((request, response) => void listener(request, response)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  let isAnswered = false;
  const answer = fetch(`${origin}/things`, { method: 'POST', body: 'x' }).then((response) => {
    isAnswered = true;
    return response;
  });
  await once(server, 'request');
  // A later request is answered.
  await (await fetch(`${origin}/other`)).text();
  expect(invalidated).toEqual([[expect.stringMatching(/\/things\?$/), expect.stringMatching(/\/made\?$/)]]);
  expect(isAnswered).toBe(false);
  gate.resolve();
  expect(await (await answer).text()).toBe('content and more');
  server.close().closeAllConnections();
});

test('middleware that calls next is called again', async () => {
  const listener = cachedListener((_: IncomingMessage, __: ServerResponse, next: () => void) => next(), { name: `listener-${++caches}` });
  let calls = 0;
  const app = (request: IncomingMessage, response: ServerResponse) => listener(request, response, () => response.setHeader('Cache-Control', 'max-age=60').end(`${++calls}`));
  const server = createServer((request, response) => void app(request, response)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const get = async () => (await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`)).text();
  expect([await get(), await get()]).toEqual(['1', '2']);
  server.close().closeAllConnections();
});

test('a listener can use the socket of its request and of its response, which is not the client\'s', async () => {
  const closed: string[] = [];
  const listener = (request: IncomingMessage, response: ServerResponse) => {
    const socket = response.socket!;
    socket.setNoDelay(true).setKeepAlive(true);
    socket.once('close', () => closed.push(request.url!));
    response.cork();
    response.setHeader('Cache-Control', 'max-age=60').write(JSON.stringify([socket === request.socket, socket instanceof Socket, socket.remoteAddress, socket.writable]));
    response.end();
  };
  await serving(listener, async (get) => {
    const [first, second] = [await get('/'), await get('/')];
    expect(first.body).toBe('[true,true,"127.0.0.1",true]');
    expect(second.headers.get('cache-status')).toMatch(/; hit/);
    expect(closed).toEqual(['/']);
  });
});

/** A busy machine must not let it pass between two writes. */
const SILENCE_MS = 250;

test.each<[string, (request: IncomingMessage, response: ServerResponse, then: () => void) => unknown]>([
  ['response.setTimeout()', (_, response, then) => response.setTimeout(SILENCE_MS, then)],
  ['response.socket.setTimeout()', (_, response, then) => response.on('timeout', then).socket!.setTimeout(SILENCE_MS)],
  ['request.setTimeout()', (request, response, then) => {
    response.on('timeout', then);
    request.setTimeout(SILENCE_MS);
  }],
])('%s calls back when a listener is silent, and not as long as it writes', async (_, setTimer) => {
  await serving(async (request: IncomingMessage, response: ServerResponse) => {
    let isOver = false;
    setTimer(request, response, () => {
      isOver = true;
      response.writeHead(503).end('too slow');
    });
    response.setHeader('Cache-Control', 'max-age=60');
    if (request.url === '/silent') {
      return;
    }
    for (const begun = Date.now(); Date.now() - begun < 2 * SILENCE_MS && !isOver;) {
      await new Promise(setImmediate);
      response.write('.');
    }
    response.end();
  }, async (get) => {
    expect(await get('/silent')).toMatchObject({ status: 503, body: 'too slow' });
    expect(await get('/writing')).toMatchObject({ status: 200, body: expect.stringMatching(/^[.]+$/) });
  });
});

test('a time-out that no one handles ends the connection, as without the cache', async () => {
  await serving((_, response) => void response.setTimeout(20), async (get) => {
    await expect(get('/')).rejects.toThrow('fetch failed');
  });
});

test('a refresh cannot end the connection of the client that caused it, which has its response', async () => {
  const clock = fakeClock();
  const warned = jest.spyOn(console, 'warn').mockImplementation(() => {});
  let calls = 0;
  const done = Promise.withResolvers<void>();
  await serving((request, response) => {
    if (++calls === 1) {
      response.setHeader('Cache-Control', 'max-age=1, stale-while-revalidate=60').end('stored');
      return;
    }
    request.socket.destroy();
    done.resolve();
  }, async (get) => {
    await get('/');
    clock.advance({ seconds: 2 });
    const [first] = await Promise.all([get('/'), done.promise]);
    expect([first.body, (await get('/')).body]).toEqual(['stored', 'stored']);
  });
  warned.mockRestore();
  clock.restore();
});
