/**
 * Whether a client ever gets another's response: users, tenants, hosts, fields and cookies at random, in every event format, over
 * every way to name an identity.
 *
 * The handler's answer is a pure function of what it sees, so every answer of the cache can be compared with what the handler would have said
 * to that very event. What it sees depends on what its response declares: see `answerOf`.
 *
 * `LEAK_ANSWERS` is the number of answers that are checked; CI checks some thousands.
 */
import fc from 'fast-check';
import { type Caller, clientResponse, type ClientRequest, eventOf, type Format, FORMATS, resultFor, type Seen, seenIn } from './gateway-events';
import { type AnyHandler, cachedResponse, fakeClock, Identity, isolated, type ResponseOptions } from './public-api';

const ANSWERS = Number(process.env.LEAK_ANSWERS ?? 3_000);
const REQUESTS_PER_RUN = 12;

/** Every way to name an identity, alone and together with others. */
const IDENTITIES: readonly (readonly Identity[])[] = [
  [],
  [Identity.authorizer('principalId')],
  [Identity.jwtClaim('sub')],
  [Identity.authorizer('userArn')],
  [Identity.cookie('session')],
  [Identity.header('Authorization')],
  [Identity.header('x-api-key')],
  [Identity.header('x-tenant')],
  [Identity.header('x-tenant'), Identity.jwtClaim('sub')],
  [Identity.cookie('session'), Identity.authorizer('principalId'), Identity.header('x-api-key')],
  [Identity.header('x-tenant'), Identity.cookie('session'), Identity.header('authorization')],
];

/** What a function's responses declare; the path of a request chooses one. */
const DECLARED = {
  '/fresh': ['Cache-Control', 'max-age=60'],
  '/stale': ['Cache-Control', 'max-age=1, stale-while-revalidate=60, stale-if-error=60'],
  '/validated': ['Cache-Control', 'max-age=1'],
  '/public': ['Cache-Control', 'public, max-age=60'],
  '/shared': ['CDN-Cache-Control', 'public, max-age=60'],
  '/private': ['Cache-Control', 'private, max-age=60'],
  '/no-store': ['Cache-Control', 'no-store'],
  '/silent': ['X-Nothing', 'x'],
  '/expires': ['Expires', 'Fri, 01 Jan 2100 00:00:00 GMT'],
} as const;

const PATHS = Object.keys(DECLARED) as (keyof typeof DECLARED)[];
const USUAL_PATHS = ['/fresh', '/fresh', '/fresh', '/stale', '/public'] as const;

interface Configuration {
  readonly options: ResponseOptions;
  readonly varies: boolean;
}

/** The handler's answer to an event: everything that its response does not declare irrelevant. */
function answerOf(seen: Seen, { options, varies }: Configuration): { status: number; text: string; isPublic: boolean } {
  const path = seen.path.replace(/(?<=.)\/.*$/, '');
  const isPublic = path === '/public' || path === '/shared';
  const namedAs = (wanted: string) => (options.varyBy ?? []).filter(([kind]) => kind === wanted).map(([, name]) => name);
  const named = namedAs('header');
  const isCallerNamed = [...namedAs('authorizer'), ...namedAs('jwtClaim')].length > 0;
  const keyed = [...options.headers!.map((name) => name.toLowerCase()), ...named];
  // What is removed has no influence.
  const header = (name: string) => options.removeUnkeyed && !keyed.includes(name) ? undefined : seen.header(name);
  const cookies = seen.cookies().split(';').map((pair) => pair.trim())
    .filter((pair) => pair !== '' && (options.removeUnkeyed ? namedAs('cookie').includes(pair.split('=', 1)[0]) : !pair.startsWith('_ga') || pair.includes(',')));
  const query = seen.parameters.filter((parameter) => !parameter.startsWith('utm_') || parameter.includes(';'));
  const status = seen.path.endsWith('/missing') ? 404 : seen.path.endsWith('/broken') ? 503 : 200;
  return {
    status,
    isPublic,
    text: JSON.stringify([
      path, seen.path, query, seen.place, status,
      ...(isPublic ? [] : [
        seen.authorizer.replace(/,"integrationLatency":\d+/, ''), // The gateway derives the caller from the token, so this adds nothing.
        isCallerNamed ? '' : header('authorization'), header('x-api-key'), cookies,
      ]),
      ...named.map(header),
      ...(varies ? [header('accept-language'), header('origin')] : []),
      header('x-market'), seen.header('x-forwarded-host'),
    ]),
  };
}

const USERS = ['alice', 'bob', ' alice', 'Alice', 'null', '1', ''];
const users = fc.constantFrom(...USERS);
const maybe = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined, freq: 2 });

