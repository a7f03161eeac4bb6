import { afterwards, type Lines, line, OneKey, request, response, START, toFields } from './exchanges.js';
import { cacheControl } from '../../../lambda-runtime/http/directives.js';
import { listMembers } from '../../../lambda-runtime/http/fields.js';

const FRESH = { 'cache-control': 'max-age=60' };

function stored(lines: Lines, ...[client = request(), credentials, other]: [
  client?: ReturnType<typeof request>, credentials?: { authorization: boolean; cookies: boolean }, other?: Partial<ReturnType<typeof response>>]) {
  const key = new OneKey();
  key.get(client, response(lines, other), credentials);
  return key.last!.notStored ?? new Map(key.last!.put!.fields);
}

describe('what is not stored', () => {
  test.each<[string, Lines, Lines, string]>([
    ['no-store', { 'cache-control': 'max-age=60, No-Store' }, {}, 'no-store'],
    ['no-store with nonsense', { 'cache-control': 'max-age=60, no-store = yes' }, {}, 'no-store'],
    ['private', { 'cache-control': 'private, max-age=60' }, {}, 'private'],
    ['private with an empty list', { 'cache-control': 'private="", max-age=60' }, {}, 'private'],
    ['private, once with fields and once without', { 'cache-control': 'private, private="a", max-age=60' }, {}, 'private'],
    ['CDN-Cache-Control: private', { 'cdn-cache-control': 'private', 'cache-control': 'max-age=60' }, {}, 'private'],
    ['a cookie', { ...FRESH, 'set-cookie': 'session=1' }, {}, 'set-cookie'],
    ['a cookie, though public', { 'cache-control': 'public, s-maxage=60', 'set-cookie': 'session=1' }, {}, 'set-cookie'],
    ['Vary: *', { ...FRESH, vary: 'accept, *' }, {}, 'vary'],
    ['Vary: * on a second line', { ...FRESH, vary: ['', '*'] }, {}, 'vary'],
    ['a request with no-store', FRESH, { 'cache-control': 'no-store' }, 'request-no-store'],
    ['a validator and no word about caching', { etag: '"a"' }, {}, 'not-explicit'],
    ['no word at all', {}, {}, 'not-explicit'],
    ['no freshness and no validator', { 'cache-control': 'max-age=0' }, {}, 'never-fresh'],
  ])('%s', (_name, lines, asked, reason) => {
    expect(stored(lines, request(asked))).toBe(reason);
  });

  test.each([[206, 'partial'], [304, 'partial'], [103, 'partial'], [404, 'not-explicit'], [500, 'not-explicit']])('status %s without explicit freshness', (status, reason) => {
    expect(stored({ etag: '"a"' }, undefined, undefined, { status })).toBe(reason);
  });

  test.each([['POST', 'method'], ['HEAD', 'method'], ['OPTIONS', 'method'], ['QUERY', 'method']])('the response to %s', (method, reason) => {
    expect(stored(FRESH, request({}, { method }))).toBe(reason);
  });

  test.each([[200, true], [599, false]])('no-store, must-understand with status %s: stored %s', (status, isStored) => {
    const result = stored({ 'cache-control': 'max-age=60, no-store, must-understand' }, undefined, undefined, { status });

    expect(typeof result === 'object').toBe(isStored);
  });

  // Authorization by RFC 9111, 3.5; no RFC covers cookies.
  test.each([
    ['max-age=60', 'authorization', 'cookie'],
    ['max-age=60, proxy-revalidate', 'authorization', 'cookie'],
    ['max-age=60, must-revalidate', 'stored', 'cookie'],
    ['max-age=60, public', 'stored', 'stored'],
    ['s-maxage=60', 'stored', 'stored'],
  ])('%s: with Authorization %s, with cookies %s', (directives, withAuthorization, withCookies) => {
    const result = (credentials: { authorization: boolean; cookies: boolean }) => {
      const found = stored({ 'cache-control': directives }, request(), credentials);
      return typeof found === 'string' ? found : 'stored';
    };

    expect(result({ authorization: true, cookies: false })).toBe(withAuthorization);
    expect(result({ authorization: false, cookies: true })).toBe(withCookies);
  });

  test('what is stored for clients without credentials answers no client with credentials', () => {
    const key = new OneKey();
    key.get(request(), response(FRESH));

    expect(key.decide(request(), { authorization: true, cookies: false })).toMatchObject({ action: 'origin', reason: 'bypass' });
    expect(key.decide(request(), { authorization: false, cookies: true })).toMatchObject({ action: 'origin', reason: 'bypass' });
  });

  test('what is public answers clients with credentials', () => {
    const key = new OneKey();
    key.get(request(), response({ 'cache-control': 'public, max-age=60' }));

    expect(key.decide(request(), { authorization: true, cookies: true }).action).toBe('serve');
  });
});

describe('the stored part of a response', () => {
  test('excludes what belongs to a connection, to one user or to one exchange', () => {
    const kept = stored({
      'cache-control': 'max-age=60, no-cache="a", private="Set-Cookie, b"',
      'connection': 'close, c',
      'keep-alive': 'timeout=5',
      'proxy-authenticate': 'x',
      'te': 'x',
      'transfer-encoding': 'chunked',
      'upgrade': 'x',
      'age': '1',
      'a': '1',
      'b': '2',
      'c': '3',
      'd': '4',
      'set-cookie': 'session=1',
      'content-type': 'text/plain',
    }) as Map<string, unknown>;

    expect([...kept.keys()].sort()).toEqual(['cache-control', 'content-type', 'd', 'date']);
  });

  test.each(['no-cache="a"', 'private="a, b"'])('and %s is no reason to ask the origin', (directive) => {
    expect(afterwards({ 'cache-control': `max-age=60, ${directive}` }, { seconds: 59 })).toBe('serve');
  });

  test('includes every line, and a Date if it was missing', () => {
    expect(stored({ ...FRESH, link: ['<a>', '<b>'] })).toEqual(toFields({ ...FRESH, link: ['<a>', '<b>'], date: new Date(START).toUTCString() }));
  });
});

describe('lists of directives', () => {
  test.each([
    ['a, b ,, c', ['a', 'b', 'c']],
    ['a="b, c", d', ['a="b, c"', 'd']],
    ['a="b\\", c", d', ['a="b\\", c"', 'd']],
    ['a="b, c', ['a="b', 'c']],
    ['"', ['"']],
    ['', []],
  ])('%s', (list, members) => {
    expect(listMembers(list)).toEqual(members);
  });

  test('are parsed in linear time, whatever a client sends', () => {
    const started = performance.now();
    cacheControl(toFields({ 'cache-control': `a="${'\\"'.repeat(500_000)}` }));

    // Quadratic time would be minutes.
    expect(performance.now() - started).toBeLessThan(2_000);
  });

  test('no property of Object.prototype is a directive', () => {
    expect(cacheControl(toFields({ 'cache-control': '__proto__=1, constructor' })).get('max-age')).toBeUndefined();
  });
});

test('Cache-Status describes how the response was handled', () => {
  const key = new OneKey();

  expect(line(key.get(request(), response({ ...FRESH, 'cache-status': 'other; hit' })), 'cache-status'))
    .toBe('other; hit | cdk-cached-function; fwd=uri-miss; fwd-status=200; stored');
  expect(line(key.pass(10).get(request()), 'cache-status')).toBe('other; hit | cdk-cached-function; hit; ttl=50');
  expect(line(key.pass(60).get(request(), response({}, { status: 404 })), 'cache-status')).toBe('cdk-cached-function; fwd=stale; fwd-status=404; detail=not-explicit');
});
