import { Duration } from 'aws-cdk-lib';
import { Coherence } from '../../../src';
import type { Scenario, Step } from '../scenario';

/** Whole responses, by the rules of HTTP. */

const RESPONSES = `
  import { invalidateTags } from 'cdk-cached-function/runtime';
  import { cachedResponse } from 'cdk-cached-function/http';
  import { origin } from './origin.mjs';

  const page = cachedResponse(async ({ rawPath, headers }) => {
    const [, control, failure = '503', retryAfter] = rawPath.split('/');
    const body = await origin(rawPath).catch((error) => { if (failure === 'throws') throw error; return error.message; });
    if (body.startsWith('no ')) return { statusCode: Number(failure), headers: { ...(retryAfter && { 'retry-after': retryAfter }) }, body };
    const etag = JSON.stringify(body);
    if (headers['if-none-match'] === etag) return { statusCode: 304, headers: { etag, 'cache-control': control } };
    return { statusCode: 200, headers: { 'cache-control': control, etag }, body };
  });
  const event = (rawPath, headers, method = 'GET') => ({
    version: '2.0', routeKey: '$default', rawPath, rawQueryString: '', headers: { host: 'api.example.com', ...headers }, isBase64Encoded: false,
    requestContext: { apiId: 'api', domainName: 'api.example.com', stage: '$default', routeKey: '$default', http: { method, path: rawPath, protocol: 'HTTP/1.1', sourceIp: '192.0.2.1', userAgent: 'x' } },
  });
  export const get = async (rawPath, headers = {}) => {
    const { statusCode, body = '', headers: fields } = await page(event(rawPath, headers), {});
    const status = Object.entries(fields).find(([name]) => name.toLowerCase() === 'cache-status')?.[1] ?? '';
    return [statusCode, body, /; hit/.test(status) ? 'hit' : 'forwarded'].join(' ');
  };
  export const put = async (rawPath) => (await page(event(rawPath, {}, 'PUT'), {})).statusCode;
  export const crowd = (rawPath) => Promise.all([1, 2, 3].map(() => get(rawPath)));
`;

const FRESH = '/max-age=60';
const STALE = '/max-age=60, stale-while-revalidate=60, stale-if-error=600';

const THROWS = `${STALE}/throws`;

const STALE_HIT = { Hits: 1, StaleHits: 1, Misses: 0 };

const get = (path: string, answer: string, counted?: Readonly<Record<string, number>>): Step => ({ call: ['get', path], answer, ...(counted && { counted }) });

const KEPT = '/max-age=600, stale-if-error=600';

/** A replica whose primary cannot be reached: it answers MASTERDOWN. */
const TIER_FAILS: readonly Step[] = [{ redis: ['CONFIG', 'SET', 'replica-serve-stale-data', 'no'] }, { redis: ['REPLICAOF', '127.0.0.1', '1'] }];

const REFUSES = '/max-age=60, stale-while-revalidate=20, stale-if-error=600/429';

/** The origin fails while a stale response is refreshed, and is not called again for so many seconds. */
const refused = (path: string, seconds: number, logged: readonly string[] = []): Step[] => [
  get(path, `200 ${path}#1 forwarded`),
  { fail: path },
  { advance: { seconds: 61 } },
  { call: ['get', path], answer: `200 ${path}#1 hit`, counted: { ...STALE_HIT, OriginCalls: 1 }, logged },
  get(path, `200 ${path}#1 hit`, { ...STALE_HIT, OriginCalls: 0 }),
  { advance: { seconds: seconds - 2 } },
  get(path, `200 ${path}#1 hit`, { ...STALE_HIT, OriginCalls: 0 }),
  { advance: { seconds: 2 } },
  get(path, `200 ${path}#1 hit`, { ...STALE_HIT, OriginCalls: 1 }),
  { originCalls: { [path]: 3 } },
];

