import { type Lines, line, OneKey, request, response, START } from './exchanges.js';

const ETAG = '"v1"';
const MODIFIED = 'Sun, 01 Nov 2026 11:00:00 GMT';

function holding(lines: Lines, seconds = 0, other?: Partial<ReturnType<typeof response>>) {
  const key = new OneKey();
  key.get(request(), response(lines, other));
  return key.pass(seconds);
}

describe('a client\'s directives', () => {
  test.each<[string, Lines, string, number, string]>([
    ['max-age, younger', { 'cache-control': 'max-age=10' }, 'max-age=60', 10, 'serve'],
    ['max-age, older', { 'cache-control': 'max-age=10' }, 'max-age=60', 11, 'origin'],
    ['max-age that is not a number', { 'cache-control': 'max-age=x' }, 'max-age=60', 1, 'origin'],
    ['max-age, where stale would do for others', { 'cache-control': 'max-age=100' }, 'max-age=60, stale-while-revalidate=60', 61, 'origin'],
    ['min-fresh, long enough', { 'cache-control': 'min-fresh=10' }, 'max-age=60', 49, 'serve'],
    ['min-fresh, not long enough', { 'cache-control': 'min-fresh=10' }, 'max-age=60', 50, 'origin'],
    ['max-stale, within', { 'cache-control': 'max-stale=10' }, 'max-age=60', 70, 'serve'],
    ['max-stale, beyond', { 'cache-control': 'max-stale=10' }, 'max-age=60', 71, 'origin'],
    ['max-stale, however stale', { 'cache-control': 'max-stale' }, 'max-age=60', 7_000, 'serve'],
    ['max-stale that is not a number', { 'cache-control': 'max-stale=x' }, 'max-age=60', 61, 'origin'],
    ['max-stale beside max-age', { 'cache-control': 'max-age=100, max-stale=1000' }, 'max-age=60', 101, 'origin'],
    ['max-stale and must-revalidate', { 'cache-control': 'max-stale' }, 'max-age=60, must-revalidate', 60, 'origin'],
    ['max-stale and proxy-revalidate', { 'cache-control': 'max-stale' }, 'max-age=60, proxy-revalidate', 60, 'origin'],
    ['max-stale and s-maxage', { 'cache-control': 'max-stale' }, 's-maxage=60', 60, 'origin'],
    ['something else, at the very end of freshness', { 'cache-control': 'foo' }, 'max-age=60', 60, 'origin'],
    ['no-cache', { 'cache-control': 'no-cache' }, 'max-age=60', 1, 'origin'],
    ['no-store', { 'cache-control': 'no-store' }, 'max-age=60', 1, 'origin'],
    ['Pragma', { pragma: 'no-cache' }, 'max-age=60', 1, 'origin'],
    ['Pragma beside Cache-Control', { 'pragma': 'no-cache', 'cache-control': 'foo' }, 'max-age=60', 1, 'serve'],
    ['If-Match, which is the origin\'s', { 'if-match': ETAG }, 'max-age=60', 1, 'origin'],
    ['If-Unmodified-Since, too', { 'if-unmodified-since': MODIFIED }, 'max-age=60', 1, 'origin'],
    ['only-if-cached, fresh', { 'cache-control': 'only-if-cached' }, 'max-age=60', 1, 'serve'],
    ['only-if-cached, stale', { 'cache-control': 'only-if-cached' }, 'max-age=60', 60, 'gatewayTimeout'],
    ['only-if-cached, nothing there', { 'cache-control': 'only-if-cached' }, 'no-store', 0, 'gatewayTimeout'],
  ])('%s', (_name, asked, directives, seconds, action) => {
    expect(holding({ 'cache-control': directives }, seconds).decide(request(asked)).action).toBe(action);
  });

  test('504 for only-if-cached without a stored response', () => {
    expect(holding({}).get(request({ 'cache-control': 'only-if-cached' }))).toMatchObject({ status: 504, body: '' });
  });

  test('methods that are not cached reach the origin', () => {
    const key = holding({ 'cache-control': 'max-age=60' });

    expect(key.decide(request({}, { method: 'POST' }))).toMatchObject({ action: 'origin', reason: 'method' });
    expect(key.decide(request({}, { method: 'QUERY' }))).toMatchObject({ action: 'origin', reason: 'method' });
  });
});

