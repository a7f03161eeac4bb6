import { Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { LambdaIntegration, RestApi } from 'aws-cdk-lib/aws-apigateway';
import { AttributeType, Table } from 'aws-cdk-lib/aws-dynamodb';
import { ManagedPolicy, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { CfnFunction, FunctionUrlAuthType } from 'aws-cdk-lib/aws-lambda';
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { expectCached, newFunction, newStack } from './stacks';

describe('permissions and event sources of a function', () => {
  test('are granted to its role', () => {
    const stack = newStack();
    const fn = newFunction(stack);
    new Table(stack, 'Table', { partitionKey: { name: 'id', type: AttributeType.STRING } }).grantReadData(fn);
    new Bucket(stack, 'Bucket').grantRead(fn);
    fn.grantInvoke(new ServicePrincipal('events.amazonaws.com'));

    const template = Template.fromStack(stack);
    template.hasResourceProperties('AWS::IAM::Policy', {
      PolicyDocument: { Statement: Match.arrayWith([Match.objectLike({ Action: Match.arrayWith(['dynamodb:GetItem']) }), Match.objectLike({ Action: Match.arrayWith(['s3:GetObject*']) })]) },
      Roles: [{ Ref: Match.stringLikeRegexp('^GetThingServiceRole') }],
    });
    template.hasResourceProperties('AWS::Lambda::Permission', { Action: 'lambda:InvokeFunction', Principal: 'events.amazonaws.com' });
  });

  test('include event sources, APIs and function URLs', () => {
    const stack = newStack();
    const fn = newFunction(stack);
    fn.addEventSource(new SqsEventSource(new Queue(stack, 'Queue'), { batchSize: 5 }));
    new RestApi(stack, 'Api').root.addMethod('GET', new LambdaIntegration(fn));
    fn.addFunctionUrl({ authType: FunctionUrlAuthType.AWS_IAM });

    const functionId = stack.getLogicalId(fn.node.defaultChild as CfnFunction);
    const template = Template.fromStack(stack);
    template.hasResourceProperties('AWS::Lambda::EventSourceMapping', { FunctionName: { Ref: functionId }, BatchSize: 5 });
    template.resourceCountIs('AWS::ApiGateway::Method', 1);
    template.hasResourceProperties('AWS::Lambda::Url', { TargetFunctionArn: { 'Fn::GetAtt': [functionId, 'Arn'] } });
    expectCached(stack);
  });

  test.each([
    ['a role of this app', (stack: Stack) => new Role(stack, 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') })],
    ['an imported role', (stack: Stack) => Role.fromRoleArn(stack, 'Role', 'arn:aws:iam::123456789012:role/theirs')],
    ['an imported role that must not be changed', (stack: Stack) => Role.fromRoleArn(stack, 'Role', 'arn:aws:iam::123456789012:role/theirs', { mutable: false })],
  ])('include what %s allows', (_, roleIn) => {
    const stack = newStack();
    const role = roleIn(stack);
    newFunction(stack, { role });

    expectCached(stack, { Role: stack.resolve(role.roleArn) as object });
    // Memory alone needs no permission at all.
    Template.fromStack(stack).resourceCountIs('AWS::IAM::Policy', 0);
    Template.fromStack(stack).resourceCountIs('AWS::IAM::Role', role instanceof Role ? 1 : 0);
  });
});

test('a given managed policy stays the only one', () => {
  const stack = newStack();
  const fn = newFunction(stack);
  fn.role!.addManagedPolicy(ManagedPolicy.fromAwsManagedPolicyName('AmazonSQSReadOnlyAccess'));

  Template.fromStack(stack).hasResourceProperties('AWS::IAM::Role', { ManagedPolicyArns: Match.arrayWith([{ 'Fn::Join': ['', Match.arrayWith([Match.stringLikeRegexp('AmazonSQSReadOnlyAccess')])] }]) });
});
