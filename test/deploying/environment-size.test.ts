import { App, Aspects, Aws, Duration, Stack } from 'aws-cdk-lib';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { aspect, newFunction, newStack, propertiesOf } from './stacks';
import { CachedFunction, CachedFunctionProps } from '../../src';

describe("Lambda's limit for environment variables", () => {
  const errorOf = (prepare: (fn: CachedFunction, stack: Stack) => void, props: Partial<CachedFunctionProps> = {}) => {
    const stack = newStack();
    prepare(newFunction(stack, props), stack);
    try {
      (stack.node.root as App).synth();
      return undefined;
    } catch (error) {
      return (error as Error).message;
    }
  };

  test('is an error that names the size, the largest variables and the remedy', () => {
    const message = errorOf((fn) => {
      for (let i = 0; i < 60; i++) {
        fn.addCachePolicy(`a-cache-with-a-rather-long-name-${i}`, { ttl: Duration.hours(1), staleIfError: Duration.days(1) });
      }
      fn.addEnvironment('LARGE', 'x'.repeat(1_000));
    });

    expect(message).toMatch(/Shop\/GetThing/);
    expect(message).toMatch(/environment must be at most 4096 bytes for all variables \(Lambda's limit\), but is '\d{4} bytes'/);
    expect(message).toMatch(/The largest are CDK_CACHED_FUNCTION_SETTINGS \(\d+ bytes\), LARGE \(1009 bytes\), /);
    expect(message).toMatch(/fewer caches have an addCachePolicy\(\).*Parameter Store/);
  });

  // What ours take is known: one byte more or less decides.
  const OURS = Buffer.byteLength(JSON.stringify({ ...variablesOf(), FILL: '' }));

  test.each([[4_096 - OURS, undefined], [4_096 - OURS + 1, /is '4097 bytes'/]])('is reached with %d more bytes: %s', (fill, error) => {
    const message = errorOf((fn) => fn.addEnvironment('FILL', 'x'.repeat(fill)));

    expect(message ?? '').toMatch(error ?? /^$/);
  });

  test('counts what JSON adds for quotes and for non-ASCII text, as Lambda does', () => {
    expect(errorOf((fn) => fn.addEnvironment('QUOTES', '"'.repeat(2_000)))).toMatch(/QUOTES \(4010 bytes\)/);
    expect(errorOf((fn) => fn.addEnvironment('WORDS', 'ü'.repeat(2_000)))).toMatch(/WORDS \(4009 bytes\)/);
  });

  test('does not count values known only at deploy time', () => {
    expect(errorOf((fn, stack) => {
      for (let i = 0; i < 40; i++) {
        fn.addEnvironment(`N${i}`, new Bucket(stack, `A-bucket-with-a-long-name-that-is-only-in-the-template-${i}`).bucketArn);
      }
    })).toBeUndefined();
    expect(errorOf((fn) => fn.addEnvironment('JOINED', `${Aws.STACK_ID}${'x'.repeat(4_096)}`))).toMatch(/JOINED \(41\d\d bytes\)/);
  });

  test('includes what Aspects add', () => {
    expect(errorOf((_, stack) => {
      Aspects.of(stack).add(aspect((node) => {
        if (node instanceof CachedFunction) {
          node.addEnvironment('ADDED', 'x'.repeat(5_000));
        }
      }));
    })).toMatch(/ADDED \(5009 bytes\)/);
  });

  function variablesOf(): Record<string, string> {
    const stack = newStack();
    newFunction(stack);
    return propertiesOf(stack).Environment.Variables;
  }
});
