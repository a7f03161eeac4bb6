import { CfnParameter, Duration, Size } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import { TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { CfnFunction } from 'aws-cdk-lib/aws-lambda';
import { Topic } from 'aws-cdk-lib/aws-sns';
import fc from 'fast-check';
import { type CacheAlarmsOptions, CacheAuth, type CachedFunction, MetricsLevel, RedisCompatibleCache } from '../../../src';
import { evaluate } from '../../equipment/cloudwatch';
import { newFunction, newStack } from '../stacks';

interface AlarmProperties {
  readonly Threshold: number;
  readonly ComparisonOperator: 'LessThanThreshold' | 'GreaterThanThreshold';
  readonly TreatMissingData: string;
  readonly EvaluationPeriods: number;
  readonly DatapointsToAlarm?: number;
  readonly AlarmActions?: readonly unknown[];
  readonly AlarmDescription: string;
  readonly Metrics: readonly {
    readonly Id: string;
    readonly Expression?: string;
    readonly MetricStat?: {
      readonly Metric: { readonly MetricName: string; readonly Dimensions: readonly { Name: string; Value: unknown }[] };
      readonly Stat: string;
      readonly Period: number;
    };
  }[];
}

/** The alarms of a stack, by logical id. */
function alarmsOf(stack: ReturnType<typeof newStack>): Record<string, AlarmProperties> {
  return Object.fromEntries(Object.entries(Template.fromStack(stack).findResources('AWS::CloudWatch::Alarm'))
    .map(([id, resource]) => [id.replace(/[0-9A-F]{8}$/, ''), resource.Properties as AlarmProperties]));
}

function alarmOf(add: (fn: CachedFunction) => void, props: Parameters<typeof newFunction>[1] = {}): AlarmProperties {
  const stack = newStack();
  add(newFunction(stack, { sharedCache: new RedisCompatibleCache(stack, 'Server', { host: 'cache.example.com', auth: CacheAuth.none() }), ...props }));
  const [alarm, ...others] = Object.values(alarmsOf(stack));
  expect(others).toEqual([]);
  return alarm;
}

/** What the runtime wrote in one period, by the metrics' names. What is absent was not written. */
type Period = Readonly<Record<string, number>>;

/** The alarm's value in each period; both ways in which CloudWatch may fill what is empty must come to the same decision. */
function valuesOf(alarm: AlarmProperties, periods: readonly Period[], fillsWhatIsEmpty: boolean): (number | undefined)[] {
  const { Expression } = alarm.Metrics.find((metric) => metric.Expression !== undefined)!;
  return [...evaluate(Expression!, {
    length: periods.length,
    fillsWhatIsEmpty,
    valuesOf: (id) => periods.map((period) => period[alarm.Metrics.find((metric) => metric.Id === id)!.MetricStat!.Metric.MetricName]),
  })];
}

/** Whether the alarm would be in ALARM after these periods, the last ones of which it looks at. */
function fires(alarm: AlarmProperties, periods: readonly Period[]): boolean {
  const [one, other] = [true, false].map((fillsWhatIsEmpty) => {
    const looked = valuesOf(alarm, periods, fillsWhatIsEmpty).slice(-alarm.EvaluationPeriods);
    const breaching = looked.filter((value) => value === undefined
      ? alarm.TreatMissingData === 'breaching'
      : alarm.ComparisonOperator === 'LessThanThreshold' ? value < alarm.Threshold : value > alarm.Threshold);
    return breaching.length >= (alarm.DatapointsToAlarm ?? alarm.EvaluationPeriods);
  });
  expect(one).toBe(other);
  return one;
}

const times = (count: number, period: Period): Period[] => Array.from({ length: count }, () => period);

describe('addHitRateAlarm', () => {
  const alarm = alarmOf((fn) => fn.addHitRateAlarm('Warning', { thresholdPercent: 80 }));

  test('fires if the hit rate is lower, three periods in a row', () => {
    expect(fires(alarm, times(3, { Hits: 79, Misses: 21 }))).toBe(true);
    expect(fires(alarm, [{ Hits: 80, Misses: 20 }, ...times(2, { Hits: 79, Misses: 21 })])).toBe(false);
    expect(fires(alarm, times(3, { Hits: 80, Misses: 20 }))).toBe(false);
  });

  test('does not fire without calls, nor with too few to be significant', () => {
    expect(fires(alarm, times(3, {}))).toBe(false);
    expect(fires(alarm, times(3, { Hits: 0, Misses: 0 }))).toBe(false);
    expect(fires(alarm, times(3, { Hits: 0, Misses: 99 }))).toBe(false);
    expect(fires(alarm, times(3, { Hits: 0, Misses: 100 }))).toBe(true);
  });

  test('can watch one cache and other periods, and require more calls', () => {
    const product = alarmOf((fn) => fn.addHitRateAlarm('Low', {
      cache: 'product',
      thresholdPercent: 50,
      minRequests: 1_000,
      period: Duration.minutes(1),
      evaluationPeriods: 5,
      datapointsToAlarm: 2,
      treatMissingData: TreatMissingData.BREACHING,
      description: 'See the runbook',
    }));

    expect(product).toMatchObject({ EvaluationPeriods: 5, DatapointsToAlarm: 2, TreatMissingData: 'breaching', AlarmDescription: 'See the runbook' });
    for (const { MetricStat } of product.Metrics.filter((metric) => metric.MetricStat !== undefined)) {
      expect(MetricStat).toMatchObject({ Period: 60, Metric: { Dimensions: expect.arrayContaining([{ Name: 'CacheName', Value: 'product' }]) } });
    }
    expect(fires(product, [...times(3, { Hits: 1_000, Misses: 0 }), ...times(2, { Hits: 400, Misses: 600 })])).toBe(true);
    expect(fires(product, [...times(4, { Hits: 1_000, Misses: 0 }), { Hits: 400, Misses: 600 }])).toBe(false);
  });

  test('behaves as described, whatever the data', () => {
    const count = fc.oneof(fc.constant(0), fc.nat(1_000));
    const period = fc.option(fc.record({ Hits: count, Misses: count }), { nil: {} as Period });
    const periodsOf = fc.array(period, { minLength: 3, maxLength: 6 });
    fc.assert(fc.property(fc.integer({ min: 1, max: 100 }), fc.integer({ min: 1, max: 300 }), periodsOf, (threshold, min, periods) => {
      const any = { ...alarm, Threshold: threshold, Metrics: alarm.Metrics.map((metric) => ({ ...metric, Expression: metric.Expression?.replace('100,', `${min},`) })) };
      const isBad = ({ Hits = 0, Misses = 0 }: Period) => Hits + Misses >= min && 100 * Hits / (Hits + Misses) < threshold;
      expect(fires(any, periods)).toBe(periods.slice(-3).every(isBad));
    }), { numRuns: 300 });
  });
});

describe('addErrorRateAlarm', () => {
  const alarm = alarmOf((fn) => fn.addErrorRateAlarm('Critical', { thresholdPercent: 5 }));

  test('fires if a larger share of the loader\'s calls fails', () => {
    expect(fires(alarm, times(3, { OriginCalls: 100, OriginErrors: 6 }))).toBe(true);
    expect(fires(alarm, times(3, { OriginCalls: 100, OriginErrors: 5 }))).toBe(false);
  });

  test('does not fire without errors, which are not written then, without calls, or with few', () => {
    expect(fires(alarm, times(3, { OriginCalls: 100 }))).toBe(false);
    expect(fires(alarm, times(3, {}))).toBe(false);
    expect(fires(alarm, times(3, { OriginCalls: 9, OriginErrors: 9 }))).toBe(false);
    expect(fires(alarm, times(3, { OriginCalls: 10, OriginErrors: 10 }))).toBe(true);
  });
});

describe('addSharedFailureRateAlarm', () => {
  const alarm = alarmOf((fn) => fn.addSharedFailureRateAlarm('Warning', { thresholdPercent: 10 }));

  test('adds up errors, timeouts, and calls that an open breaker skipped, whichever of them there are', () => {
    expect(fires(alarm, times(3, { SharedLatency: 100, SharedErrors: 11 }))).toBe(true);
    expect(fires(alarm, times(3, { SharedLatency: 100, SharedErrors: 6, SharedTimeouts: 5 }))).toBe(true);
    expect(fires(alarm, times(3, { SharedSkips: 500 }))).toBe(true);
    expect(fires(alarm, times(3, { SharedLatency: 100, SharedErrors: 10 }))).toBe(false);
  });

  test('does not fire if all calls succeed, or there are none or few', () => {
    expect(fires(alarm, times(3, { SharedLatency: 100 }))).toBe(false);
    expect(fires(alarm, times(3, {}))).toBe(false);
    expect(fires(alarm, times(3, { SharedLatency: 50, SharedErrors: 50 }))).toBe(false);
  });

  test('counts calls by their latencies: every call has one', () => {
    expect(alarm.Metrics.find(({ Id }) => Id === 'calls')?.MetricStat).toMatchObject({ Stat: 'SampleCount' });
  });

  test('needs a shared cache', () => {
    expect(() => newFunction(newStack()).addSharedFailureRateAlarm('Warning', { thresholdPercent: 10 })).toThrow(/sharedCache must be given/);
  });
});

describe('addMemoryAlarm', () => {
  const MIB = 1024 * 1024;

  test.each([
    ['a quarter of the memory', {}, 32],
    ["the construct's setting", { memorySize: 512, caching: { maxMemory: Size.mebibytes(200) } }, 200],
  ])('fires if the fullest environment exceeds the bound: %s', (_, props, mebibytes) => {
    const alarm = alarmOf((fn) => fn.addMemoryAlarm('Full', { thresholdPercent: 95 }), props);

    expect(alarm.Metrics.find(({ Id }) => Id === 'memory')?.MetricStat).toMatchObject({ Stat: 'Maximum', Metric: { MetricName: 'MemoryBytes' } });
    expect(fires(alarm, times(3, { MemoryBytes: 0.96 * mebibytes * MIB }))).toBe(true);
    expect(fires(alarm, times(3, { MemoryBytes: 0.95 * mebibytes * MIB }))).toBe(false);
    expect(fires(alarm, times(3, {}))).toBe(false);
  });

  test('follows a memory size that is changed later', () => {
    const alarm = alarmOf((fn) => {
      fn.addMemoryAlarm('Full', { thresholdPercent: 95 });
      (fn.node.defaultChild as CfnFunction).memorySize = 1_024;
    });

    expect(fires(alarm, times(3, { MemoryBytes: 0.94 * 256 * MIB }))).toBe(false);
    expect(fires(alarm, times(3, { MemoryBytes: 0.96 * 256 * MIB }))).toBe(true);
  });

  test('cannot be added if the bound is known only at deploy time', () => {
    const stack = newStack();
    newFunction(stack, { memorySize: new CfnParameter(stack, 'Size', { type: 'Number' }).valueAsNumber }).addMemoryAlarm('Full', { thresholdPercent: 95 });

    expect(() => Template.fromStack(stack)).toThrow(/memorySize must be known.*caching\.maxMemory/);
  });
});

test('minRequests may be known only at deploy time, without CDK\'s warning about the expression', () => {
  const stack = newStack();
  newFunction(stack).addHitRateAlarm('Low', { thresholdPercent: 80, minRequests: new CfnParameter(stack, 'Least', { type: 'Number' }).valueAsNumber });

  const [{ Metrics }] = Object.values(alarmsOf(stack));
  expect(Metrics.find(({ Expression }) => Expression !== undefined)!.Expression)
    .toEqual({ 'Fn::Join': ['', ['IF(hits + misses >= ', { Ref: 'Least' }, ', 100 * hits / (hits + misses))']] });
  expect(Annotations.fromStack(stack).findWarning('*', Match.anyValue())).toEqual([]);
});

describe('addAlarms', () => {
  test('adds one for each bound, with the actions of its severity and its own', () => {
    const stack = newStack();
    const [mail, pager, extra] = ['Mail', 'Pager', 'Extra'].map((id) => new SnsAction(new Topic(stack, id)));
    const alarms = newFunction(stack).addAlarms({
      hitRate: { warning: { thresholdPercent: 80 }, critical: { thresholdPercent: 50, actions: [extra] } },
      errorRate: { critical: { thresholdPercent: 10 } },
      memory: { warning: { thresholdPercent: 95 } },
      warningActions: [mail],
      criticalActions: [pager],
    });

    expect(alarms).toHaveLength(4);
    const topic = (id: string) => ({ Ref: expect.stringMatching(`^${id}`) as string });
    expect(alarmsOf(stack)).toEqual({
      GetThingHitRateAlarmWarning: expect.objectContaining({ Threshold: 80, AlarmActions: [topic('Mail')] }),
      GetThingHitRateAlarmCritical: expect.objectContaining({ Threshold: 50, AlarmActions: [topic('Pager'), topic('Extra')] }),
      GetThingErrorRateAlarmCritical: expect.objectContaining({ Threshold: 10, AlarmActions: [topic('Pager')] }),
      GetThingMemoryAlarmWarning: expect.objectContaining({ Threshold: 95, AlarmActions: [topic('Mail')] }),
    });
  });

  test.each<[string, CacheAlarmsOptions, RegExp]>([
    ['a hit rate that is critical before it is a warning', { hitRate: { warning: { thresholdPercent: 50 }, critical: { thresholdPercent: 80 } } },
      /hitRate\.critical\.thresholdPercent must be below the threshold of `warning` \(50\), but is 80/],
    ['errors that are critical before they are a warning', { errorRate: { warning: { thresholdPercent: 5 }, critical: { thresholdPercent: 5 } } },
      /errorRate\.critical\.thresholdPercent must be above the threshold of `warning` \(5\), but is 5/],
  ])('refuses %s', (_, options, message) => {
    expect(() => newFunction(newStack()).addAlarms(options)).toThrow(message);
  });
});

describe('errors at synth name the prop, its value and the remedy', () => {
  test.each<[string, (fn: CachedFunction) => void, RegExp]>([
    ['a fraction', (fn) => fn.addHitRateAlarm('A', { thresholdPercent: 0.8 }), /addHitRateAlarm\(options\)\.thresholdPercent must be from 1 to 100, but is 0\.8\. .*80, not 0\.8/],
    ['more than all', (fn) => fn.addErrorRateAlarm('A', { thresholdPercent: 100 }), /thresholdPercent must be from 0 to less than 100/],
    ['no requests', (fn) => fn.addHitRateAlarm('A', { thresholdPercent: 80, minRequests: 0 }), /minRequests must be a whole number greater than zero, but is 0/],
    ['more values than there are', (fn) => fn.addMemoryAlarm('A', { thresholdPercent: 80, datapointsToAlarm: 4 }),
      /addMemoryAlarm\(options\)\.datapointsToAlarm must be at most evaluationPeriods \(3\), but is 4/],
    ['seconds', (fn) => fn.addHitRateAlarm('A', { thresholdPercent: 80, period: Duration.seconds(10) }), /period must be a multiple of one minute, but is '10 seconds'/],
    ['days of minutes', (fn) => fn.addHitRateAlarm('A', { thresholdPercent: 80, period: Duration.minutes(5), evaluationPeriods: 289 }), /evaluationPeriods must cover at most a day/],
    ['an invalid cache name', (fn) => fn.addHitRateAlarm('A', { thresholdPercent: 80, cache: 'my cache' }), /'my cache'/],
  ])('%s', (_, add, message) => {
    expect(() => add(newFunction(newStack()))).toThrow(message);
  });

  test('alarms on metrics that are not written', () => {
    expect(() => newFunction(newStack(), { metrics: MetricsLevel.NONE }).addHitRateAlarm('A', { thresholdPercent: 80 })).toThrow(/metrics must not be MetricsLevel\.NONE/);
    expect(() => newFunction(newStack(), { metrics: MetricsLevel.FUNCTION }).addHitRateAlarm('A', { thresholdPercent: 80, cache: 'product' }))
      .toThrow(/addHitRateAlarm\(options\)\.cache must be left out with MetricsLevel\.FUNCTION/);
  });
});
