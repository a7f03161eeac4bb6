import { NestedStack, Stage } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { Alarm } from 'aws-cdk-lib/aws-cloudwatch';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { expectCached, newApp, newFunction, newStack, propertiesOf } from './stacks';

describe('a function\'s place in the app', () => {
  test('each stage has its own namespace, and each stack its own layer', () => {
    const app = newApp();
    const stacks = ['Dev', 'Prod'].map((name) => {
      const stack = newStack('Shop', new Stage(app, name));
      newFunction(stack);
      return stack;
    });

    const namespaces = stacks.map((stack) => {
      const settings = JSON.parse(propertiesOf(stack).Environment.Variables.CDK_CACHED_FUNCTION_SETTINGS) as { namespace: string };
      return settings.namespace;
    });
    expect(namespaces).toEqual(['123456789012/eu-west-1/Dev-Shop/GetThing', '123456789012/eu-west-1/Prod-Shop/GetThing']);
    stacks.forEach((stack) => Template.fromStack(stack).resourceCountIs('AWS::Lambda::LayerVersion', 1));
  });

  test('a nested stack has its own layer, and a function with the same id in its parent has another namespace', () => {
    const parent = newStack();
    const nested = new NestedStack(parent, 'Nested');
    newFunction(parent);
    newFunction(nested);

    Template.fromStack(nested).resourceCountIs('AWS::Lambda::LayerVersion', 1);
    expectCached(nested);
    const settings = [parent, nested].map((stack) => JSON.stringify(propertiesOf(stack).Environment.Variables.CDK_CACHED_FUNCTION_SETTINGS));
    expect(settings[0]).not.toBe(settings[1]);
  });

  test('its metrics and its permissions can be used from other stacks, without a cycle', () => {
    const app = newApp();
    const [shop, watch] = [newStack('Shop', app), newStack('Watch', app)];
    const fn = newFunction(shop);
    new Alarm(watch, 'HitRate', { metric: fn.metricHitRate({ cache: 'thing' }), threshold: 50, evaluationPeriods: 1 });
    fn.grantInvoke(new Role(watch, 'Caller', { assumedBy: new ServicePrincipal('states.amazonaws.com') }));

    expect(() => app.synth()).not.toThrow();
    expect(watch.dependencies).toEqual([shop]);
    expect(JSON.stringify(Template.fromStack(watch).findResources('AWS::CloudWatch::Alarm'))).toContain('Shop:ExportsOutputRefGetThing');
    Template.fromStack(watch).hasResourceProperties('AWS::IAM::Policy', { PolicyDocument: { Statement: [Match.objectLike({ Action: 'lambda:InvokeFunction' })] } });
  });
});
