import { type Lines, line, OneKey, request, response } from './exchanges.js';
import { withVariant } from '../../../lambda-runtime/http/index.js';
import { targetsToInvalidate } from '../../../lambda-runtime/http/invalidation.js';

const varying = (vary: string | string[], lines: Lines = {}) => response({ 'cache-control': 'max-age=60', vary, ...lines });

describe('Vary', () => {
  test.each<[string, string | string[], Lines, Lines, boolean]>([
    ['the same value', 'foo', { foo: '1' }, { foo: '1' }, true],
    ['another value', 'foo', { foo: '1' }, { foo: '2' }, false],
    ['none, and one', 'foo', {}, { foo: '1' }, false],
    ['one, and none', 'foo', { foo: '1' }, {}, false],
    ['one that is empty, and none', 'foo', { foo: '' }, {}, false],
    ['fields that are not named', 'foo', { foo: '1', bar: '1' }, { foo: '1', bar: '2' }, true],
    ['two fields', 'foo, bar', { foo: '1', bar: '1' }, { bar: '1', foo: '1' }, true],
    ['the second of two fields', 'foo, bar', { foo: '1', bar: '1' }, { foo: '1', bar: '2' }, false],
    ['the second of two lines', ['foo', 'Bar'], { foo: '1', bar: '1' }, { foo: '1', bar: '2' }, false],
    ['a field that neither has', 'foo, bar', { foo: '1' }, { foo: '1' }, true],
    ['values on two lines', 'foo', { foo: '1, 2' }, { foo: ['1', '2'] }, true],
    ['white space around commas', 'foo', { foo: '1,2' }, { foo: ' 1 ,  2 ' }, true],
    ['white space in a quoted string', 'foo', { foo: '"1,2"' }, { foo: '"1, 2"' }, false],
    ['order', 'foo', { foo: '1, 2' }, { foo: '2, 1' }, false],
    ['case', 'foo', { foo: 'a' }, { foo: 'A' }, false],
    ['order of languages', 'accept-language', { 'accept-language': 'en, de' }, { 'accept-language': 'DE,en' }, true],
    ['other languages', 'accept-language', { 'accept-language': 'en, de' }, { 'accept-language': 'en' }, false],
    ['other weights', 'accept-language', { 'accept-language': 'en, de;q=0.5' }, { 'accept-language': 'en, de;q=0.6' }, false],
    ['order of codings', 'accept-encoding', { 'accept-encoding': 'gzip, br' }, { 'accept-encoding': 'br, gzip' }, true],
    ['white space in cookies', 'cookie', { cookie: 'a=1, 2' }, { cookie: 'a=1,2' }, false],
    ['white space in credentials', 'authorization', { authorization: 'a, b' }, { authorization: 'a,b' }, false],
  ])('%s', (_name, vary, stored, asked, isServed) => {
    const key = new OneKey();
    key.get(request(stored), varying(vary));

    expect(key.decide(request(asked)).action === 'serve').toBe(isServed);
  });

  test('a miss for the variant differs from a miss for the resource', () => {
    const key = new OneKey();

    expect(key.decide()).toMatchObject({ reason: 'uri-miss' });
    key.get(request(), varying('foo'));
    expect(key.decide(request({ foo: '1' }))).toMatchObject({ action: 'origin', reason: 'vary-miss' });
  });

  test('several variants are stored together, and the newest one counts', () => {
    const key = new OneKey();
    key.get(request({ foo: '1' }), varying('foo', { n: '1' }));
    key.pass(1).get(request({ foo: '2' }), varying('foo', { n: '2' }));

    expect([line(key.get(request({ foo: '1' })), 'n'), line(key.get(request({ foo: '2' })), 'n')]).toEqual(['1', '2']);

    // The origin no longer varies: its response is now newer than each variant.
    key.pass(1).get(request({ foo: '3' }), response({ 'cache-control': 'max-age=60', 'n': '3' }));
    expect(line(key.get(request({ foo: '1' })), 'n')).toBe('3');
  });

  test.each<[string, string, boolean]>([
    ['the language preferred to all others', 'fr;q=0.5, de;q=1.0', true],
    ['one of two that are preferred', 'fr, de', false],
    ['one that is accepted', 'fr, de;q=0.9', false],
    ['one more special than what there is', 'de-CH, de;q=0.9', false],
    ['one that is refused', 'de;q=0', false],
  ])('%s: %s', (_name, accepted, isServed) => {
    const key = new OneKey();
    key.get(request({ 'accept-language': 'en, de' }), varying('accept-language', { 'content-language': 'de' }));

    expect(key.decide(request({ 'accept-language': accepted })).action === 'serve').toBe(isServed);
  });

  test('a preferred language does not make other fields ignored', () => {
    const key = new OneKey();
    key.get(request({ 'accept-language': 'en, de', 'foo': '1' }), varying('accept-language, foo', { 'content-language': 'de' }));

    expect(key.decide(request({ 'accept-language': 'de', 'foo': '2' })).action).toBe('origin');
  });

  test('no more variants than allowed are stored, the newest ones', () => {
    const key = new OneKey();
    for (const foo of ['1', '2', '3']) {
      key.get(request({ foo }), varying('foo'));
    }
    const [newest, , oldest] = key.variants;

    expect(withVariant(key.variants, oldest, 2)).toEqual([oldest, newest]);
  });
});

describe('what an unsafe request invalidates', () => {
  const post = (method = 'POST') => request({}, { method });
  const at = (lines: Lines) => targetsToInvalidate(post(), response(lines, { status: 201 }));

  test.each(['POST', 'PUT', 'DELETE', 'PATCH', 'M-SEARCH', 'ANYTHING'])('%s', (method) => {
    expect(targetsToInvalidate(post(method), response())).toEqual(['/books?page=1']);
  });

  test.each(['GET', 'HEAD', 'OPTIONS', 'TRACE', 'QUERY'])('%s changes nothing', (method) => {
    expect(targetsToInvalidate(post(method), response())).toEqual([]);
  });

  test.each([[200, 1], [204, 1], [303, 1], [400, 0], [404, 0], [500, 0]])('status %s', (status, count) => {
    expect(targetsToInvalidate(post(), response({}, { status }))).toHaveLength(count);
  });

  test.each<[string, Lines, string[]]>([
    ['Location', { location: '/books/1' }, ['/books/1']],
    ['relative to the target', { location: 'authors?page=2#top' }, ['/authors?page=2']],
    ['Content-Location', { 'content-location': 'https://shop.example/books/2' }, ['/books/2']],
    ['both', { 'location': '/a', 'content-location': '/b' }, ['/a', '/b']],
    ['not of another host', { location: 'https://other.example/books/1' }, []],
    ['not of another host without a scheme', { location: '//other.example/books/1' }, []],
    ['not of another port', { location: 'https://shop.example:444/books/1' }, []],
    ['not what is not a reference', { location: 'https://' }, []],
  ])('%s', (_name, lines, others) => {
    expect(at(lines)).toEqual(['/books?page=1', ...others]);
  });

  test('a target that looks like another host is a path', () => {
    const odd = request({}, { method: 'POST', target: '//other.example/a' });

    expect(targetsToInvalidate(odd, response({ location: 'https://shop.example/b' }))).toEqual(['//other.example/a', '/b']);
    expect(targetsToInvalidate(odd, response({ location: 'https://other.example/b' }))).toEqual(['//other.example/a']);
  });
});
