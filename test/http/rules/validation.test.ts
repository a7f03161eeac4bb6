import { type Lines, line, OneKey, request, response } from './exchanges.js';

const ETAG = '"v1"';
const MODIFIED = 'Sun, 01 Nov 2026 11:00:00 GMT';

function stale(lines: Lines, seconds = 61) {
  const key = new OneKey();
  key.get(request(), response({ 'cache-control': 'max-age=60', ...lines }));
  return key.pass(seconds);
}

describe('validation of a stored response by the origin', () => {
  test.each<[string, Lines, string, Lines]>([
    ['by both validators', { 'etag': ETAG, 'last-modified': MODIFIED }, 'revalidate', { 'if-none-match': ETAG, 'if-modified-since': MODIFIED }],
    ['by the tag only', { etag: `W/${ETAG}` }, 'revalidate', { 'if-none-match': `W/${ETAG}` }],
    ['by the date only', { 'last-modified': MODIFIED }, 'revalidate', { 'if-modified-since': MODIFIED }],
    ['without any, by asking for all', {}, 'origin', {}],
  ])('%s', (_name, lines, action, sent) => {
    const decision = stale(lines).decide(request({ accept: 'text/plain', authorization: 'x' }));

    expect(decision).toMatchObject({ action, reason: 'stale' });
    expect('request' in decision && Object.fromEntries(decision.request.fields)).toEqual(
      Object.fromEntries(request({ accept: 'text/plain', authorization: 'x', ...sent }).fields));
  });

  test('uses the response\'s validators, not the client\'s', () => {
    const key = stale({ etag: ETAG });
    key.get(request({ 'if-none-match': '"v0"', 'if-modified-since': MODIFIED }), response({}, { status: 304 }));

    expect(line(key.sent[1], 'if-none-match')).toBe(ETAG);
    expect(line(key.sent[1], 'if-modified-since')).toBeUndefined();
  });

  test('happens always for no-cache', () => {
    expect(stale({ 'cache-control': 'no-cache, max-age=60', 'etag': ETAG }, 0).decide()).toMatchObject({ action: 'revalidate', reason: 'stale' });
  });

  test('happens for a fresh response if the client requests it', () => {
    expect(stale({ etag: ETAG }, 1).decide(request({ 'cache-control': 'no-cache' }))).toMatchObject({ action: 'revalidate', reason: 'request' });
  });
});

describe('304', () => {
  const validated = (lines: Lines, newer: Lines, asked: Lines = {}) => {
    const key = stale(lines);
    const answer = key.get(request(asked), response(newer, { status: 304, body: '' }))!;
    return { key, answer };
  };

  test('that confirms it returns the stored response, and makes it fresh', () => {
    const { key, answer } = validated({ etag: ETAG, a: '1' }, { etag: ETAG });

    expect(answer).toMatchObject({ status: 200, body: 'Moby Dick' });
    expect(line(answer, 'a')).toBe('1');
    expect(line(answer, 'age')).toBe('0');
    expect(line(answer, 'cache-status')).toBe('cdk-cached-function; fwd=stale; fwd-status=304; ttl=60; stored');
    expect(key.pass(59).decide().action).toBe('serve');
  });

  test('brings newer fields, except Content-Length and those of the connection', () => {
    const newer = { 'a': ['2', '3'], 'content-length': '0', 'connection': 'b', 'b': '2', 'content-type': 'text/html', 'cache-control': 'max-age=600' };
    const { key, answer } = validated({ 'etag': ETAG, 'a': '1', 'b': '1', 'content-length': '9' }, newer);

    for (const got of [answer, key.pass(599).get(request())!]) {
      expect([line(got, 'a'), line(got, 'b'), line(got, 'content-length'), line(got, 'content-type')]).toEqual(['2 | 3', '1', '9', 'text/html']);
    }
  });

  test('answers the client with 304 if the client has the same response', () => {
    const { answer } = validated({ 'last-modified': MODIFIED }, { 'last-modified': MODIFIED }, { 'if-modified-since': MODIFIED });

    expect(answer).toMatchObject({ status: 304, body: '' });
  });

  test('can be answered with a range', () => {
    expect(validated({ etag: ETAG }, {}, { range: 'bytes=0-3' }).answer).toMatchObject({ status: 206, body: 'Moby' });
  });

  test.each([
    [ETAG, '"v2"', '1'], [ETAG, 'W/"v2"', '1'], [`W/${ETAG}`, ETAG, '1'],
    [ETAG, ETAG, '2'], [ETAG, `W/${ETAG}`, '2'], [`W/${ETAG}`, `W/${ETAG}`, '2'],
  ])('of %s that names %s: field %s', (stored, named, a) => {
    const { key, answer } = validated({ etag: stored, a: '1' }, { etag: named, a: '2' });

    expect(answer).toMatchObject({ status: 200, body: 'Moby Dick' });
    expect(line(answer, 'a')).toBe(a);
    expect(key.decide().action).toBe(a === '1' ? 'revalidate' : 'serve');
  });

  test('whose 304 sets a cookie passes it to this client only, and makes nothing fresh', () => {
    const { key, answer } = validated({ etag: ETAG }, { 'etag': ETAG, 'set-cookie': 'session=1' });

    expect(line(answer, 'set-cookie')).toBe('session=1');
    expect(key.decide().action).toBe('revalidate');
    expect(new Map(key.variants[0].fields).has('set-cookie')).toBe(false);
  });

  test.each(['no-store', 'private'])('with %s removes the stored response', (directive) => {
    const { key, answer } = validated({ etag: ETAG }, { 'etag': ETAG, 'cache-control': directive });

    expect(answer).toMatchObject({ status: 200, body: 'Moby Dick' });
    expect(key.variants).toEqual([]);
  });

  test('for a client with no-store changes nothing', () => {
    const { key } = validated({ etag: ETAG }, { etag: ETAG }, { 'cache-control': 'no-store' });

    expect(key.variants).toHaveLength(1);
    expect(key.decide().action).toBe('revalidate');
  });
});

