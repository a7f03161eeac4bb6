import { HANDLER_VARIABLE, SETTINGS_VARIABLE } from '../../../src/contract/runtime-settings.js';
import { runHandler } from '../../equipment/node-process.js';
import { type EmfDocument, emfErrors } from '../metrics/emf-schema.js';

/** A function as users write it: one cache, and a handler that returns what the loader and the cache did with the event. */
const CODE = `
  import { cached } from 'cdk-cached-function/runtime';
  let calls = 0;
  const product = cached('product', async (id) => {
    calls++;
    await new Promise((resolve) => setTimeout(resolve, 5));
    if (id === 'broken') throw Object.assign(new RangeError('no such product'), { id });
    return { id, call: calls };
  });
  await product('read at INIT');
  export const handler = async ({ ids }, context) => {
    const products = [];
    for (const id of ids) products.push(await product(id));
    return { products, request: context.awsRequestId };
  };
`;

const SETTINGS = JSON.stringify({ namespace: 'test', caching: {}, caches: {} });

/** Handles events in a process of its own; those in one list at the same time. */
function handle(events: readonly (readonly unknown[])[], { code = CODE, settings = SETTINGS } = {}) {
  const result = runHandler({ 'index.mjs': code }, events, {
    AWS_LAMBDA_FUNCTION_NAME: 'get-product', [HANDLER_VARIABLE]: 'index.handler', [SETTINGS_VARIABLE]: settings,
  });
  return { ...result, metrics: result.stdout.map((line) => JSON.parse(line) as EmfDocument) };
}

describe('the handler', () => {
  const { answers, stdout, stderr, metrics } = handle([
    [{ ids: ['a', 'a'] }],
    [{ ids: ['a', 'b', 'c'] }, { ids: ['d'] }],
    [{ ids: ['broken'] }],
    [{ ids: [] }],
  ]);

  test('returns the user\'s handler\'s result', () => {
    expect(answers[0]).toEqual({ value: { products: [{ id: 'a', call: 2 }, { id: 'a', call: 2 }], request: 'request-0' } });
    expect(answers[2]).toMatchObject({ value: { products: [{ id: 'd' }], request: 'request-2' } });
  });

  test('fails with the user\'s handler\'s own error', () => {
    expect(answers[3]).toEqual({ error: 'RangeError', message: 'no such product', id: 'broken' });
  });

  test('writes valid metric lines, separate ones for each of two overlapping invocations', () => {
    expect(stdout.flatMap(emfErrors)).toEqual([]);
    expect(metrics.filter(({ RequestId }) => RequestId === 'request-0')).toMatchObject([{ Hits: 1, Misses: 1 }]);
    expect(metrics.filter(({ RequestId }) => RequestId === 'request-1')).toMatchObject([{ Hits: 1, Misses: 2 }]);
    expect(metrics.filter(({ RequestId }) => RequestId === 'request-2')).toMatchObject([{ Hits: 0, Misses: 1 }]);
    expect(metrics.filter(({ RequestId }) => RequestId === 'request-3')).toMatchObject([{ Misses: 1, OriginErrors: 1 }]);
  });

  test('reports with the first invocation what INIT did', () => {
    expect(metrics[0]).toMatchObject({ Misses: 1, OriginCalls: 1 });
    expect(metrics[0]).not.toHaveProperty('RequestId');
    expect(metrics).toHaveLength(5);
  });

  test('logs nothing of its own, and writes no metrics if no cache was used', () => {
    expect(stderr).toBe('');
    expect(metrics.some(({ RequestId }) => RequestId === 'request-4')).toBe(false);
  });
});

describe('the handler of a runtime that cannot start', () => {
  const settings = JSON.stringify({ namespace: 'test', caching: { ttlMs: '300000' }, caches: {} });
  const { answers, stdout, stderr, metrics } = handle([[{ ids: ['a', 'a'] }]], { settings });

  test('still answers, and calls the loader every time', () => {
    expect(answers).toEqual([{ value: { products: [{ id: 'a', call: 2 }, { id: 'a', call: 3 }], request: 'request-0' } }]);
  });

  test('logs the reason once, and counts it in a metric', () => {
    expect(stderr.trimEnd().split('\n')).toEqual([expect.stringMatching(/runs uncached\. The setting caching\.ttlMs .* must be .* not "300000"/)]);
    expect(stdout.flatMap(emfErrors)).toEqual([]);
    expect(metrics).toMatchObject([{ StartFailures: 1, FunctionName: 'get-product', Reason: expect.stringContaining('caching.ttlMs') as string }]);
  });
});