export const RESPONSES_CACHED: readonly Scenario[] = [
  {
    name: 'a response that the tier cannot confirm is not reused unless the origin confirms it, or fails',
    needs: ['redis'],
    code: RESPONSES,
    props: { caching: { coherence: Coherence.PER_INVOCATION } },
    steps: [
      ...[FRESH, KEPT].flatMap((path): Step[] => [
        get(path, `200 ${path}#1 forwarded`),
        { call: ['get', path], in: 'b', answer: `200 ${path}#1 hit` },
        { call: ['get', path], in: 'b', answer: `200 ${path}#1 hit` },
      ]),
      { change: FRESH },
      { call: ['put', FRESH], answer: 200 },
      ...TIER_FAILS,
      { call: ['get', FRESH], in: 'b', answer: `200 ${FRESH}#2 forwarded`, counted: { OriginCalls: 1, Hits: 0 }, logged: ['MASTERDOWN'] },
      // The origin answers 304.
      { call: ['get', KEPT], in: 'b', answer: `200 ${KEPT}#1 forwarded`, counted: { OriginCalls: 1, Hits: 0 } },
      { fail: KEPT },
      { call: ['get', KEPT], in: 'b', answer: `200 ${KEPT}#1 forwarded`, counted: { OriginCalls: 1, StaleHits: 1 } },
    ],
  },
  {
    name: 'a response is reused for as long as it allows, also by requests that wait for it',
    code: RESPONSES,
    steps: [
      get(FRESH, `200 ${FRESH}#1 forwarded`, { Misses: 1, Hits: 0, OriginCalls: 1 }),
      { change: FRESH },
      { advance: { seconds: 50 } },
      get(FRESH, `200 ${FRESH}#1 hit`, { Hits: 1, StaleHits: 0, Misses: 0, OriginCalls: 0 }),
      { advance: { seconds: 10 } },
      get(FRESH, `200 ${FRESH}#2 forwarded`, { OriginCalls: 1 }),
      { call: ['crowd', '/max-age=90'], counted: { OriginCalls: 1, CoalescedHits: 2, Misses: 1, Hits: 2 } },
      { call: ['get', FRESH, { 'cache-control': 'no-cache' }], answer: `200 ${FRESH}#2 forwarded`, counted: { OriginCalls: 1 } },
      { originCalls: { [FRESH]: 3 } },
    ],
  },
  {
    name: 'a response that may not be shared is created for each request',
    code: RESPONSES,
    steps: [
      get('/private, max-age=60', '200 /private, max-age=60#1 forwarded'),
      { change: '/private, max-age=60' },
      get('/private, max-age=60', '200 /private, max-age=60#2 forwarded', { Hits: 0 }),
      { call: ['crowd', '/no-store'], counted: { OriginCalls: 3, Hits: 0 } },
      { originCalls: { '/no-store': 3 } },
    ],
  },
  {
    name: 'a stale response is returned while another is created, and for as long as its origin fails',
    code: RESPONSES,
    steps: [
      get(STALE, `200 ${STALE}#1 forwarded`),
      { change: STALE },
      { advance: { seconds: 61 } },
      get(STALE, `200 ${STALE}#1 hit`, { Hits: 1, StaleHits: 1, OriginCalls: 1 }),
      get(STALE, `200 ${STALE}#2 hit`, { Hits: 1, StaleHits: 0, OriginCalls: 0 }),
      { fail: STALE },
      { advance: { seconds: 121 } },
      // The origin is called, and then not again for half a minute.
      { call: ['get', STALE], matches: new RegExp('^200 .*#2'), counted: { ...STALE_HIT, OriginCalls: 1 } },
      { call: ['get', STALE], matches: new RegExp('^200 .*#2'), counted: { ...STALE_HIT, OriginCalls: 0 } },
      { advance: { seconds: 31 } },
      { call: ['get', STALE], matches: new RegExp('^200 .*#2'), counted: { ...STALE_HIT, OriginCalls: 1 } },
      { advance: { minutes: 11 } },
      get(STALE, `503 no ${STALE} forwarded`, { Hits: 0, Misses: 1 }),
    ],
  },
  {
    name: 'a stale response replaces the error of a handler that throws, and each request has one outcome',
    code: RESPONSES,
    steps: [
      get(THROWS, `200 ${THROWS}#1 forwarded`, { Hits: 0, Misses: 1 }),
      { fail: THROWS },
      { advance: { minutes: 3 } },
      { call: ['get', THROWS], matches: new RegExp('^200 .*#1'), counted: { ...STALE_HIT, OriginErrors: 1 } },
      { advance: { minutes: 11 } },
      { call: ['get', THROWS], error: { errorType: 'Error', errorMessage: `no ${THROWS}` }, counted: { Hits: 0, Misses: 1, OriginErrors: 1 } },
    ],
  },
  ...[403, 429, 500, 503, 'throws'].map((failure): Scenario => ({
    name: `an origin that refuses a refresh is asked for another only after half a minute (${failure})`,
    code: RESPONSES,
    steps: refused(`/max-age=60, stale-while-revalidate=3600/${failure}`, 31, failure === 'throws' ? ['failed after the response'] : []),
  })),
  {
    name: 'an origin that refuses a refresh with Retry-After is asked for another only then, and after ten minutes at the latest',
    code: RESPONSES,
    steps: [
      ...refused('/max-age=60, stale-while-revalidate=3600/429/120', 121),
      ...refused('/max-age=60, stale-while-revalidate=3600/503/86400', 601),
      // Less than the policy's.
      ...refused('/max-age=60, stale-while-revalidate=3600/429/5', 31),
    ],
  },
  {
    name: 'a refusal is no failure of the origin: it reaches a client that no stale response may answer',
    code: RESPONSES,
    steps: [
      get(REFUSES, `200 ${REFUSES}#1 forwarded`),
      { fail: REFUSES },
      { advance: { seconds: 61 } },
      get(REFUSES, `200 ${REFUSES}#1 hit`, { ...STALE_HIT, OriginCalls: 1 }),
      { advance: { seconds: 20 } },
      get(REFUSES, `429 no ${REFUSES} forwarded`, { Hits: 0, Misses: 1, OriginCalls: 1 }),
    ],
  },
  {
    name: 'a response that its origin confirms is fresh again',
    code: RESPONSES,
    steps: [
      get(FRESH, `200 ${FRESH}#1 forwarded`),
      { advance: { minutes: 2 } },
      { call: ['get', FRESH], matches: new RegExp('^200 .*#1') },
      { advance: { seconds: 50 } },
      get(FRESH, `200 ${FRESH}#1 hit`, { Hits: 1, OriginCalls: 0 }),
      { originCalls: { [FRESH]: 2 } },
    ],
  },
  {
    name: 'a response that one environment has created is a hit in others',
    needs: ['fleet'],
    code: RESPONSES,
    steps: [
      get(FRESH, `200 ${FRESH}#1 forwarded`, { SharedMisses: 1, Misses: 1 }),
      { change: FRESH },
      { call: ['get', FRESH], in: 'b', answer: `200 ${FRESH}#1 hit`, counted: { SharedHits: 1, Hits: 1, OriginCalls: 0 } },
      { call: ['get', FRESH], in: 'b', answer: `200 ${FRESH}#1 hit`, counted: { SharedHits: 0, SharedMisses: 0, Hits: 1 } },
      { advance: { minutes: 2 } },
      { call: ['get', FRESH], answer: `200 ${FRESH}#2 forwarded` },
      // Its own is over: the other's is not.
      { call: ['get', FRESH], in: 'b', answer: `200 ${FRESH}#2 hit`, counted: { OriginCalls: 0 } },
    ],
  },
  ...(['rest', 'http'] as const).map((format): Scenario => ({
    name: `a request that changes something and fails without a response invalidates what is stored, and one that is refused does not (${format})`,
    code: `
      import { cachedResponse } from 'cdk-cached-function/http';
      import { origin } from './origin.mjs';
      const page = cachedResponse(async ({ httpMethod, rawPath, path = rawPath, requestContext }) => {
        const method = httpMethod ?? requestContext.http.method;
        if (method === 'PUT') throw new Error('after the write');
        if (method === 'POST') return { statusCode: 409 };
        return { statusCode: 200, headers: { 'cache-control': 'max-age=60' }, body: await origin(path) };
      });
      const eventOf = (method) => ${format === 'rest' ? `({
        httpMethod: method, path: '/a', resource: '/a', headers: { host: 'a' }, multiValueHeaders: { host: ['a'] }, queryStringParameters: null, multiValueQueryStringParameters: null,
        pathParameters: null, stageVariables: null, body: null, isBase64Encoded: false,
        requestContext: { apiId: 'api', domainName: 'a', stage: 's', path: '/s/a', httpMethod: method, identity: {} },
      })` : `({
        version: '2.0', routeKey: '$default', rawPath: '/a', rawQueryString: '', headers: { host: 'a' }, isBase64Encoded: false,
        requestContext: { apiId: 'api', domainName: 'a', stage: '$default', routeKey: '$default', http: { method, path: '/a', protocol: 'HTTP/1.1', sourceIp: '192.0.2.1', userAgent: 'x' } },
      })`};
      export const get = async () => (await page(eventOf('GET'), {})).body;
      export const send = async (method) => (await page(eventOf(method), {})).statusCode;
    `,
    steps: [
      { call: ['get'], answer: '/a#1' },
      { change: '/a' },
      { call: ['send', 'POST'], answer: 409 },
      { call: ['get'], answer: '/a#1' },
      { call: ['send', 'PUT'], error: { errorType: 'Error', errorMessage: 'after the write' } },
      { call: ['get'], answer: '/a#2' },
    ],
  })),
  {
    name: 'in shadow mode every response comes from the origin, and is compared',
    variables: { CDK_CACHED_FUNCTION_MODE: 'shadow' },
    code: RESPONSES,
    steps: [
      get(FRESH, `200 ${FRESH}#1 forwarded`),
      get(FRESH, `200 ${FRESH}#1 forwarded`, { Mismatches: 0, OriginCalls: 1 }),
      { change: FRESH },
      get(FRESH, `200 ${FRESH}#2 forwarded`, { Mismatches: 1, OriginCalls: 1 }),
    ],
  },
  {
    name: 'with the mode off every response comes from the origin',
    variables: { CDK_CACHED_FUNCTION_MODE: 'off' },
    code: RESPONSES,
    steps: [
      get(FRESH, `200 ${FRESH}#1 forwarded`, { Bypasses: 1 }),
      { change: FRESH },
      get(FRESH, `200 ${FRESH}#2 forwarded`, { Bypasses: 1 }),
    ],
  },
  {
    name: 'a listener may still write after a stale response has replaced its own',
    needs: ['lambda'],
    props: { caching: { softTimeout: Duration.millis(20), staleIfError: Duration.hours(1) } },
    code: `
      import { createServer } from 'node:http';
      import { cachedListener } from 'cdk-cached-function/http';
      const lines = [];
      let calls = 0;
      const gate = Promise.withResolvers();
      const listener = cachedListener(async (request, response) => {
        if (++calls === 1) return response.writeHead(200, { 'cache-control': 'max-age=1, stale-if-error=600' }).end('stored');
        await gate.promise;
        try { response.writeHead(200, { 'cache-control': 'no-store' }); response.write('late'); response.end('r'); lines.push('written'); } catch ({ code }) { lines.push(code); }
      });
      const port = new Promise((resolve) => { const server = createServer(listener).listen(0, '127.0.0.1', () => { server.unref(); resolve(server.address().port); }); });
      export const get = async () => (await fetch('http://127.0.0.1:' + await port)).text();
      export const late = async () => { const text = await get(); gate.resolve(); await new Promise(setImmediate); return [text, ...lines]; };
    `,
    steps: [
      { call: ['get'], answer: 'stored' },
      { advance: { seconds: 2 } },
      { call: ['late'], answer: ['stored', 'written'] },
    ],
  },
];