const caller: fc.Arbitrary<Caller | undefined> = maybe(fc.oneof(
  fc.record({ principalId: users }), fc.record({ sub: users }), fc.record({ userArn: users }), fc.record({ apiKey: users }, { requiredKeys: [] }),
));

const field = fc.oneof(
  fc.tuple(fc.constantFrom('Authorization', 'authorization', 'X-API-Key', 'x-tenant', 'X-Tenant', 'Accept-Language', 'Origin', 'X-Market', 'X-Forwarded-Host'), users),
  fc.tuple(fc.constantFrom('Cache-Control', 'Pragma'), fc.constantFrom('no-cache', 'max-age=0', 'max-stale', 'only-if-cached', 'no-store', 'min-fresh=30')),
  fc.tuple(fc.constant('If-None-Match'), fc.constantFrom('"1"', '*', 'W/"1"')),
  fc.tuple(fc.constantFrom('Range', 'X-HTTP-Method-Override', 'Content-Type', 'User-Agent'), fc.constantFrom('bytes=0-3', 'DELETE', 'x')),
);

const cookie = fc.tuple(fc.constantFrom('session', 'Session', '_ga', '_ga_1', 'theme', ''), users, fc.constantFrom('', '', ', session=bob'))
  .map(([name, value, tail]) => `${name}=${value}${tail}`);

const parameter = fc.tuple(fc.constantFrom('q', 'Q', 'utm_source', 'q%26', 'a+b'), fc.constantFrom('', '1', '2', '%31', '1%262', '1;q=2'))
  .map(([name, value]) => `${name}=${value}`);

const anyRequest: fc.Arbitrary<ClientRequest> = fc.record({
  method: fc.constantFrom(...Array<string>(8).fill('GET'), 'HEAD', 'POST'),
  host: fc.constantFrom('shop.example', 'other.example', 'SHOP.example'),
  stage: fc.constantFrom('prod', 'prod', 'dev'),
  path: fc.tuple(fc.constantFrom(...PATHS, ...USUAL_PATHS), fc.constantFrom('', '', '', '', '', '', '/missing', '/broken', '/%2e', '//')).map((parts) => parts.join('')),
  query: fc.oneof({ arbitrary: fc.constant(''), weight: 4 }, { arbitrary: fc.array(parameter, { maxLength: 2 }).map((all) => all.join('&')), weight: 1 }),
  headers: fc.oneof({ arbitrary: fc.constant([]), weight: 2 }, { arbitrary: fc.array(field, { maxLength: 3 }), weight: 1 }),
  cookies: fc.oneof({ arbitrary: fc.constant([]), weight: 4 }, { arbitrary: fc.array(cookie, { maxLength: 2 }), weight: 1 }),
  caller: fc.oneof({ arbitrary: fc.constant(undefined), weight: 2 }, { arbitrary: caller, weight: 1 }),
});

/** The request with the identities that a function looks for. */
function identified(request: ClientRequest, varyBy: readonly Identity[], user: string): ClientRequest {
  return varyBy.reduce<ClientRequest>((named, [kind, name]) => {
    switch (kind) {
      case 'cookie':
        return { ...named, cookies: [`${name}=${user}`] };
      case 'header':
        return { ...named, headers: [...named.headers ?? [], [name, user]] };
      default:
        return { ...named, caller: kind === 'jwtClaim' ? { sub: user } : { [name]: user } };
    }
  }, request);
}

/** Requests that differ in little are those that could be taken for each other. */
const MUTABLE = ['method', 'host', 'stage', 'path', 'query', 'headers', 'cookies', 'caller', 'user'] as const;

const exactly = (length: number) => ({ minLength: length, maxLength: length });

const requests = fc.record({
  first: fc.tuple(anyRequest, users),
  others: fc.array(fc.tuple(anyRequest, users, fc.subarray([...MUTABLE], { maxLength: 2 }), fc.boolean()), exactly(REQUESTS_PER_RUN - 1)),
});

type Generated = typeof requests extends fc.Arbitrary<infer R> ? R : never;

function sentBy({ options }: Configuration, { first: [first, firstUser], others }: Generated): ClientRequest[] {
  const base = { ...identified(first, options.varyBy!, firstUser), user: firstUser };
  return [base, ...others.map(([other, otherUser, differing, isSame]) => {
    if (isSame) {
      return base;
    }
    const changed = { ...base, ...Object.fromEntries(differing.filter((name) => name !== 'user').map((name) => [name, other[name as keyof ClientRequest]])) };
    return differing.includes('user') ? identified({ ...first, ...changed, headers: first.headers }, options.varyBy!, otherUser) : changed;
  })];
}

interface Step {
  readonly waits: boolean;
  readonly seconds: number;
  readonly fails: boolean;
}