describe('a client that may have the content already', () => {
  const FRESH = { 'cache-control': 'max-age=60', 'content-type': 'text/plain', 'content-length': '9', 'x-other': '1' };

  test.each<[string, Lines, Lines, number]>([
    ['the same entity tag', { etag: ETAG }, { 'if-none-match': ETAG }, 304],
    ['one of several', { etag: ETAG }, { 'if-none-match': `"v0", ${ETAG}, "v2"` }, 304],
    ['on several lines', { etag: ETAG }, { 'if-none-match': ['"v0"', ETAG] }, 304],
    ['a weak one of it', { etag: ETAG }, { 'if-none-match': `W/${ETAG}` }, 304],
    ['it of a weak one', { etag: `W/${ETAG}` }, { 'if-none-match': ETAG }, 304],
    ['any', { etag: ETAG }, { 'if-none-match': '*' }, 304],
    ['any, of what has none', {}, { 'if-none-match': '*' }, 304],
    ['another', { etag: ETAG }, { 'if-none-match': '"v0"' }, 200],
    ['one with a comma', { etag: '"v0,v1"' }, { 'if-none-match': '"v0,v1"' }, 304],
    ['half of one with a comma', { etag: '"v0,v1"' }, { 'if-none-match': '"v0' }, 200],
    ['one, of what has none', { 'last-modified': MODIFIED }, { 'if-none-match': ETAG, 'if-modified-since': MODIFIED }, 200],
    ['the tag before the date', { 'etag': ETAG, 'last-modified': MODIFIED }, { 'if-none-match': '"v0"', 'if-modified-since': MODIFIED }, 200],
    ['the same date', { 'last-modified': MODIFIED }, { 'if-modified-since': MODIFIED }, 304],
    ['the same date in another format', { 'last-modified': MODIFIED }, { 'if-modified-since': 'Sunday, 01-Nov-26 11:00:00 GMT' }, 304],
    ['a later one', { 'last-modified': MODIFIED }, { 'if-modified-since': 'Sun, 01 Nov 2026 11:00:01 GMT' }, 304],
    ['an earlier one', { 'last-modified': MODIFIED }, { 'if-modified-since': 'Sun, 01 Nov 2026 10:59:59 GMT' }, 200],
    ['no date', { 'last-modified': MODIFIED }, { 'if-modified-since': 'today' }, 200],
    ['a date after the response\'s', {}, { 'if-modified-since': new Date(START + 1000).toUTCString() }, 304],
    ['a date before the response\'s', {}, { 'if-modified-since': MODIFIED }, 200],
  ])('%s', (_name, lines, asked, status) => {
    expect(holding({ ...FRESH, ...lines }, 1).get(request(asked))).toMatchObject({ status, body: status === 304 ? '' : 'Moby Dick' });
  });

  test('a 304 has the stored response\'s fields, except those that describe its content', () => {
    const answer = holding({ ...FRESH, etag: ETAG, vary: 'accept' }, 1).get(request({ 'if-none-match': ETAG }))!;

    expect([...new Map(answer.fields).keys()].sort()).toEqual(['age', 'cache-control', 'cache-status', 'date', 'etag', 'vary', 'x-other']);
  });

  test('only a 200 can be "not modified"', () => {
    expect(holding({ ...FRESH, etag: ETAG }, 1, { status: 404 }).get(request({ 'if-none-match': ETAG }))?.status).toBe(404);
  });

  test('without a stored response, its conditions reach the origin, and the origin\'s 304 is returned', () => {
    const key = new OneKey();

    expect(key.get(request({ 'if-none-match': ETAG }), response({ etag: ETAG }, { status: 304 }))).toMatchObject({ status: 304 });
    expect(line(key.sent[0], 'if-none-match')).toBe(ETAG);
    expect(key.variants).toEqual([]);
  });
});

describe('HEAD', () => {
  test('is answered from a response to GET', () => {
    const key = holding({ 'cache-control': 'max-age=60', 'content-length': '9' });

    expect(key.get(request({}, { method: 'HEAD' }))).toMatchObject({ status: 200, body: '' });
    expect(line(key.get(request({}, { method: 'HEAD' })), 'content-length')).toBe('9');
  });

  const head = request({}, { method: 'HEAD' });

  test.each<[string, Lines, Lines, number | undefined]>([
    ['the same validator: new fields, and fresh again', { etag: ETAG }, { 'etag': ETAG, 'x-a': '2' }, 1],
    ['another validator: it is old', { etag: ETAG }, { etag: '"v2"' }, 0],
    ['another length: it is old', { 'etag': ETAG, 'content-length': '9' }, { 'etag': ETAG, 'content-length': '10' }, 0],
    ['no validator: nothing is known', { etag: ETAG }, { 'x-a': '2' }, undefined],
  ])('to the origin, answered with %s', (_name, lines, answer, kept) => {
    const key = holding({ 'cache-control': 'max-age=60', 'x-a': '1', ...lines }, 61);
    const [before] = key.variants;
    key.get(head, response({ 'cache-control': 'max-age=60', ...answer }, { body: '' }));

    expect(key.variants.length).toBe(kept ?? 1);
    if (kept === undefined) {
      expect(key.variants[0]).toBe(before);
    } else if (kept === 1) {
      expect(key.get(request())).toMatchObject({ status: 200, body: 'Moby Dick' });
      expect(line(key.get(request()), 'x-a')).toBe('2');
    }
  });

  test('stores nothing itself', () => {
    const key = new OneKey();
    key.get(head, response({ 'cache-control': 'max-age=60' }, { body: '' }));

    expect(key.variants).toEqual([]);
  });
});

