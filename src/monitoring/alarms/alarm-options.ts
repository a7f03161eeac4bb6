import { Duration } from 'aws-cdk-lib';
import { IAlarmAction, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';

/**
 * Options of an alarm: its bound, and the conditions under which it fires.
 */
export interface CacheAlarmOptions {
  /** The bound, in percent: 80, not 0.8. At exactly this value the alarm does not fire. */
  readonly thresholdPercent: number;

  /**
   * The period of each value: one or more whole minutes.
   *
   * @default Duration.minutes(5)
   */
  readonly period?: Duration;

  /**
   * The number of recent periods that are evaluated.
   *
   * @default 3
   */
  readonly evaluationPeriods?: number;

  /**
   * The number of these periods in which the value must exceed the bound.
   *
   * @default - in all of them
   */
  readonly datapointsToAlarm?: number;

  /**
   * How periods with no calls, or too few, are treated.
   *
   * @default TreatMissingData.NOT_BREACHING - no traffic is not an alarm
   */
  readonly treatMissingData?: TreatMissingData;

  /**
   * The actions that the alarm triggers.
   *
   * @default - nothing
   */
  readonly actions?: IAlarmAction[];

  /**
   * The alarm's description, for example what to do when it fires.
   *
   * @default - a sentence about what the alarm watches
   */
  readonly description?: string;
}

/**
 * Options of an alarm on a share of calls.
 */
export interface CacheRateAlarmOptions extends CacheAlarmOptions {
  /**
   * The name of one cache, as in the handler's `cached(name, …)`.
   *
   * @default - all caches of the function together
   */
  readonly cache?: string;

  /**
   * The fewest calls that a period must have to count: calls to the cache, the loader or the shared cache, depending on the alarm.
   *
   * @default - 100; for loader calls, 10
   */
  readonly minRequests?: number;
}

/**
 * Bounds for two severities of an alarm. For others, call the method that adds one alarm.
 */
export interface CacheAlarmsBySeverity {
  /**
   * The bound that deserves attention.
   *
   * @default - no such alarm
   */
  readonly warning?: CacheAlarmOptions;

  /**
   * The bound that justifies waking someone up.
   *
   * @default - no such alarm
   */
  readonly critical?: CacheAlarmOptions;
}

/**
 * Bounds for two severities of an alarm on a share of calls. For others, call the method that adds one alarm.
 */
export interface CacheRateAlarmsBySeverity {
  /**
   * The bound that deserves attention.
   *
   * @default - no such alarm
   */
  readonly warning?: CacheRateAlarmOptions;

  /**
   * The bound that justifies waking someone up.
   *
   * @default - no such alarm
   */
  readonly critical?: CacheRateAlarmOptions;
}

/**
 * The alarms of a function, by what they watch and by severity.
 */
export interface CacheAlarmsOptions {
  /**
   * The share of calls that were answered without calling the loader is below the bound.
   *
   * @default - no such alarms
   */
  readonly hitRate?: CacheRateAlarmsBySeverity;

  /**
   * The share of loader calls that failed is above the bound.
   *
   * @default - no such alarms
   */
  readonly errorRate?: CacheRateAlarmsBySeverity;

  /**
   * The memory of the fullest environment, as a share of its limit, is above the bound.
   *
   * @default - no such alarms
   */
  readonly memory?: CacheAlarmsBySeverity;

  /**
   * The share of calls to the shared cache that failed, timed out or were skipped is above the bound.
   *
   * @default - no such alarms
   */
  readonly sharedFailureRate?: CacheRateAlarmsBySeverity;

  /**
   * Actions of each alarm in `warning`, besides its own.
   *
   * @default - nothing
   */
  readonly warningActions?: IAlarmAction[];

  /**
   * Actions of each alarm in `critical`, besides its own.
   *
   * @default - nothing
   */
  readonly criticalActions?: IAlarmAction[];
}
