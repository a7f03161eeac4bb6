import { Duration, type Stack } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { CacheAuth, type CachingOptions, Coherence, RedisCompatibleCache } from '../../src';
import { SETTINGS_VARIABLE } from '../../src/contract/runtime-settings';
import { newFunction, newStack } from '../deploying/stacks';

/** The construct's coherence settings, and its errors. */

const SECONDS = Duration.seconds(2);

function functionWith(caching: CachingOptions, isShared = true): Stack {
  const stack = newStack();
  const sharedCache = isShared
    ? new RedisCompatibleCache(stack, 'Redis', { host: 'redis.example.com', auth: CacheAuth.secret(new Secret(stack, 'Login')) })
    : undefined;
  newFunction(stack, { caching, sharedCache });
  return stack;
}

function coherenceOf(stack: Stack): unknown {
  const [fn] = Object.values(Template.fromStack(stack).findResources('AWS::Lambda::Function')) as { Properties: { Environment: { Variables: Record<string, unknown> } } }[];
  return /\\?"coherenceMs\\?":(\d+)/.exec(JSON.stringify(fn.Properties.Environment.Variables[SETTINGS_VARIABLE]))?.[1];
}

test.each([[Coherence.PER_INVOCATION, '0'], [Coherence.within(SECONDS), '2000'], [undefined, undefined]])('coherence reaches the runtime in milliseconds: %j', (coherence, expected) => {
  expect(coherenceOf(functionWith({ coherence }))).toBe(expected);
});

test('coherence together with memoryTtl is an error that names the one to remove', () => {
  expect(() => functionWith({ coherence: Coherence.PER_INVOCATION, memoryTtl: SECONDS })).toThrow(
    "caching.memoryTtl must not be set together with coherence, but is '2 seconds'. Drop memoryTtl: with coherence, entries stay in memory for as long as they are fresh.");
});

test('one cache of a function whose caches are coherent may have a memoryTtl', () => {
  const stack = newStack();
  newFunction(stack, { caching: { coherence: Coherence.PER_INVOCATION } }).addCachePolicy('price', { memoryTtl: SECONDS });

  expect(coherenceOf(stack)).toBe('0');
});

test('a bound of zero is an error that recommends PER_INVOCATION', () => {
  expect(() => Coherence.within(Duration.seconds(0))).toThrow("Coherence.within(bound) must be longer than zero, but is '0 seconds'. Use Coherence.PER_INVOCATION.");
});

test.each(['invocation', 2, {}])('a value that is no Coherence is an error: %j', (coherence) => {
  expect(() => functionWith({ coherence: coherence as unknown as Coherence })).toThrow(
    /caching\.coherence must be a Coherence, but is .*\. Use Coherence\.PER_INVOCATION or, for example, Coherence\.within\(Duration\.seconds\(2\)\)\./);
});

test('coherence without a shared cache causes a warning', () => {
  const stack = functionWith({ coherence: Coherence.PER_INVOCATION }, false);

  expect(Annotations.fromStack(stack).findWarning('*', Match.stringLikeRegexp('noSharedCache')).map(({ entry }) => entry.data))
    .toEqual(['No effect without `sharedCache`: caching.coherence. [ack: cdk-cached-function:noSharedCache]']);
});
