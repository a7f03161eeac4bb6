import { Duration, Token } from 'aws-cdk-lib';
import { CacheAlarmsBySeverity, CacheRateAlarmOptions } from './alarm-options';
import { MetricsLevel } from './cache-metrics';
import { invalidProp } from '../errors';

/** Whether a value below the bound is bad, or one above it. */
export type BadSide = 'below' | 'above';

/** Of how many periods in a row the values are looked at, unless somebody says another number. */
export const EVALUATION_PERIODS = 3;

/** CloudWatch looks back no further, unless periods are of an hour or more. */
const LONGEST_LOOK_BACK = Duration.days(1);

/**
 * Checks what is said about an alarm, as far as it is known before deploying.
 *
 * @internal
 */
export function checkAlarm(where: string, options: CacheRateAlarmOptions, side: BadSide, level: MetricsLevel): void {
  checkLevel(where, options, level);
  const { thresholdPercent, minRequests, evaluationPeriods = EVALUATION_PERIODS, datapointsToAlarm, period } = options;
  checkThreshold(where, thresholdPercent, side);
  checkCount(`${where}.minRequests`, minRequests);
  checkCount(`${where}.evaluationPeriods`, evaluationPeriods);
  checkCount(`${where}.datapointsToAlarm`, datapointsToAlarm);
  if (datapointsToAlarm !== undefined && datapointsToAlarm > evaluationPeriods) {
    throw invalidProp(`${where}.datapointsToAlarm`, datapointsToAlarm, `must not be more than evaluationPeriods (${evaluationPeriods})`,
      'Raise evaluationPeriods: the alarm looks at no more values than that.');
  }
  if (period !== undefined && !period.isUnresolved()) {
    checkPeriod(where, period, evaluationPeriods);
  }
}

/**
 * The worse bound comes second.
 *
 * @internal
 */
export function checkSeverities(where: string, severities: CacheAlarmsBySeverity | undefined, side: BadSide): void {
  const { warning, critical } = severities ?? {};
  if (warning === undefined || critical === undefined || differInMore(warning, critical)) {
    return;
  }
  const isWorse = side === 'below'
    ? critical.thresholdPercent < warning.thresholdPercent
    : critical.thresholdPercent > warning.thresholdPercent;
  if (!isWorse && !Token.isUnresolved(critical.thresholdPercent) && !Token.isUnresolved(warning.thresholdPercent)) {
    throw invalidProp(`${where}.critical.thresholdPercent`, critical.thresholdPercent,
      `must be ${side} that of \`warning\` (${warning.thresholdPercent})`, 'The warning comes first.');
  }
}

/** Of another cache, or for another time: then the same bound can be right. */
function differInMore(one: CacheRateAlarmOptions, other: CacheRateAlarmOptions): boolean {
  return one.cache !== other.cache || one.evaluationPeriods !== other.evaluationPeriods || one.period?.toSeconds() !== other.period?.toSeconds();
}

function checkLevel(where: string, { cache }: CacheRateAlarmOptions, level: MetricsLevel): void {
  if (level === MetricsLevel.NONE) {
    throw invalidProp('metrics', level, `must not be MetricsLevel.NONE for ${where}`, 'The alarm would never see a value: use MetricsLevel.FUNCTION.');
  }
  if (cache !== undefined && level === MetricsLevel.FUNCTION) {
    throw invalidProp(`${where}.cache`, cache, 'must be left out with MetricsLevel.FUNCTION', 'The caches of the function have no metrics of their own: use MetricsLevel.CACHE.');
  }
}

function checkThreshold(where: string, percent: number, side: BadSide): void {
  if (Token.isUnresolved(percent)) {
    return;
  }
  if (side === 'below' && !(percent >= 1 && percent <= 100)) {
    throw invalidProp(`${where}.thresholdPercent`, percent, 'must be from 1 to 100', 'It is in percent: 80, not 0.8.');
  }
  if (side === 'above' && !(percent >= 0 && percent < 100)) {
    throw invalidProp(`${where}.thresholdPercent`, percent, 'must be from 0 to less than 100', 'It is in percent, and the alarm speaks above it.');
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
    throw invalidProp(`${where}.period`, period.toHumanString(), 'must be a minute or several', "The runtime's metrics are by the minute.");
  }
  if (!Token.isUnresolved(evaluationPeriods) && seconds < 3_600 && seconds * evaluationPeriods > LONGEST_LOOK_BACK.toSeconds()) {
    throw invalidProp(`${where}.evaluationPeriods`, evaluationPeriods, `must not look back further than a day, with a period of ${period.toHumanString()}`,
      'CloudWatch looks back for a week where the period is an hour or more.');
  }
}
