import { App, Stack } from 'aws-cdk-lib';
import { functionWithoutEntry } from './fixtures/shop-stack';
import { expectCached, newStack } from './stacks';
import { CachedFunction } from '../../src';

describe('an entry that is not given', () => {
  test('is found beside the file that creates the function', () => {
    const stack = new Stack(new App(), 'Shop');
    functionWithoutEntry(stack);

    expectCached(stack);
  });

  test('is an error that names the prop, and the file that would be found', () => {
    expect(() => new CachedFunction(newStack(), 'Nowhere')).toThrow(/entry must be the path of the handler's source file.*entry\.test\.Nowhere\.ts/);
  });
});
