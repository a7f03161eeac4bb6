import { afterwards, type Lines, OneKey, request, response, START } from './exchanges.js';
import { formatDate, parseDate } from '../../../lambda-runtime/http/dates.js';

const at = (seconds: number) => new Date(START + seconds * 1000).toUTCString();

describe('how long a response is fresh', () => {
  test.each<[string, Lines, number, string]>([
    ['max-age, within', { 'cache-control': 'max-age=60' }, 59, 'serve'],
    ['max-age, over', { 'cache-control': 'max-age=60' }, 60, 'origin'],
    ['max-age beyond 32 bits', { 'cache-control': 'max-age=99999999999' }, 2 ** 30, 'serve'],
    ['leading zeros', { 'cache-control': 'max-age=0060' }, 59, 'serve'],
    ['a quoted number', { 'cache-control': 'max-age="60"' }, 59, 'serve'],
    ['upper case', { 'cache-control': 'MAX-AGE=60' }, 59, 'serve'],
    ['a negative number', { 'cache-control': 'max-age=-60' }, 0, 'origin'],
    ['no number', { 'cache-control': 'max-age=60s' }, 0, 'origin'],
    ['a decimal', { 'cache-control': 'max-age=60.5' }, 0, 'origin'],
    ['single quotes', { 'cache-control': 'max-age=\'60\'' }, 0, 'origin'],
    ['space before the equals sign', { 'cache-control': 'max-age =60' }, 0, 'origin'],
    ['no argument', { 'cache-control': 'max-age' }, 0, 'origin'],
    ['the same twice', { 'cache-control': ['max-age=60', 'max-age=60'] }, 59, 'serve'],
    ['contradictions, on one line', { 'cache-control': 'max-age=60, max-age=1' }, 0, 'origin'],
    ['contradictions, on two lines', { 'cache-control': ['max-age=1', 'max-age=60'] }, 0, 'origin'],
    ['inside a quoted string of another', { 'cache-control': 'max-age=1, extension="max-age=60"' }, 2, 'origin'],
    ['inside a quoted string, first', { 'cache-control': 'extension="a\\"b, max-age=60", max-age=1' }, 2, 'origin'],
    ['after a quote that nothing closes', { 'cache-control': 'extension="oh, no-store, max-age=60' }, 0, 'origin'],
    ['s-maxage before max-age', { 'cache-control': 'max-age=1, s-maxage=60' }, 59, 'serve'],
    ['a short s-maxage', { 'cache-control': 's-maxage=1, max-age=60' }, 2, 'origin'],
    ['Expires', { expires: at(60) }, 59, 'serve'],
    ['Expires, over', { expires: at(60) }, 60, 'origin'],
    ['Expires counts from Date', { date: at(-50), expires: at(10) }, 9, 'serve'],
    ['Expires counts from Date, whose age counts too', { date: at(-50), expires: at(10) }, 10, 'origin'],
    ['Expires without a valid Date', { date: 'yesterday', expires: at(10) }, 9, 'serve'],
    ['Expires that is not a date', { expires: '0' }, 0, 'origin'],
    ['two Expires', { expires: [at(60), at(60)] }, 0, 'origin'],
    ['max-age before Expires', { 'cache-control': 'max-age=60', 'expires': '0' }, 59, 'serve'],
    ['max-age=0 before Expires', { 'cache-control': 'max-age=0', 'expires': at(60) }, 0, 'origin'],
    ['nothing', {}, 0, 'origin'],
    ['CDN-Cache-Control before all', { 'cdn-cache-control': 'max-age=60', 'cache-control': 'no-store', 'expires': '0' }, 59, 'serve'],
    ['a short one', { 'cdn-cache-control': 'max-age=1', 'cache-control': 's-maxage=60' }, 2, 'origin'],
    ['one without freshness information', { 'cdn-cache-control': 'foo', 'expires': at(60) }, 0, 'origin'],
    ['one that forbids', { 'cdn-cache-control': 'no-store', 'cache-control': 'max-age=60' }, 0, 'origin'],
    ['one that denies that it forbids', { 'cdn-cache-control': 'no-store=?0, max-age=60' }, 0, 'serve'],
    ['one that is not a dictionary', { 'cdn-cache-control': 'max-age=60, &&', 'cache-control': 'max-age=1' }, 2, 'origin'],
    ['an empty one', { 'cdn-cache-control': '', 'cache-control': 'max-age=60' }, 59, 'serve'],
    ['one with a string for a number', { 'cdn-cache-control': 'max-age="60"', 'cache-control': 'max-age=60' }, 0, 'origin'],
    ['Age', { 'cache-control': 'max-age=60', 'age': '50' }, 9, 'serve'],
    ['Age, over', { 'cache-control': 'max-age=60', 'age': '50' }, 10, 'origin'],
    ['Age beyond 32 bits', { 'cache-control': 'max-age=60', 'age': '2147483649' }, 0, 'origin'],
    ['the first of several Ages', { 'cache-control': 'max-age=60', 'age': ['70', '0'] }, 0, 'origin'],
    ['the first of several, on one line', { 'cache-control': 'max-age=60', 'age': '0, 70' }, 59, 'serve'],
    ['an Age that is not a number', { 'cache-control': 'max-age=60', 'age': '70.0' }, 59, 'serve'],
    ['a Date in the past is an age', { 'cache-control': 'max-age=60', 'date': at(-50) }, 10, 'origin'],
    ['a Date in the future is ignored', { 'cache-control': 'max-age=60', 'date': at(50) }, 59, 'serve'],
  ])('%s', (_name, lines, seconds, action) => {
    expect(afterwards(lines, { seconds })).toBe(action);
  });

  test('the origin\'s duration counts as age', () => {
    const key = new OneKey();
    const decision = key.decide();
    key.answer(request(), decision as never, response({ 'cache-control': 'max-age=60' }), undefined, 50);

    expect(key.pass(9).decide().action).toBe('serve');
    expect(key.pass(1).decide().action).toBe('origin');
  });

  test('a clock that is set back makes no response younger than new', () => {
    const key = new OneKey();
    key.get(request(), response({ 'cache-control': 'max-age=60' }));

    expect(key.pass(-100).get(request())?.fields.get('age')).toEqual(['0']);
  });
});

