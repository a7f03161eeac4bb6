import { Duration, Token } from 'aws-cdk-lib';
import { CacheAlarmsBySeverity, CacheAlarmsOptions, CacheRateAlarmOptions } from './alarm-options';
import { invalidProp } from '../../validation/errors';
import { checkOptionNames, NamesOf } from '../../validation/option-names';
import { MetricsLevel } from '../metrics/cache-metric-options';

/** Whether a value below the bound is bad, or one above it. */
export type ComparisonDirection = 'below' | 'above';

/** The default number of evaluated periods. */
export const EVALUATION_PERIODS = 3;

/** CloudWatch's limit for periods shorter than an hour. */
const LONGEST_LOOK_BACK = Duration.days(1);

const ALARM: NamesOf<CacheRateAlarmOptions> = {
  thresholdPercent: true,
  cache: true,
  minRequests: true,
  period: true,
  evaluationPeriods: true,
  datapointsToAlarm: true,
  treatMissingData: true,
  actions: true,
  description: true,
};

const ALARMS: NamesOf<CacheAlarmsOptions> = {
  hitRate: true, errorRate: true, memory: true, sharedFailureRate: true, warningActions: true, criticalActions: true,
};

const SEVERITIES: NamesOf<CacheAlarmsBySeverity> = { warning: true, critical: true };

/**
 * Checks the names in the options of several alarms.
 *
 * @internal
 */
export function checkAlarmNames(where: string, { warningActions, criticalActions, ...kinds }: CacheAlarmsOptions): void {
  checkOptionNames(where, kinds, ALARMS);
  for (const [kind, severities] of Object.entries(kinds)) {
    checkOptionNames(`${where}.${kind}`, severities as CacheAlarmsBySeverity | undefined ?? {}, SEVERITIES);
  }
}

/**
 * Checks an alarm's options, to the extent that they are known before deploying.
 *
 * @internal
 */
export function checkAlarm(where: string, options: CacheRateAlarmOptions, direction: ComparisonDirection, level: MetricsLevel): void {
  checkOptionNames(where, options, ALARM);
  checkLevel(where, options, level);
  const { thresholdPercent, minRequests, evaluationPeriods = EVALUATION_PERIODS, datapointsToAlarm, period } = options;
  checkThreshold(where, thresholdPercent, direction);
  checkCount(`${where}.minRequests`, minRequests);
  checkCount(`${where}.evaluationPeriods`, evaluationPeriods);
  checkCount(`${where}.datapointsToAlarm`, datapointsToAlarm);
  if (datapointsToAlarm !== undefined && datapointsToAlarm > evaluationPeriods) {
    throw invalidProp(`${where}.datapointsToAlarm`, datapointsToAlarm, `must be at most evaluationPeriods (${evaluationPeriods})`,
      'Raise evaluationPeriods: the alarm evaluates no more data points than that.');
  }
  if (period !== undefined && !period.isUnresolved()) {
    checkPeriod(where, period, evaluationPeriods);
  }
}

/**
 * Checks that the critical bound is worse than the warning's.
 *
 * @internal
 */
export function checkSeverities(where: string, severities: CacheAlarmsBySeverity | undefined, direction: ComparisonDirection): void {
  const { warning, critical } = severities ?? {};
  if (warning === undefined || critical === undefined || differInMore(warning, critical)) {
    return;
  }
  const isWorse = direction === 'below'
    ? critical.thresholdPercent < warning.thresholdPercent
    : critical.thresholdPercent > warning.thresholdPercent;
  if (!isWorse && !Token.isUnresolved(critical.thresholdPercent) && !Token.isUnresolved(warning.thresholdPercent)) {
    throw invalidProp(`${where}.critical.thresholdPercent`, critical.thresholdPercent,
      `must be ${direction} the threshold of \`warning\` (${warning.thresholdPercent})`, 'The warning must fire first.');
  }
}

/** Whether two alarms differ in more than their bound, so that their bounds cannot be compared. */
function differInMore(one: CacheRateAlarmOptions, other: CacheRateAlarmOptions): boolean {
  return one.cache !== other.cache || one.evaluationPeriods !== other.evaluationPeriods || one.period?.toSeconds() !== other.period?.toSeconds();
}

function checkLevel(where: string, { cache }: CacheRateAlarmOptions, level: MetricsLevel): void {
  if (level === MetricsLevel.NONE) {
    throw invalidProp('metrics', level, `must not be MetricsLevel.NONE for ${where}`, 'The alarm would never have data: use MetricsLevel.FUNCTION.');
  }
  if (cache !== undefined && level === MetricsLevel.FUNCTION) {
    throw invalidProp(`${where}.cache`, cache, 'must be left out with MetricsLevel.FUNCTION', "The function's caches have no metrics of their own: use MetricsLevel.CACHE.");
  }
}

function checkThreshold(where: string, percent: number, direction: ComparisonDirection): void {
  if (Token.isUnresolved(percent)) {
    return;
  }
  if (direction === 'below' && !(percent >= 1 && percent <= 100)) {
    throw invalidProp(`${where}.thresholdPercent`, percent, 'must be from 1 to 100', 'It is in percent: 80, not 0.8.');
  }
  if (direction === 'above' && !(percent >= 0 && percent < 100)) {
    throw invalidProp(`${where}.thresholdPercent`, percent, 'must be from 0 to less than 100', 'It is in percent, and the alarm fires above it.');
  }
}

function checkCount(name: string, count: number | undefined): void {
  if (count !== undefined && !Token.isUnresolved(count) && !(Number.isInteger(count) && count > 0)) {
    throw invalidProp(name, count, 'must be a whole number greater than zero', 'Leave it out for the default.');
  }
}

function checkPeriod(where: string, period: Duration, evaluationPeriods: number): void {
  const seconds = period.toSeconds({ integral: false });
  if (!(seconds >= 60 && seconds % 60 === 0)) {
    throw invalidProp(`${where}.period`, period.toHumanString(), 'must be a multiple of one minute', "The runtime's metrics have a resolution of one minute.");
  }
  if (!Token.isUnresolved(evaluationPeriods) && seconds < 3_600 && seconds * evaluationPeriods > LONGEST_LOOK_BACK.toSeconds()) {
    throw invalidProp(`${where}.evaluationPeriods`, evaluationPeriods, `must cover at most a day with a period of ${period.toHumanString()}`,
      'CloudWatch looks back a week if the period is an hour or more.');
  }
}