describe('a range of a stored response', () => {
  const lines = { 'cache-control': 'max-age=60', 'etag': ETAG, 'last-modified': MODIFIED, 'content-length': '9' };
  const part = (range: string, other: Lines = {}) => holding(lines, 1).get(request({ range, ...other }))!;

  test.each([
    ['bytes=0-3', 'Moby', 'bytes 0-3/9'],
    ['bytes=5-', 'Dick', 'bytes 5-8/9'],
    ['bytes=5-100', 'Dick', 'bytes 5-8/9'],
    ['bytes=-4', 'Dick', 'bytes 5-8/9'],
    ['bytes=-100', 'Moby Dick', 'bytes 0-8/9'],
    ['Bytes=8-8', 'k', 'bytes 8-8/9'],
  ])('%s', (range, body, contentRange) => {
    const answer = part(range);

    expect(answer).toMatchObject({ status: 206, body });
    expect(line(answer, 'content-range')).toBe(contentRange);
    expect(line(answer, 'content-length')).toBe(String(body.length));
    expect(line(answer, 'etag')).toBe(ETAG);
  });

  test.each(['bytes=9-', 'bytes=9-10', 'bytes=-0', `bytes=${'9'.repeat(400)}-`])('%s is not satisfiable', (range) => {
    const answer = part(range);

    expect(answer).toMatchObject({ status: 416, body: '' });
    expect(line(answer, 'content-range')).toBe('bytes */9');
  });

  test.each(['bytes=0-1,3-4', 'bytes=3-1', 'bytes=x', 'lines=0-1', 'bytes=-'])('%s is answered with the whole', (range) => {
    expect(part(range)).toMatchObject({ status: 200, body: 'Moby Dick' });
  });

  test.each([
    [ETAG, 206], ['"v2"', 200], [`W/${ETAG}`, 200], [MODIFIED, 206], ['Sun, 01 Nov 2026 11:00:01 GMT', 200], ['Sunday, 01-Nov-26 11:00:00 GMT', 200],
  ])('If-Range: %s', (condition, status) => {
    expect(part('bytes=0-3', { 'if-range': condition }).status).toBe(status);
  });

  test('a weak tag, or a date in the response\'s own second, does not identify bytes', () => {
    const weak = holding({ ...lines, etag: 'W/"a"' }, 1).get(request({ 'range': 'bytes=0-3', 'if-range': 'W/"a"' }));
    const sameSecond = new Date(START).toUTCString();
    const recent = holding({ ...lines, 'date': sameSecond, 'last-modified': sameSecond }, 1).get(request({ 'range': 'bytes=0-3', 'if-range': sameSecond }));

    expect([weak?.status, recent?.status]).toEqual([200, 200]);
  });

  test('of bytes', () => {
    const bytes = Buffer.from([0, 255, 254, 1]);
    const answer = holding(lines, 1, { body: bytes.toString('base64'), isBase64Encoded: true }).get(request({ range: 'bytes=1-2' }))!;

    expect(answer).toMatchObject({ status: 206, isBase64Encoded: true, body: Buffer.from([255, 254]).toString('base64') });
  });

  test('of text, never half a character', () => {
    const key = holding(lines, 1, { body: 'Käse' });

    expect(key.get(request({ range: 'bytes=1-2' }))).toMatchObject({ status: 206, body: 'ä', isBase64Encoded: false });
    expect(key.get(request({ range: 'bytes=0-1' }))).toMatchObject({ status: 200, body: 'Käse' });
  });

  test.each([['HEAD'], ['GET']])('of a 404, or for %s with Accept-Ranges: none: the whole', (method) => {
    const asked = request({ range: 'bytes=0-3' }, { method });

    expect(holding({ ...lines, 'accept-ranges': 'none' }).get(asked)?.status).toBe(200);
    expect(holding(lines, 0, { status: 404 }).get(asked)?.status).toBe(404);
  });

  test('a partial response is passed on, and not stored', () => {
    const key = new OneKey();
    const answer = response({ ...lines, 'content-range': 'bytes 0-3/9' }, { status: 206, body: 'Moby' });

    expect(key.get(request({ range: 'bytes=0-3' }), answer)).toMatchObject({ status: 206, body: 'Moby' });
    expect(key.variants).toEqual([]);
  });
});
