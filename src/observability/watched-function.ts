import { Lazy } from 'aws-cdk-lib';
import { Alarm, ComparisonOperator, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { CacheAlarmOptions, CacheAlarmsOptions, CacheRateAlarmOptions } from './alarm-options';
import { Formula, mathOf } from './cache-metrics';
import { BadSide, checkAlarm, checkSeverities, EVALUATION_PERIODS } from './check-alarm';
import { MeasuredFunction } from './measured-function';
import { ERROR_RATE, fromAtLeast, HIT_RATE, memoryUsage, Rate, SHARED_FAILURE_RATE } from './rates';
import { inConstruct, invalidProp } from '../errors';

interface RateAlarm {
  readonly id: string;
  readonly rate: Rate;
  readonly side: BadSide;
  /** Unless somebody says another number. */
  readonly minRequests: number;
}

const HIT_RATE_ALARM: RateAlarm = { id: 'HitRateAlarm', rate: HIT_RATE, side: 'below', minRequests: 100 };
/** Of the loader's calls there are few where the cache works. */
const ERROR_RATE_ALARM: RateAlarm = { id: 'ErrorRateAlarm', rate: ERROR_RATE, side: 'above', minRequests: 10 };
const SHARED_FAILURE_RATE_ALARM: RateAlarm = { id: 'SharedFailureRateAlarm', rate: SHARED_FAILURE_RATE, side: 'above', minRequests: 100 };

/**
 * The alarms of a CachedFunction.
 *
 * @internal
 */
export abstract class WatchedFunction extends MeasuredFunction {
  /**
   * Adds an alarm that goes off when the hit rate falls below a bound. Periods with fewer calls than `minRequests` do not count.
   *
   * @param name what tells it from other such alarms of the function: a severity, as a rule
   * @throws if it could never go off, or not as it is meant
   */
  public addHitRateAlarm(name: string, options: CacheRateAlarmOptions): Alarm {
    return this.addRateAlarm(name, options, HIT_RATE_ALARM);
  }

  /**
   * Adds an alarm that goes off when more of the loader's calls fail than a bound allows. Periods in which the loader was called less
   * often than `minRequests` do not count.
   *
   * @param name what tells it from other such alarms of the function: a severity, as a rule
   * @throws if it could never go off, or not as it is meant
   */
  public addErrorRateAlarm(name: string, options: CacheRateAlarmOptions): Alarm {
    return this.addRateAlarm(name, options, ERROR_RATE_ALARM);
  }

  /**
   * Adds an alarm that goes off when the fullest environment's entries take more of `caching.maxMemory` than a bound allows. A full
   * cache goes on working: what was not used for longest makes room.
   *
   * @param name what tells it from other such alarms of the function: a severity, as a rule
   * @throws if it could never go off, or not as it is meant
   */
  public addMemoryAlarm(name: string, options: CacheAlarmOptions): Alarm {
    inConstruct('CachedFunction', this, () => {
      checkAlarm('addMemoryAlarm(options)', options, 'above', this._observed.level);
    });
    return this.addAlarm(`MemoryAlarm-${name}`, memoryUsage(this.memoryBound()), options, 'above');
  }

  /**
   * Adds an alarm that goes off when more calls of the shared cache bring nothing than a bound allows: they fail, take too long, or are
   * not made because the breaker is open. Periods with fewer of them than `minRequests` do not count.
   *
   * @param name what tells it from other such alarms of the function: a severity, as a rule
   * @throws if it could never go off, or not as it is meant
   */
  public addSharedFailureRateAlarm(name: string, options: CacheRateAlarmOptions): Alarm {
    inConstruct('CachedFunction', this, () => {
      if (this._observed.sharedCache === undefined) {
        throw invalidProp('sharedCache', undefined, 'must be given for an alarm about the shared cache', 'Leave the alarm out: nothing can fail.');
      }
    });
    return this.addRateAlarm(name, options, SHARED_FAILURE_RATE_ALARM);
  }

  /**
   * Adds alarms of two severities: for each bound that is given, what the method for that alarm adds by the name 'Warning' or
   * 'Critical'.
   *
   * @throws if one of them could never go off, or not as it is meant
   */
  public addAlarms(options: CacheAlarmsOptions): Alarm[] {
    const { hitRate, errorRate, memory, sharedFailureRate } = options;
    inConstruct('CachedFunction', this, () => {
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

  private addRateAlarm(name: string, options: CacheRateAlarmOptions, { id, rate, side, minRequests }: RateAlarm): Alarm {
    inConstruct('CachedFunction', this, () => {
      checkAlarm(`add${id}(options)`, options, side, this._observed.level);
    });
    const { cache } = options;
    const ids = cache === undefined ? [id, name] : [id, cache, name];
    return this.addAlarm(ids.join('-'), fromAtLeast(options.minRequests ?? minRequests, rate), options, side, cache);
  }

  private addAlarm(id: string, formula: Formula, options: CacheAlarmOptions, side: BadSide, cache?: string): Alarm {
    const { thresholdPercent, period, evaluationPeriods = EVALUATION_PERIODS, datapointsToAlarm, actions = [], description } = options;
    const alarm = new Alarm(this, id, {
      metric: mathOf(this, formula, { period, cache }),
      threshold: thresholdPercent,
      comparisonOperator: side === 'below' ? ComparisonOperator.LESS_THAN_THRESHOLD : ComparisonOperator.GREATER_THAN_THRESHOLD,
      evaluationPeriods,
      datapointsToAlarm,
      treatMissingData: options.treatMissingData ?? TreatMissingData.NOT_BREACHING,
      alarmDescription: description ?? `${formula.label} of ${cache === undefined ? '' : `the cache ${cache} of `}${this.node.path}, in percent`,
    });
    alarm.addAlarmAction(...actions);
    return alarm;
  }

  /** Known when synthesizing: an Aspect may give the function another size. */
  private memoryBound(): string {
    return Lazy.string({
      produce: () => inConstruct('CachedFunction', this, () => {
        const bytes = this._observed.memoryBound();
        if (bytes === undefined) {
          throw invalidProp('memorySize', 'not known', 'must be known for a memory alarm, or caching.maxMemory', 'Set caching.maxMemory: the alarm is about a share of it.');
        }
        return String(bytes);
      }),
    });
  }
}
