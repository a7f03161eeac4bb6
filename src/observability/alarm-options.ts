import { Duration } from 'aws-cdk-lib';
import { IAlarmAction, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';

/**
 * When an alarm speaks.
 */
export interface CacheAlarmOptions {
  /** The bound, in percent: 80, not 0.8. At the bound itself nobody is alarmed. */
  readonly thresholdPercent: number;

  /**
   * How long each value is collected for: a minute or several.
   *
   * @default Duration.minutes(5)
   */
  readonly period?: Duration;

  /**
   * Of how many periods in a row the values are looked at.
   *
   * @default 3
   */
  readonly evaluationPeriods?: number;

  /**
   * In how many of those periods the value must be beyond the bound.
   *
   * @default - in all of them
   */
  readonly datapointsToAlarm?: number;

  /**
   * What a period counts for in which nothing, or not enough, happened.
   *
   * @default TreatMissingData.NOT_BREACHING: a function that nobody calls is well
   */
  readonly treatMissingData?: TreatMissingData;

  /**
   * What is done when the alarm goes off.
   *
   * @default - nothing
   */
  readonly actions?: IAlarmAction[];

  /**
   * The text that comes with the alarm: what to do about it.
   *
   * @default - what it watches
   */
  readonly description?: string;
}

/**
 * When an alarm about a share of calls speaks.
 */
export interface CacheRateAlarmOptions extends CacheAlarmOptions {
  /**
   * The name of one cache, as the handler's code gives it to `cached(name, …)`.
   *
   * @default - all caches of the function together
   */
  readonly cache?: string;

  /**
   * How many calls a period must have for its share to be looked at: calls of the cache, of the loader, or of the shared cache,
   * whatever the share is of.
   *
   * @default - 100; where the calls are the loader's, 10
   */
  readonly minRequests?: number;
}

/**
 * Bounds for two degrees of an alarm. For others, call the method that adds one alarm.
 */
export interface CacheAlarmsBySeverity {
  /**
   * Worth a look.
   *
   * @default - no such alarm
   */
  readonly warning?: CacheAlarmOptions;

  /**
   * Worth waking somebody.
   *
   * @default - no such alarm
   */
  readonly critical?: CacheAlarmOptions;
}

/**
 * Bounds for two degrees of an alarm about a share of calls. For others, call the method that adds one alarm.
 */
export interface CacheRateAlarmsBySeverity {
  /**
   * Worth a look.
   *
   * @default - no such alarm
   */
  readonly warning?: CacheRateAlarmOptions;

  /**
   * Worth waking somebody.
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
   * The share of the loader's calls that failed is above the bound.
   *
   * @default - no such alarms
   */
  readonly errorRate?: CacheRateAlarmsBySeverity;

  /**
   * The memory of the fullest environment, as a share of what it may take, is above the bound.
   *
   * @default - no such alarms
   */
  readonly memory?: CacheAlarmsBySeverity;

  /**
   * The share of the shared cache's calls that brought nothing is above the bound.
   *
   * @default - no such alarms
   */
  readonly sharedFailureRate?: CacheRateAlarmsBySeverity;

  /**
   * What each alarm in `warning` does, besides its own actions.
   *
   * @default - nothing
   */
  readonly warningActions?: IAlarmAction[];

  /**
   * What each alarm in `critical` does, besides its own actions.
   *
   * @default - nothing
   */
  readonly criticalActions?: IAlarmAction[];
}
