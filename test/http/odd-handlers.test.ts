/** Handlers that change their event, or return what only their gateway understands. */
import { clientResponse, eventOf, type Format } from './gateway-events';
import { cachedResponse, fakeClock, reset } from './public-api';

// eslint-disable-next-line @typescript-eslint/no-explicit-any
type Event = any;

const FORMATS: readonly Format[] = ['rest', 'http', 'functionUrl', 'alb', 'albMultiValue'];

let caches = 0;

beforeEach(() => reset());

function pages(handler: (event: Event) => unknown): (event: object) => Promise<Event> {
  return cachedResponse(async (event: Event) => handler(event), { name: `odd-${++caches}` }) as (event: object) => Promise<Event>;
}

const methodOf = (event: Event) => (event.httpMethod ?? event.requestContext.http.method) as string;

const page = (format: Format, body: string, headers: Readonly<Record<string, string>> = {}) => {
  const all = { 'cache-control': 'max-age=60', ...headers };
  return format === 'albMultiValue' ? { statusCode: 200, multiValueHeaders: Object.fromEntries(Object.entries(all).map(([name, value]) => [name, [value]])), body }
    : { statusCode: 200, headers: all, body };
};

describe.each(FORMATS)('%s', (format) => {
  test.each([
    ['no status, which format 2.0 takes for 200', { id: 1 }],
    ['nothing', undefined],
    ['text', 'created'],
    ['a field without a value', { statusCode: 201, headers: { 'location': undefined, 'x-id': null }, body: '' }],
  ])('a change whose handler returns %s invalidates the stored response', async (_, returned) => {
    let version = 1;
    const handler = pages((event) => methodOf(event) === 'GET' ? page(format, `version ${version}`) : (version++, returned));
    await handler(eventOf(format, { path: '/a' }));
    expect(JSON.stringify(await handler(eventOf(format, { path: '/a', method: 'POST' })) ?? null)).toContain(JSON.stringify(returned ?? null).slice(0, -1));
    expect((await handler(eventOf(format, { path: '/a' }))).body).toBe('version 2');
  });

  test('a handler that removes a field from its event does not merge two variants', async () => {
    const handler = pages((event) => {
      const language = event.headers?.['accept-language'] ?? event.multiValueHeaders?.['accept-language']?.[0] ?? 'en';
      for (const map of [event.headers, event.multiValueHeaders]) {
        delete map?.['accept-language'];
      }
      event.multiValueHeaders?.accept?.splice(0);
      return page(format, language, { vary: 'Accept-Language, Accept' });
    });
    const headers = [['accept', 'text/html'], ['accept-language', 'de']] as const;
    expect((await handler(eventOf(format, { headers }))).body).toBe('de');
    expect((await handler(eventOf(format, { headers: headers.slice(0, 1) }))).body).toBe('en');
    expect(clientResponse(format, await handler(eventOf(format, { headers }))).headers['cache-status'][0]).toContain('; hit');
  });

  test('a handler that changes its event\'s context is invalidated by the same URL', async () => {
    let version = 1;
    const handler = pages((event) => {
      event.requestContext.stage = event.requestContext.path = `${methodOf(event)} ${version}`;
      return page(format, `version ${methodOf(event) === 'GET' ? version : version++}`);
    });
    await handler(eventOf(format, { path: '/a' }));
    await handler(eventOf(format, { path: '/a', method: 'PUT' }));
    expect((await handler(eventOf(format, { path: '/a' }))).body).toBe('version 2');
  });
});

test('content is not stored as text if isBase64Encoded is no boolean', async () => {
  const returned = { statusCode: 200, headers: { 'cache-control': 'max-age=60' }, body: 'aGVsbG8=', isBase64Encoded: 'true' };
  const handler = pages(() => returned);
  expect([await handler(eventOf('http', {})), await handler(eventOf('http', {}))]).toEqual([returned, returned]);
});

test('an undefined field is absent, as in the JSON that the gateway gets', async () => {
  let calls = 0;
  const handler = pages(() => ({ ...page('http', `call ${++calls}`), headers: { 'cache-control': 'max-age=60', 'x-id': undefined } }));
  await handler(eventOf('http', {}));
  expect((await handler(eventOf('http', {}))).body).toBe('call 1');
});

test.each(FORMATS)('%s: HEAD is answered from a stale response, and does not replace it by one without content', async (format) => {
  const clock = fakeClock();
  try {
    let calls = 0;
    const handler = pages((event) => page(format, methodOf(event) === 'HEAD' ? '' : `call ${++calls}`, { 'cache-control': 'max-age=1, stale-while-revalidate=60' }));
    const get = async (method: string) => clientResponse(format, await handler(eventOf(format, { method })));
    await get('GET');
    clock.advance({ seconds: 2 });
    expect((await get('HEAD')).headers['cache-status'][0]).toBe('cdk-cached-function; hit; ttl=-1');
    await new Promise(setImmediate);
    expect((await get('GET')).body).toBe('call 1');
    await new Promise(setImmediate);
    expect((await get('GET')).body).toBe('call 2');
  } finally {
    clock.restore();
  }
});
