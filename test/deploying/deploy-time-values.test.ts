import { join } from 'node:path';
import { CfnParameter, Duration, Size, Stack, Token } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Code, Runtime, RuntimeFamily } from 'aws-cdk-lib/aws-lambda';
import { expectCached, LAYER_HANDLER, newApp, newFunction } from './stacks';

test('values known only at deploy time are never an error', () => {
  const stack = new Stack(newApp(), 'Shop');
  const number = new CfnParameter(stack, 'Number', { type: 'Number' }).valueAsNumber;
  const text = new CfnParameter(stack, 'Text').valueAsString;
  const fn = newFunction(stack, {
    memorySize: number,
    timeout: Duration.seconds(number),
    environment: { NODE_OPTIONS: text, TOKEN: text },
    functionName: text,
    handler: 'index.handler',
    caching: {
      ttl: Duration.millis(number),
      staleIfError: Duration.millis(number),
      softTimeout: Duration.millis(number),
      jitter: number,
      maxEntries: number,
      maxMemory: Size.bytes(number),
      maxBackgroundTime: Duration.millis(number),
      namespace: text,
      valueVersion: text,
    },
  });
  fn.addCachePolicy('thing', { ttl: Duration.millis(number) });
  fn.metricHits({ cache: text });

  // NodejsFunction itself needs the runtime to bundle for it, but not for prebuilt code.
  const parameter = new Runtime(Token.asString({ Ref: 'Text' }), RuntimeFamily.NODEJS);
  newFunction(stack, { entry: undefined, code: Code.fromAsset(join(__dirname, 'handlers')), handler: text, runtime: parameter }, 'Prebuilt');

  expectCached(stack, { MemorySize: { Ref: 'Number' } });
  Template.fromStack(stack).hasResourceProperties('AWS::Lambda::Function', {
    Runtime: { Ref: 'Text' }, Handler: LAYER_HANDLER, Environment: { Variables: { CDK_CACHED_FUNCTION_HANDLER: { Ref: 'Text' } } },
  });
});
