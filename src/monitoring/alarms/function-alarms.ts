import { Lazy } from 'aws-cdk-lib';
import { Alarm, ComparisonOperator, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { CacheAlarmOptions, CacheAlarmsOptions, CacheRateAlarmOptions } from './alarm-options';
import { ComparisonDirection, checkAlarm, checkAlarmNames, checkSeverities, EVALUATION_PERIODS } from './check-alarm';
import { inConstruct, invalidProp } from '../../validation/errors';
import { Formula, mathOf } from '../metrics/cache-metrics';
import { MonitoredFunction } from '../metrics/monitored-function';
import { ERROR_RATE, fromAtLeast, HIT_RATE, memoryUsage, Rate, SHARED_FAILURE_RATE } from '../metrics/rates';

interface RateAlarm {
  readonly id: string;
  readonly rate: Rate;
  readonly direction: ComparisonDirection;
  /** The default. */
  readonly minRequests: number;
}

const HIT_RATE_ALARM: RateAlarm = { id: 'HitRateAlarm', rate: HIT_RATE, direction: 'below', minRequests: 100 };
/** A working cache makes few loader calls, so fewer must suffice. */
const ERROR_RATE_ALARM: RateAlarm = { id: 'ErrorRateAlarm', rate: ERROR_RATE, direction: 'above', minRequests: 10 };
const SHARED_FAILURE_RATE_ALARM: RateAlarm = { id: 'SharedFailureRateAlarm', rate: SHARED_FAILURE_RATE, direction: 'above', minRequests: 100 };

/**
 * Creates the alarms of one function.
 *
 * @internal
 */
export class FunctionAlarms {
  public constructor(private readonly observed: MonitoredFunction) {}

  /**
   * Adds an alarm that fires when the hit rate falls below a bound. Periods with fewer calls than `minRequests` do not count.
   *
   * @param name unique among the function's alarms of this kind, usually a severity
   * @throws Error if the alarm could never fire, or an option is invalid
   */
  public addHitRateAlarm(name: string, options: CacheRateAlarmOptions): Alarm {
    return this.addRateAlarm(name, options, HIT_RATE_ALARM);
  }

  /**
   * Adds an alarm that fires when the share of failed loader calls exceeds a bound. Periods with fewer loader calls than `minRequests` do
   * not count.
   *
   * @param name unique among the function's alarms of this kind, usually a severity
   * @throws Error if the alarm could never fire, or an option is invalid
   */
  public addErrorRateAlarm(name: string, options: CacheRateAlarmOptions): Alarm {
    return this.addRateAlarm(name, options, ERROR_RATE_ALARM);
  }

  /**
   * Adds an alarm that fires when the entries in the fullest environment take more than a given share of `caching.maxMemory`. A full
   * cache keeps working: it evicts entries.
   *
   * @param name unique among the function's alarms of this kind, usually a severity
   * @throws Error if the alarm could never fire, or an option is invalid
   */
  public addMemoryAlarm(name: string, options: CacheAlarmOptions): Alarm {
    inConstruct(this.observed.className, this.observed.fn, () => {
      checkAlarm('addMemoryAlarm(options)', options, 'above', this.observed.level);
    });
    return this.addAlarm(`MemoryAlarm-${name}`, memoryUsage(this.memoryBound()), options, 'above');
  }

  /**
   * Adds an alarm that fires when the share of failed calls to the shared cache exceeds a bound. A call counts as failed if it returns an
   * error, times out, or is skipped because the breaker is open. Periods with fewer calls than `minRequests` do not count.
   *
   * @param name unique among the function's alarms of this kind, usually a severity
   * @throws Error if the alarm could never fire, or an option is invalid
   */
  public addSharedFailureRateAlarm(name: string, options: CacheRateAlarmOptions): Alarm {
    inConstruct(this.observed.className, this.observed.fn, () => {
      if (this.observed.sharedCache === undefined) {
        throw invalidProp('sharedCache', undefined, 'must be given for an alarm on the shared cache', 'Leave the alarm out: without a shared cache, nothing can fail.');
      }
    });
    return this.addRateAlarm(name, options, SHARED_FAILURE_RATE_ALARM);
  }

  /**
   * Adds alarms of two severities. Each bound creates the same alarm as the method for a single alarm, named 'Warning' or 'Critical'.
   *
   * @throws Error if one of them could never fire, or an option is invalid
   */
  public addAlarms(options: CacheAlarmsOptions): Alarm[] {
    const { hitRate, errorRate, memory, sharedFailureRate } = options;
    inConstruct(this.observed.className, this.observed.fn, () => {
      checkAlarmNames('addAlarms(options)', options);
      checkSeverities('addAlarms(options).hitRate', hitRate, 'below');
      checkSeverities('addAlarms(options).errorRate', errorRate, 'above');
      checkSeverities('addAlarms(options).memory', memory, 'above');
      checkSeverities('addAlarms(options).sharedFailureRate', sharedFailureRate, 'above');
    });
    return (['warning', 'critical'] as const).flatMap((severity) => {
      const name = severity === 'warning' ? 'Warning' : 'Critical';
      const actions = options[`${severity}Actions`] ?? [];
      const add = <O extends CacheAlarmOptions>(one: O | undefined, adding: (one: O) => Alarm): Alarm[] =>
        one === undefined ? [] : [adding({ ...one, actions: [...actions, ...one.actions ?? []] })];
      return [
        ...add(hitRate?.[severity], (one) => this.addHitRateAlarm(name, one)),
        ...add(errorRate?.[severity], (one) => this.addErrorRateAlarm(name, one)),
        ...add(memory?.[severity], (one) => this.addMemoryAlarm(name, one)),
        ...add(sharedFailureRate?.[severity], (one) => this.addSharedFailureRateAlarm(name, one)),
      ];
    });
  }

  private addRateAlarm(name: string, options: CacheRateAlarmOptions, { id, rate, direction, minRequests }: RateAlarm): Alarm {
    inConstruct(this.observed.className, this.observed.fn, () => {
      checkAlarm(`add${id}(options)`, options, direction, this.observed.level);
    });
    const { cache } = options;
    const ids = cache === undefined ? [id, name] : [id, cache, name];
    return this.addAlarm(ids.join('-'), fromAtLeast(options.minRequests ?? minRequests, rate), options, direction, cache);
  }

  private addAlarm(id: string, formula: Formula, options: CacheAlarmOptions, direction: ComparisonDirection, cache?: string): Alarm {
    const { thresholdPercent, period, evaluationPeriods = EVALUATION_PERIODS, datapointsToAlarm, actions = [], description } = options;
    const alarm = new Alarm(this.observed.fn, id, {
      metric: mathOf(this.observed, formula, { period, cache }),
      threshold: thresholdPercent,
      comparisonOperator: direction === 'below' ? ComparisonOperator.LESS_THAN_THRESHOLD : ComparisonOperator.GREATER_THAN_THRESHOLD,
      evaluationPeriods,
      datapointsToAlarm,
      treatMissingData: options.treatMissingData ?? TreatMissingData.NOT_BREACHING,
      alarmDescription: description ?? `${formula.label} of ${cache === undefined ? '' : `the cache ${cache} of `}${this.observed.fn.node.path}, in percent`,
    });
    alarm.addAlarmAction(...actions);
    return alarm;
  }

  /** Known when synthesizing: an Aspect may give the function another size. */
  private memoryBound(): string {
    return Lazy.string({
      produce: () => inConstruct(this.observed.className, this.observed.fn, () => {
        const bytes = this.observed.memoryBound();
        if (bytes === undefined) {
          throw invalidProp('memorySize', 'a token', 'must be known before deploying for a memory alarm', 'Or set caching.maxMemory: the threshold is a percentage of it.');
        }
        return String(bytes);
      }),
    });
  }
}