describe('another response', () => {
  test('replaces the stored one', () => {
    const key = stale({ etag: ETAG });
    key.get(request(), response({ 'cache-control': 'max-age=60', 'etag': '"v2"' }, { body: 'Omoo' }));

    expect(key.get(request())).toMatchObject({ body: 'Omoo' });
    expect(key.variants).toHaveLength(1);
  });

  test.each<[string, Lines, number, number]>([
    ['that must not be stored', { 'cache-control': 'no-store' }, 200, 0],
    ['that is for one user', { 'cache-control': 'private' }, 200, 0],
    ['with a cookie', { 'cache-control': 'max-age=60', 'set-cookie': 'a=b' }, 200, 0],
    ['that there is nothing any more', {}, 404, 0],
    ['that is an error of the origin', {}, 500, 1],
    ['that is an error of this request', {}, 403, 1],
  ])('%s', (_name, lines, status, left) => {
    const key = stale({ etag: ETAG });
    key.get(request(), response(lines, { status }));

    expect(key.variants).toHaveLength(left);
  });

  test('for a request with credentials does not replace what others get', () => {
    const key = stale({ 'cache-control': 'public, max-age=60', 'etag': ETAG });
    key.get(request(), response({ 'cache-control': 'max-age=60' }), { authorization: true, cookies: false });

    expect(key.variants).toHaveLength(1);
  });
});

describe('stale', () => {
  test.each<[string, number, string]>([
    ['max-age=60, stale-while-revalidate=30', 89, 'serveStaleAndRefresh'],
    ['max-age=60, stale-while-revalidate=30', 90, 'origin'],
    ['s-maxage=60, stale-while-revalidate=30', 89, 'serveStaleAndRefresh'],
    ['max-age=60, stale-while-revalidate=30, must-revalidate', 61, 'origin'],
    ['max-age=60, stale-while-revalidate=30, proxy-revalidate', 61, 'origin'],
    ['max-age=60, stale-while-revalidate=30, no-cache', 61, 'origin'],
    ['max-age=60, stale-while-revalidate=x', 61, 'origin'],
  ])('%s after %s seconds: %s', (directives, seconds, action) => {
    expect(stale({ 'cache-control': directives, 'x': 'y' }, seconds).decide().action).toBe(action);
  });

  test('while it is refreshed: by a GET for the whole, with the stored validators', () => {
    const decision = stale({ 'cache-control': 'max-age=60, stale-while-revalidate=30', 'etag': ETAG })
      .decide(request({ 'range': 'bytes=0-3', 'if-range': ETAG, 'if-modified-since': MODIFIED, 'accept': '*/*' }));

    expect(decision).toMatchObject({ action: 'serveStaleAndRefresh', response: { status: 206 }, refresh: { action: 'revalidate', request: { method: 'GET' } } });
    expect('refresh' in decision && [...new Map(decision.refresh.request.fields).keys()]).toEqual(['accept', 'if-none-match']);
    expect(line('response' in decision ? decision.response : undefined, 'cache-status')).toBe('cdk-cached-function; hit; ttl=-1');
  });

  test('is what HEAD gets, and refreshed by the next GET', () => {
    expect(stale({ 'cache-control': 'max-age=60, stale-while-revalidate=30' }).decide(request({}, { method: 'HEAD' }))).toMatchObject({
      action: 'serve', response: { status: 200, body: '' },
    });
  });

  // 60 seconds are the policy's own, for an unreachable origin, which has sent no error response.
  test.each<[string, number, number | undefined, boolean]>([
    ['max-age=60, stale-if-error=90', 149, 500, true],
    ['max-age=60, stale-if-error=90', 149, undefined, true],
    ['max-age=60, stale-if-error=90', 150, 500, false],
    ['max-age=60, stale-if-error=90', 150, undefined, false],
    ['max-age=60, stale-if-error=90', 100, 404, false],
    ['max-age=60', 119, undefined, true],
    ['max-age=60', 120, undefined, false],
    ['max-age=60', 61, 503, false],
    ['max-age=60, must-revalidate, stale-if-error=90', 61, undefined, false],
    ['max-age=60, proxy-revalidate', 61, undefined, false],
    ['max-age=60, no-cache', 61, undefined, false],
    ['s-maxage=60', 61, undefined, false],
    ['s-maxage=60, stale-if-error=90', 149, 500, true],
  ])('%s after %s seconds, if the origin answers %s: %s', (directives, seconds, status, isServed) => {
    const key = stale({ 'cache-control': directives, 'etag': ETAG }, seconds);
    const answer = key.get(request(), status === undefined ? undefined : response({}, { status, body: 'error' }));

    expect(answer?.body).toBe(isServed ? 'Moby Dick' : status === undefined ? undefined : 'error');
    expect(line(answer, 'cache-status')?.includes('stale-if-error') ?? false).toBe(isServed);
  });
});
