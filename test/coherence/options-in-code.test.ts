import { policyOf } from '../../lambda-runtime/api/policy-of.js';

/** Coherence in the handler's code, and the operator's settings that replace it. */

test.each([['invocation' as const, 0], [{ seconds: 2 }, 2_000], [undefined, undefined]])('coherence of %j', (coherence, coherenceMs) => {
  expect(policyOf('price', { coherence }).coherenceMs).toBe(coherenceMs);
});

test('coherence together with memoryTtl is a TypeError that names the one to remove', () => {
  expect(() => policyOf('price', { coherence: 'invocation', memoryTtl: { seconds: 2 } })).toThrow(new TypeError(
    "Cache 'price' has both coherence and memoryTtl. Drop memoryTtl: with coherence, entries stay in memory for as long as they are fresh."));
});

test.each([
  ['never', "coherence of cache 'price' must be 'invocation' or a duration like { seconds: 2 }, not 'never'."],
  [{ seconds: 0 }, "coherence of cache 'price' must be longer than zero, not {\"seconds\":0}."],
  [2, "coherence of cache 'price' must be a duration with its unit, like { seconds: 30 }, not 2."],
])('coherence of %j is a TypeError', (coherence, message) => {
  expect(() => policyOf('price', { coherence: coherence as 'invocation' })).toThrow(message);
});

test.each([
  ["the code's memoryTtl", { memoryTtl: { hours: 1 } }, { coherenceMs: 0 }, { coherenceMs: 0, memoryTtlMs: undefined }],
  ["the code's coherence", { coherence: 'invocation' as const }, { memoryTtlMs: 5 }, { coherenceMs: undefined, memoryTtlMs: 5 }],
])("the operator's setting replaces %s", (_, options, settings, expected) => {
  const { coherenceMs, memoryTtlMs } = policyOf('price', options, settings);

  expect({ coherenceMs, memoryTtlMs }).toEqual(expected);
});
