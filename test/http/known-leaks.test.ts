/** Leaks that users of other caches have reported: in each, a response reached the wrong client. */
import { clientResponse, type ClientRequest, type ClientResponse, eventOf, type Format, FORMATS, resultFor, type Seen, seenIn } from './gateway-events';
import { type AnyHandler, cachedResponse, Identity, reset, type ResponseOptions } from './public-api';

type Respond = (request: Seen, call: number) => Parameters<typeof resultFor>[1] | Promise<Parameters<typeof resultFor>[1]>;

let caches = 0;

beforeEach(() => reset());

/** A function behind a gateway. */
function behind(format: Format, respond: Respond, options: ResponseOptions = {}): {
  get(request?: ClientRequest): Promise<ClientResponse>; calls(): number;
} {
  let calls = 0;
  const handler = cachedResponse<AnyHandler>(async (event: unknown) => resultFor(format, await respond(seenIn(event), ++calls)), { ...options, name: `leak-${++caches}` });
  return {
    get: async (request = {}) => clientResponse(format, await handler(eventOf(format, request), {})),
    calls: () => calls,
  };
}

const FRESH = ['Cache-Control', 'max-age=60'] as const;
const PUBLIC = ['Cache-Control', 'public, max-age=60'] as const;

describe.each(FORMATS)('%s', (format) => {
  test('a response without restrictions is reused for any client', async () => {
    const api = behind(format, (_, call) => ({ headers: [FRESH], body: `answer ${call}` }));
    expect((await api.get()).body).toBe('answer 1');
    const again = await api.get();
    expect(again.body).toBe('answer 1');
    expect(again.headers['cache-status'][0]).toMatch(/^cdk-cached-function; hit; ttl=\d+$/);
    expect(api.calls()).toBe(1);
  });

  test('a response with Set-Cookie logs in no other client', async () => {
    const api = behind(format, (_, call) => ({ headers: [PUBLIC, ['Set-Cookie', `session=${call}`]], body: `hello ${call}` }));
    expect((await api.get()).headers['set-cookie']).toEqual(['session=1']);
    expect((await api.get()).headers['set-cookie']).toEqual(['session=2']);
    expect((await api.get()).body).toBe('hello 3');
  });

  test('a request that waited for a response that may not be shared gets its own', async () => {
    const gate = Promise.withResolvers<void>();
    const api = behind(format, async (_, call) => {
      await gate.promise;
      return { headers: [['Cache-Control', 'private, max-age=60']], body: `answer ${call}` };
    });
    const answers = Promise.all([1, 2, 3, 4].map(() => api.get()));
    await new Promise(setImmediate);
    gate.resolve();
    expect(new Set((await answers).map(({ body }) => body)).size).toBe(4);
  });

  test('a request that waited for a response that may be shared gets that response', async () => {
    const gate = Promise.withResolvers<void>();
    const api = behind(format, async (_, call) => {
      await gate.promise;
      return { headers: [FRESH], body: `answer ${call}` };
    });
    const answers = Promise.all([1, 2, 3, 4].map(() => api.get()));
    await new Promise(setImmediate);
    gate.resolve();
    expect((await answers).map(({ body }) => body)).toEqual(Array(4).fill('answer 1'));
    expect(api.calls()).toBe(1);
  });

  test.each([500, 502, 400, 404])('a %d that one request caused reaches no other', async (status) => {
    const api = behind(format, ({ header }) => header('x-broken') === undefined ? { headers: [FRESH], body: 'fine' } : { status, body: 'broken' });
    const [broken, fine] = await Promise.all([api.get({ headers: [['X-Broken', '1']] }), api.get()]);
    expect([broken.status, fine.status]).toEqual([status, 200]);
    expect((await api.get()).body).toBe('fine');
  });

  test('an error that the handler throws for one request reaches no other', async () => {
    const api = behind(format, ({ header }) => {
      if (header('x-broken') !== undefined) {
        throw new Error('broken');
      }
      return { headers: [FRESH], body: 'fine' };
    });
    const [broken, fine] = await Promise.allSettled([api.get({ headers: [['X-Broken', '1']] }), api.get()]);
    expect([broken.status, fine.status]).toEqual(['rejected', 'fulfilled']);
  });

  test('a field that the response names in Vary selects it', async () => {
    const api = behind(format, ({ header }) => ({ headers: [FRESH, ['Vary', 'X-Variant, Accept-Language']], body: `${header('x-variant')} ${header('accept-language')}` }));
    for (const variant of ['a', 'b', 'a']) {
      for (const language of ['de', 'en']) {
        expect((await api.get({ headers: [['X-Variant', variant], ['Accept-Language', language]] })).body).toBe(`${variant} ${language}`);
      }
    }
    expect(api.calls()).toBe(4);
  });

  test('a request that waited for another variant gets its own', async () => {
    const api = behind(format, async ({ header }) => {
      await new Promise(setImmediate);
      return { headers: [FRESH, ['Vary', 'X-Variant']], body: `${header('x-variant')}` };
    });
    const answers = await Promise.all(['a', 'b', 'a', 'c'].map((variant) => api.get({ headers: [['X-Variant', variant]] })));
    expect(answers.map(({ body }) => body)).toEqual(['a', 'b', 'a', 'c']);
  });

  test('a field that the options name selects a response without Vary', async () => {
    const api = behind(format, ({ header }) => ({ headers: [FRESH], body: `${header('x-variant')}` }), { headers: ['X-Variant'] });
    for (const variant of ['a', 'b', 'a']) {
      expect((await api.get({ headers: [['X-Variant', variant]] })).body).toBe(variant);
    }
    expect((await api.get()).body).toBe('undefined');
  });

  test('a response to HEAD never answers a GET', async () => {
    const api = behind(format, ({ method }) => ({ headers: [FRESH, ['ETag', '"1"']], body: method === 'HEAD' ? '' : 'content' }));
    expect((await api.get({ method: 'HEAD' })).body).toBe('');
    expect((await api.get()).body).toBe('content');
    expect(await api.get({ method: 'HEAD' })).toMatchObject({ status: 200, body: '' });
    expect((await api.get()).body).toBe('content');
    expect(api.calls()).toBe(2);
  });

  test('Authorization without a cookie identifies a user', async () => {
    const api = behind(format, ({ header }) => ({ headers: [FRESH], body: `${header('authorization')}` }));
    expect((await api.get()).body).toBe('undefined');
    for (const user of ['Bearer alice', 'Bearer bob', 'Bearer alice']) {
      expect((await api.get({ headers: [['AUTHORIZATION', user]] })).body).toBe(user);
    }
    expect((await api.get()).body).toBe('undefined');
  });

  test('a public response answers users with credentials and cookies too', async () => {
    const api = behind(format, (_, call) => ({ headers: [PUBLIC], body: `answer ${call}` }));
    await api.get({ headers: [['Authorization', 'Bearer alice']] });
    await api.get({ cookies: ['a=b'] });
    await api.get();
    expect(api.calls()).toBe(1);
  });

  test('cookies identify a user unless they are ignored', async () => {
    const api = behind(format, ({ cookies }) => ({ headers: [FRESH], body: cookies().replaceAll(/_ga\w*=\w*(; )?/g, '') }), { ignoreCookies: ['_ga*'] });
    expect((await api.get({ cookies: ['_ga=1'] })).body).toBe('');
    expect((await api.get({ cookies: ['_ga=2', 'user=alice'] })).body).toBe('user=alice');
    expect((await api.get({ cookies: ['_ga_x=3', '_ga=4'] })).body).toBe('');
    expect(api.calls()).toBe(2);
  });

  test('a method-override field, or content, makes a GET a different request', async () => {
    const api = behind(format, ({ header }, call) => ({ headers: [PUBLIC], body: `${header('x-http-method-override')} ${call}` }));
    await api.get({ headers: [['X-HTTP-Method-Override', 'DELETE']] });
    await api.get({ body: 'content' });
    expect((await api.get()).body).toBe('undefined 3');
    expect((await api.get()).body).toBe('undefined 3');
  });

  test.each(['X-Forwarded-Host', 'X-Original-URL', 'Forwarded', 'X-Rewrite-URL', 'X-Forwarded-Scheme'])('%s poisons only the responses of the client that sends it', async (name) => {
    const api = behind(format, ({ header }) => ({ headers: [PUBLIC], body: `${header(name.toLowerCase())}` }));
    expect((await api.get({ headers: [[name, 'evil.example']] })).body).toBe('evil.example');
    expect((await api.get()).body).toBe('undefined');
    expect((await api.get({ headers: [[name, 'evil.example']] })).body).toBe('evil.example');
    expect(api.calls()).toBe(2);
  });

  test('a change by one user invalidates the URI\'s stored responses for all users', async () => {
    let value = 1;
    const api = behind(format, ({ method, header }) => method === 'POST' ? (value++, { status: 204 }) : { headers: [FRESH], body: `${header('x-user')} ${value}` },
      { varyBy: [Identity.header('X-User')] });
    const as = (user: string, more: ClientRequest = {}) => api.get({ ...more, path: '/thing', headers: [['X-User', user]] });
    expect([(await as('alice')).body, (await as('bob')).body]).toEqual(['alice 1', 'bob 1']);
    await as('alice', { method: 'POST', body: 'x' });
    expect([(await as('alice')).body, (await as('bob')).body]).toEqual(['alice 2', 'bob 2']);
  });
});

