import { types } from 'node:util';
import { cached } from '../../lambda-runtime/api/runtime.js';
import { isolated } from '../../lambda-runtime/api/testing.js';

/** No caller can change another's cached error: every hit gets its own copy. */

class NotFound extends RangeError {
  public readonly details = { ids: ['a'], at: new Date(0) };
  public readonly retryable = false;
  public constructor(public readonly response: object, options?: ErrorOptions) {
    super('no such product', options);
    this.name = 'NotFound';
  }
}

let warn: jest.SpyInstance;

beforeEach(() => {
  warn = jest.spyOn(console, 'warn').mockImplementation();
});

afterEach(() => {
  jest.restoreAllMocks();
});

/** What the first call, whose load failed, and two hits after it reject with. */
async function rejections(thrown: unknown): Promise<readonly [unknown, unknown, unknown]> {
  return isolated(async () => {
    const load = jest.fn(async () => {
      throw thrown;
    });
    const get = cached('get', load, { negativeTtl: { minutes: 1 }, cacheErrors: () => true });
    const reason = () => get().then(() => fail('it resolved'), (error: unknown) => error);
    const all = [await reason(), await reason(), await reason()] as const;
    expect(load).toHaveBeenCalledTimes(1);
    return all;
  });
}

test('the load\'s callers get the loader\'s own error, and later callers an equal copy each', async () => {
  const response = new (class Response { public readonly body = 'stream'; })();
  const cause = Object.assign(new TypeError('socket closed'), { code: 'ECONNRESET' });
  const thrown = new NotFound(response, { cause });
  const [first, second, third] = await rejections(thrown);
  expect(first).toBe(thrown);
  expect(second).not.toBe(third);
  for (const copy of [second, third] as NotFound[]) {
    expect(copy).not.toBe(thrown);
    expect(copy).toBeInstanceOf(NotFound);
    expect(types.isNativeError(copy)).toBe(true);
    expect(copy).toMatchObject({ name: 'NotFound', message: thrown.message, stack: thrown.stack, retryable: false });
    expect(Object.keys(copy)).toEqual(Object.keys(thrown));
    expect(copy.details).toEqual(thrown.details);
    // It has an identity of its own, which a copy would lose.
    expect(copy.response).toBe(response);
    expect(copy.cause).toBeInstanceOf(TypeError);
    expect(copy.cause).toMatchObject({ code: 'ECONNRESET', message: 'socket closed', stack: cause.stack });
    expect(copy.cause).not.toBe(cause);
  }
});

test('a caller\'s change to its error is visible to no other caller', async () => {
  await isolated(async () => {
    const get = cached('get', async () => {
      throw new NotFound({});
    }, { negativeTtl: { minutes: 1 }, cacheErrors: () => true });
    for (let call = 0; call < 4; call++) {
      const error = await get().catch((reason: unknown) => reason as NotFound);
      expect(error).toMatchObject({ message: 'no such product', details: { ids: ['a'] } });
      error.message = `in the handler: ${error.message}`;
      error.details.ids.push('b');
      Object.assign(error, { code: 404 });
    }
    expect(await get().catch((reason: unknown) => Object.keys(reason as object))).not.toContain('code');
  });
});

test('errors in an AggregateError, and an error that is its own cause, are copied too', async () => {
  const inner = new RangeError('inner');
  const thrown = new AggregateError([inner, 'text'], 'several');
  thrown.cause = thrown;
  const [, copy] = await rejections(thrown) as [unknown, AggregateError, unknown];
  expect(copy).toBeInstanceOf(AggregateError);
  expect(copy.cause).toBe(copy);
  expect(copy.errors).toEqual([inner, 'text']);
  expect(copy.errors[0]).toBeInstanceOf(RangeError);
  expect(copy.errors[0]).not.toBe(inner);
});

test('a DOMException keeps its name and code', async () => {
  const [, copy] = await rejections(new DOMException('took too long', 'TimeoutError'));
  expect(copy).toBeInstanceOf(DOMException);
  expect(copy).toMatchObject({ name: 'TimeoutError', message: 'took too long', code: 23 });
});

test.each<[string, unknown]>([['text', 'down'], ['nothing', undefined], ['plain data', { code: 1, at: new Date(0) }]])(
  'thrown %s, which is no error, is cached like a value', async (_, thrown) => {
    const [first, second, third] = await rejections(thrown);
    expect(first).toBe(thrown);
    expect([second, third]).toEqual([thrown, thrown]);
    if (typeof thrown === 'object') {
      expect(second).not.toBe(thrown);
    }
  },
);

test('a thrown value that cannot be copied is not cached, and logged once', async () => {
  await isolated(async () => {
    const thrown = new Map([[{}, () => {}]]);
    const load = jest.fn(async () => {
      throw thrown;
    });
    const get = cached('get', load, { negativeTtl: { minutes: 1 }, cacheErrors: () => true });
    await expect(get()).rejects.toBe(thrown);
    await expect(get()).rejects.toBe(thrown);
    expect(load).toHaveBeenCalledTimes(2);
    expect(warn.mock.calls).toEqual([[expect.stringContaining("A value of cache 'get' is not cached: it is or contains a function. Throw errors or plain data")]]);
  });
});