const step: fc.Arbitrary<Step> = fc.record({
  waits: fc.boolean(),
  seconds: fc.constantFrom(0, 0, 0, 0, 2, 100),
  fails: fc.integer({ min: 0, max: 19 }).map((dice) => dice === 0),
});

const configuration: fc.Arbitrary<Configuration> = fc.record({
  varies: fc.boolean(),
  options: fc.record({
    varyBy: fc.constantFrom(...IDENTITIES),
    headers: fc.constantFrom(['x-market'], ['X-Market', 'accept-language']),
    ignoreCookies: fc.constantFrom(['_ga*'], ['_ga', '_ga_1']),
    ignoreQuery: fc.constant(['utm_*']),
    negativeTtl: fc.constantFrom(undefined, { seconds: 30 }),
    heuristicFreshness: fc.boolean(),
    removeUnkeyed: fc.boolean(),
  }),
});

/** A matcher of jest takes longer than the cache. */
function agree(actual: unknown, expected: unknown): void {
  if (JSON.stringify(actual) !== JSON.stringify(expected)) {
    expect(actual).toEqual(expected);
  }
}

// What the handler throws is in its logs, too.
beforeAll(() => void jest.spyOn(console, 'warn').mockImplementation(() => {}));
afterAll(() => jest.restoreAllMocks());

let caches = 0;
let answers = 0;
let hits = 0;

async function run(format: Format, configured: Configuration, sent: readonly ClientRequest[], steps: readonly Step[]): Promise<void> {
  const clock = fakeClock(new Date('2026-01-01T00:00:00Z'));
  let nonces = 0;
  let fails = false;
  const seenNonces = new Set<string>();
  const handler = cachedResponse<AnyHandler>(async (event: unknown) => {
    await new Promise(setImmediate);
    if (fails) {
      throw new Error('The origin is down.');
    }
    const seen = seenIn(event);
    const { status, text, isPublic } = answerOf(seen, configured);
    const path = seen.path.replace(/(?<=.)\/.*$/, '') as keyof typeof DECLARED;
    const isBinary = text.length % 3 === 0;
    return resultFor(format, {
      status,
      headers: [
        DECLARED[path], ['ETag', `"${Buffer.from(text).toString('base64')}"`], ...(configured.varies ? [['Vary', 'Accept-Language, Origin'] as const] : []),
        ...(text.length % 13 === 0 && !isPublic ? [['Set-Cookie', `id=${++nonces}`] as const] : []),
      ],
      body: seen.method === 'HEAD' ? '' : isBinary ? Buffer.from(text).toString('base64') : text,
      isBase64Encoded: isBinary && seen.method !== 'HEAD',
    });
  }, { ...configured.options, name: `leaks-${++caches}` });

  const ask = async (request: ClientRequest) => {
    const event = eventOf(format, request);
    let response;
    try {
      response = clientResponse(format, await handler(event, {}));
    } catch (error) {
      agree((error as Error).message, 'The origin is down.');
      return;
    }
    answers++;
    const { status, headers, body } = response;
    if (headers['cache-status']?.some((text) => text.includes('; hit'))) {
      hits++;
    }
    for (const nonce of headers['set-cookie'] ?? []) {
      agree(seenNonces.has(nonce), false);
      seenNonces.add(nonce);
    }
    const expected = answerOf(seenIn(event), configured);
    if (status === 504) {
      agree(body, '');
    } else if (status === 206) {
      agree(expected.text.includes(body), true);
    } else if (status === 304) {
      agree(headers.etag, [`"${Buffer.from(expected.text).toString('base64')}"`]);
    } else {
      agree({ status, body }, { status: expected.status, body: request.method === 'HEAD' ? '' : expected.text });
    }
  };

  const underWay: Promise<void>[] = [];
  for (const [index, request] of sent.entries()) {
    const { waits, seconds, fails: failsNow } = steps[index];
    fails = failsNow;
    underWay.push(ask(request));
    if (waits || failsNow) {
      await Promise.all(underWay.splice(0));
      if (seconds > 0) {
        clock.advance({ seconds });
      }
    }
  }
  await Promise.all(underWay);
  clock.restore();
}

test.each(FORMATS)('%s: no client gets another\'s response', async (format) => {
  answers = hits = 0;
  const wanted = ANSWERS / FORMATS.length;
  const steps = fc.array(step, exactly(REQUESTS_PER_RUN));
  await fc.assert(fc.asyncProperty(configuration, requests, steps, (configured, given, taken) =>
    isolated(() => run(format, configured, sentBy(configured, given), taken))), { numRuns: Math.ceil(wanted / REQUESTS_PER_RUN * 1.2) });
  expect(answers).toBeGreaterThanOrEqual(wanted);
  // Without hits there is nothing to leak.
  expect(hits).toBeGreaterThan(answers / 20);
}, 3_600_000);
