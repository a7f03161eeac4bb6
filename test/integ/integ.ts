import { join } from 'node:path';
import { AwsApiCall, ExpectedResult, IApiCall, IntegTest, Match } from '@aws-cdk/integ-tests-alpha';
import { App, Duration, Stack } from 'aws-cdk-lib';
import { IMetric } from 'aws-cdk-lib/aws-cloudwatch';
import { IVpc, SubnetType, Vpc } from 'aws-cdk-lib/aws-ec2';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { IFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { NodejsFunction } from 'aws-cdk-lib/aws-lambda-nodejs';
import { IStateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import type { Question } from './handlers/ask-aws';
import type { Limit } from './handlers/measure';
import type { Request as DashboardRequest } from './handlers/read-dashboard';
import { CacheDashboard, CachedFunction, CachedFunctionProps, ISharedCache } from 'cdk-cached-function';

/** What the stacks of this folder have in common. An assertion that fails makes the deployment fail, so `cdk deploy` is all it takes. */

/** CloudWatch lists a new metric after a quarter of an hour at most, and a new network takes its time with its first connections. */
const WAIT = { totalTimeout: Duration.minutes(20), interval: Duration.seconds(30) };

/** CloudFormation waits for an hour at most. */
const LONG_WAIT = { totalTimeout: Duration.minutes(58), interval: Duration.seconds(30) };

/** Longer than the assertions wait for a call: they would begin another. */
const PROBE_TIMEOUT = Duration.seconds(110);

/** Answers with how often this environment has read the origin. */
const GET_THING = join(__dirname, '..', 'equipment', 'handlers', 'get-thing.ts');

/** A handler of this folder. */
export function handler(name: string): string {
  return join(__dirname, 'handlers', `${name}.ts`);
}

/** A stack, and the assertions that are made, one after the other, when it is deployed. */
export class Integ {
  public readonly app = new App();
  public readonly stack: Stack;
  private readonly test: IntegTest;
  private readonly probes = new Map<string, NodejsFunction>();
  private last?: IApiCall;

  public constructor(name: string) {
    this.stack = new Stack(this.app, `CdkCachedFunction${name}`);
    this.test = new IntegTest(this.app, name, { testCases: [this.stack] });
  }

  public function(id: string, props: Partial<CachedFunctionProps> = {}): CachedFunction {
    return new CachedFunction(this.stack, id, { entry: GET_THING, runtime: Runtime.NODEJS_24_X, ...props });
  }

  /**
   * A function without a cache, which looks at what no assertion's own call can see. One for each handler.
   *
   * @param name of the handler
   * @param actions that it may do with whatever there is in the account
   */
  public probe(name: string, actions: string[] = [], environment?: Record<string, string>): NodejsFunction {
    const probe = this.probes.get(name) ?? new NodejsFunction(this.stack, `Probe-${name}`, {
      entry: handler(name), runtime: Runtime.NODEJS_24_X, timeout: PROBE_TIMEOUT, memorySize: 512, environment,
    });
    this.probes.set(name, probe);
    if (actions.length > 0) {
      probe.addToRolePolicy(new PolicyStatement({ actions, resources: ['*'] }));
    }
    return probe;
  }

  /** A VPC that reaches nothing outside, which is all that caches with IAM need, and costs nothing. */
  public isolatedVpc(): IVpc {
    return new Vpc(this.stack, 'Vpc', { maxAzs: 2, natGateways: 0, subnetConfiguration: [{ name: 'isolated', subnetType: SubnetType.PRIVATE_ISOLATED }] });
  }

  /** Invokes the function, after what was asserted before, until its answer is the expected one. Of a RegExp, matches the answer's JSON. */
  public expectAnswer(fn: IFunction, event: object, answer: unknown): void {
    const call = this.test.assertions.invokeFunction({ functionName: fn.functionName, payload: JSON.stringify(event) });
    this.expect(call, { Payload: answer instanceof RegExp ? Match.stringLikeRegexp(answer.source) : JSON.stringify(answer) });
  }

  /** The same on behalf of a tenant, where the function isolates them. */
  public expectTenantsAnswer(fn: IFunction, tenantId: string, event: object, answer: unknown): void {
    const call = this.test.assertions.awsApiCall('Lambda', 'invoke', {
      FunctionName: fn.functionName, TenantId: tenantId, Payload: JSON.stringify(event),
    });
    this.expect(call, { Payload: JSON.stringify(answer) }, 'lambda:InvokeFunction');
  }

  /**
   * Calls AWS until its answer has the expected values.
   *
   * @param expected of what the question picks; or the name of an error
   */
  public expectOfAws(question: Question, expected: readonly unknown[] | string | RegExp): void {
    const service = question.service.toLowerCase();
    this.expectAnswer(this.probe('ask-aws', [`${service}:${question.operation}`]), question, expected);
  }

  /** Asks CloudWatch until it has a value of one of the function's metrics. */
  public expectMetric(fn: IFunction, metricName: string): void {
    this.expectMetricOf('CachedFunction', metricName, { FunctionName: fn.functionName });
  }

  /** The same of any metric. */
  public expectMetricOf(namespace: string, metricName: string, dimensions: Record<string, string>): void {
    const call = this.test.assertions.awsApiCall('CloudWatch', 'listMetrics', {
      Namespace: namespace, MetricName: metricName, Dimensions: Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value })),
    });
    this.expect(call, { Metrics: Match.arrayWith([Match.objectLike({ MetricName: metricName })]) });
  }

  /** Neither the sum nor, of another statistic, any hour's value is more. Where there is no metric, there was nothing to count. */
  public expectAtMost(metric: IMetric, atMost: number, hours = 3): void {
    const { namespace, metricName, dimensions = [], statistic } = metric.toMetricConfig().metricStat!;
    const Dimensions = dimensions.map(({ name, value }) => ({ Name: name, Value: value as string }));
    const limit: Limit = {
      metric: { Namespace: namespace, MetricName: metricName, Dimensions },
      statistic,
      atMost,
      hours,
    };
    this.expectAnswer(this.probe('measure', ['cloudwatch:GetMetricData']), limit, true);
  }

  /**
   * CloudWatch draws lines of a function's dashboard, and finds nothing wrong with any.
   *
   * @param lines as in `Hit rate: all caches`
   * @param without lines for which there is no data
   */
  public expectDrawn(fn: CachedFunction, lines: string[], without: string[] = []): void {
    const id = `${fn.node.id}Dashboard`;
    const dashboard = this.stack.node.tryFindChild(id) as CacheDashboard | undefined
      ?? new CacheDashboard(this.stack, id, { functions: [fn], period: Duration.minutes(1) });
    const request: DashboardRequest = { dashboard: dashboard.dashboardName, lines: [...lines, ...without] };
    this.expectAnswer(this.probe('read-dashboard', ['cloudwatch:GetDashboard', 'cloudwatch:GetMetricData']), request, { drawn: lines, complaints: [] });
  }

  /** Runs a state machine to its end, for what takes longer than one call. */
  public expectRun(machine: IStateMachine): void {
    const start = this.test.assertions.awsApiCall('StepFunctions', 'startExecution', { stateMachineArn: machine.stateMachineArn });
    this.chain(start);
    const call = this.test.assertions.awsApiCall('StepFunctions', 'describeExecution', { executionArn: start.getAttString('executionArn') });
    // Alone: the whole answer is more than CloudFormation takes.
    this.chain(call.assertAtPath('status', ExpectedResult.stringLikeRegexp('^SUCCEEDED$')).waitForAssertions(LONG_WAIT));
  }

  /**
   * Two functions with one namespace, and a shared cache.
   *
   * @param props of both
   */
  public expectSharing(sharedCache: ISharedCache, props: Partial<CachedFunctionProps> = {}): CachedFunction[] {
    // Memory is never trusted: every call reads the shared cache.
    const caching = { ttl: Duration.hours(1), memoryTtl: Duration.millis(1), namespace: 'integ' };
    const [first, second] = ['First', 'Second'].map((id) => this.function(id, {
      entry: handler('share-thing'), sharedCache, timeout: Duration.seconds(30), caching, ...props,
    }));
    this.expectFound(first, second);
    this.expectMetric(second, 'SharedHits');
    return [first, second];
  }

  /** What the first of two functions loads, the second finds; what the first invalidates, it does not. Two of a stack, always the same. */
  public expectFound(first: IFunction, second: IFunction): void {
    const probe = this.probe('share-and-invalidate', [], { WRITER: first.functionName, READER: second.functionName });
    [first, second].forEach((fn) => fn.grantInvoke(probe));
    this.expectAnswer(probe, {}, { found: 50, stale: 0 });
  }

  private expect(call: IApiCall, expected: Record<string, unknown>, action?: string): void {
    call.expect(ExpectedResult.objectLike(expected)).waitForAssertions(WAIT);
    if (action !== undefined) {
      // Not the call's name, from which the assertions derive it.
      (call as AwsApiCall).waiterProvider!.addToRolePolicy({ Effect: 'Allow', Action: action, Resource: '*' });
    }
    this.chain(call);
  }

  private chain(call: IApiCall): void {
    this.last?.next(call);
    this.last = call;
  }
}