describe('heuristic freshness', () => {
  const lastModified = { 'last-modified': at(-600) };

  test.each<[string, Lines, number, number, boolean, string]>([
    ['only on request', lastModified, 200, 1, false, 'origin'],
    ['a tenth of the time since', lastModified, 200, 59, true, 'serve'],
    ['no longer', lastModified, 200, 60, true, 'revalidate'],
    ['a day at most', { 'last-modified': 'Sat, 01 Nov 1980 12:00:00 GMT' }, 200, 86_400, true, 'revalidate'],
    ['of a redirection', lastModified, 301, 59, true, 'serve'],
    ['not of statuses that must be explicit', lastModified, 302, 1, true, 'origin'],
    ['not of errors', lastModified, 404, 1, true, 'origin'],
    ['but of those with public', { ...lastModified, 'cache-control': 'public' }, 599, 59, true, 'serve'],
    ['not beside Pragma: no-cache', { ...lastModified, pragma: 'no-cache' }, 200, 1, true, 'origin'],
    ['not without Last-Modified', { etag: '"a"' }, 200, 0, true, 'origin'],
    ['not from the future', { 'last-modified': at(600) }, 200, 0, true, 'origin'],
    ['not if there is explicit information', { ...lastModified, 'cache-control': 'max-age=1' }, 200, 2, true, 'revalidate'],
  ])('%s', (_name, lines, status, seconds, heuristics, action) => {
    expect(afterwards(lines, { status, seconds, policy: { heuristics } })).toBe(action);
  });
});

describe('errors', () => {
  test.each<[string, Lines, number, number | undefined, string]>([
    ['are not stored', {}, 404, undefined, 'origin'],
    ['are stored if they are explicit', { 'cache-control': 'max-age=60' }, 503, undefined, 'serve'],
    ['are stored for negativeTtl', {}, 404, 10, 'serve'],
    ['of the origin too', {}, 502, 10, 'serve'],
    ['but not if they forbid it', { 'cache-control': 'no-store' }, 404, 10, 'origin'],
    ['nor those about the client', {}, 403, 10, 'origin'],
    ['nor about how often', {}, 429, 10, 'origin'],
    ['nor about what was wrong with one request', {}, 400, 10, 'origin'],
    ['and their own word counts more', { 'cache-control': 'max-age=1' }, 404, 10, 'origin'],
  ])('%s', (_name, lines, status, negativeTtl, action) => {
    expect(afterwards(lines, { status, seconds: 5, policy: { negativeTtl } })).toBe(action);
  });
});

describe('HTTP dates', () => {
  const time = Date.UTC(1994, 10, 6, 8, 49, 37);

  test.each([
    ['Sun, 06 Nov 1994 08:49:37 GMT', time],
    ['Sunday, 06-Nov-94 08:49:37 GMT', time],
    ['Sun Nov  6 08:49:37 1994', time],
    ['SUN, 06 nov 1994 08:49:37 gmt', time],
    ['Thursday, 18-Aug-50 02:01:18 GMT', Date.UTC(2050, 7, 18, 2, 1, 18)],
    ['Tuesday, 18-Aug-87 02:01:18 GMT', Date.UTC(1987, 7, 18, 2, 1, 18)],
    ['Sat, 31 Dec 2016 23:59:60 GMT', Date.UTC(2017, 0, 1)],
    ['Sun, 06 Nov 1994 08:49:37 UTC', undefined],
    ['Sun, 06 Nov 1994 8:49:37 GMT', undefined],
    ['Sun, 06 Nov 94 08:49:37 GMT', undefined],
    ['Sun, 06-Nov-1994 08:49:37 GMT', undefined],
    ['Sun 06 Nov 1994 08:49:37 GMT', undefined],
    ['Sun, 06  Nov 1994 08:49:37 GMT', undefined],
    ['Sun, 06 Nov 1994 08.49.37 GMT', undefined],
    ['Sun, 31 Feb 1994 08:49:37 GMT', undefined],
    ['Sun, 06 Nov 1994 24:49:37 GMT', undefined],
    ['Sun, 06 Nov 1994 08:49:37 GMT, Sun, 06 Nov 1994 08:49:37 GMT', undefined],
    ['784111777', undefined],
    ['', undefined],
    [undefined, undefined],
  ])('%s', (text, expected) => {
    expect(parseDate(text, START)).toBe(expected);
  });

  test('are written only in the preferred format', () => {
    expect(formatDate(time)).toBe('Sun, 06 Nov 1994 08:49:37 GMT');
  });
});
