/** Origins that fail while something is stored. */
import { eventOf } from './gateway-events';
import { cachedResponse, reset } from './public-api';

interface Result { readonly statusCode: number; readonly headers: Readonly<Record<string, string>>; readonly body: string }

const FAILURE: Result = { statusCode: 500, headers: {}, body: 'failed' };

let caches = 0;

beforeEach(() => reset());

/** What a second request gets, when the handler answers the first one with this and fails then. */
async function afterFailure(cacheControl: string, headers: readonly (readonly [string, string])[] = []): Promise<string> {
  let calls = 0;
  const handler = cachedResponse(async (_: object, __: object): Promise<Result> => ++calls > 1 ? FAILURE
    : { statusCode: 200, headers: { 'cache-control': cacheControl, 'etag': '"1"' }, body: 'stored' }, { name: `failing-${++caches}` });
  await handler(eventOf('http', {}), {});
  return (await handler(eventOf('http', { headers }), {})).body;
}

test.each([
  ['what must be validated before each use', 'no-cache, max-age=60', []],
  ['what a client wants to be validated, and states nothing about errors', 'max-age=60', [['Cache-Control', 'no-cache']]],
  ['what only a matching request may get, the origin to decide', 'max-age=60, stale-if-error=60', [['If-Match', '"2"']]],
  ['the same by date', 'max-age=60, stale-if-error=60', [['If-Unmodified-Since', 'Sun, 06 Nov 1994 08:49:37 GMT']]],
] as const)('a 500 is not hidden by %s', async (_, cacheControl, headers) => {
  expect(await afterFailure(cacheControl, headers)).toBe('failed');
});

test('stale-if-error hides a 500, even if the client wanted validation', async () => {
  expect(await afterFailure('max-age=60, stale-if-error=60', [['Cache-Control', 'no-cache']])).toBe('stored');
});