test.each([
  ['a Lambda authorizer', { principalId: 'alice' }, { principalId: 'bob' }, Identity.authorizer('principalId')],
  ['a JWT authorizer', { sub: 'alice' }, { sub: 'bob' }, Identity.jwtClaim('sub')],
  ['IAM', { userArn: 'alice' }, { userArn: 'bob' }, Identity.authorizer('userArn')],
] as const)('%s that the key does not include prevents storing; included, it makes one entry for each user', async (_, alice, bob, identity) => {
  for (const format of ['rest', 'http'] as const) {
    for (const [varyBy, calls] of [[[], 5], [[identity], 4]] as const) {
      const api = behind(format, ({ authorizer }) => ({ headers: [FRESH], body: authorizer }), { varyBy });
      const one = await api.get({ caller: alice });
      const other = await api.get({ caller: bob });
      expect(one.body).not.toBe(other.body);
      expect((await api.get({ caller: alice })).body).toBe(one.body);
      // An identity that the event lacks is no key.
      const nobody = (await api.get()).body;
      expect([one.body, other.body]).not.toContain(nobody);
      expect((await api.get()).body).toBe(nobody);
      expect(api.calls()).toBe(varyBy.length === 0 ? calls - 1 : calls);
    }
  }
});

test('events of Lambda authorizers, WebSockets and queues bypass the cache', async () => {
  let calls = 0;
  const handler = cachedResponse<AnyHandler>(async () => ({ statusCode: 200, headers: { 'cache-control': 'public, max-age=60' }, body: String(++calls) }), { name: `leak-${++caches}` });
  const request = eventOf('rest', {});
  const version2 = eventOf('http', {}) as { requestContext: object };
  for (const event of [
    { ...request, type: 'REQUEST', methodArn: 'arn:aws:execute-api:x' },
    { ...version2, type: 'REQUEST', routeArn: 'arn:aws:execute-api:x' },
    { ...request, requestContext: { ...version2.requestContext, connectionId: 'x', eventType: 'MESSAGE' } },
    { Records: [{ eventSource: 'aws:sqs' }] }, {}, null, 'text', [request],
  ]) {
    const [one, two] = [await handler(event, {}), await handler(event, {})];
    expect(one.body).not.toBe(two.body);
    expect(one.headers).toEqual({ 'cache-control': 'public, max-age=60' });
  }
});
