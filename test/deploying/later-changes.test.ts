import { Aspects, Tags } from 'aws-cdk-lib';
import { Match } from 'aws-cdk-lib/assertions';
import { CfnFunction } from 'aws-cdk-lib/aws-lambda';
import { aspect, expectCached, LAYER_HANDLER, newFunction, newStack, propertiesOf } from './stacks';
import { CachedFunction } from '../../src';

describe('changes after the construct was created', () => {
  test('by escape hatches are respected', () => {
    const stack = newStack();
    const resource = newFunction(stack).node.defaultChild as CfnFunction;
    resource.addPropertyOverride('Environment.Variables.EXTRA', 'x');
    resource.timeout = 17;
    resource.addPropertyDeletionOverride('Environment.Variables.NODE_OPTIONS');

    expectCached(stack, { Timeout: 17, Environment: { Variables: Match.objectLike({ EXTRA: 'x', NODE_OPTIONS: Match.absent() }) } });
  });

  test('to the memory size also change V8\'s heap sizes', () => {
    const stack = newStack();
    const resource = newFunction(stack).node.defaultChild as CfnFunction;
    resource.memorySize = 2_048;

    expect(propertiesOf(stack).Environment.Variables).not.toHaveProperty('NODE_OPTIONS');
  });

  test('by Aspects are respected: tags, variables, another handler around ours', () => {
    const stack = newStack();
    newFunction(stack);
    Tags.of(stack).add('team', 'shop');
    Aspects.of(stack).add(aspect((node) => {
      if (node instanceof CachedFunction) {
        node.addEnvironment('ADDED', 'by an Aspect');
      }
      if (node instanceof CfnFunction) {
        // As tracing products do it.
        node.addPropertyOverride('Environment.Variables.THEIR_HANDLER', node.handler);
        node.handler = '/opt/theirs/handler.handler';
      }
    }));

    expect(propertiesOf(stack)).toMatchObject({
      Handler: '/opt/theirs/handler.handler',
      Tags: [{ Key: 'team', Value: 'shop' }],
      Environment: { Variables: { ADDED: 'by an Aspect', THEIR_HANDLER: LAYER_HANDLER, CDK_CACHED_FUNCTION_HANDLER: 'index.handler' } },
    });
  });
});
