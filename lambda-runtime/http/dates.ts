/** HTTP dates. RFC 9110, 5.6.7. */

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const MONTH = `(?<month>${MONTHS.join('|')})`;
const TIME = '(?<hour>\\d\\d):(?<minute>\\d\\d):(?<second>\\d\\d)';
const FORMATS = [
  // Sun, 06 Nov 1994 08:49:37 GMT
  `(?:mon|tue|wed|thu|fri|sat|sun), (?<day>\\d\\d) ${MONTH} (?<year>\\d{4}) ${TIME} GMT`,
  // Sunday, 06-Nov-94 08:49:37 GMT
  `(?:mon|tues|wednes|thurs|fri|satur|sun)day, (?<day>\\d\\d)-${MONTH}-(?<year>\\d\\d) ${TIME} GMT`,
  // Sun Nov  6 08:49:37 1994
  `(?:mon|tue|wed|thu|fri|sat|sun) ${MONTH} (?<day>[ \\d]\\d) ${TIME} (?<year>\\d{4})`,
].map((format) => new RegExp(`^${format}$`, 'i'));

/** Parses a date into ms since 1970; undefined if it has none of the three formats. */
export function parseDate(text: string | undefined, now: number): number | undefined {
  for (const format of text === undefined ? [] : FORMATS) {
    const parts = format.exec(text!)?.groups;
    if (parts !== undefined) {
      return toTime(parts, now);
    }
  }
  return undefined;
}

export function formatDate(time: number): string {
  return new Date(time).toUTCString();
}

function toTime(parts: Record<string, string>, now: number): number | undefined {
  const [day, hour, minute, second] = [parts.day, parts.hour, parts.minute, parts.second].map(Number);
  const midnight = Date.UTC(fullYear(parts.year, now), MONTHS.indexOf(parts.month.toLowerCase()), day);
  // A leap second is valid.
  const exists = new Date(midnight).getUTCDate() === day && hour < 24 && minute < 60 && second <= 60;
  return exists ? midnight + ((hour * 60 + minute) * 60 + second) * 1000 : undefined;
}

/** A two-digit year that would be more than 50 years ahead is in the past century. */
function fullYear(digits: string, now: number): number {
  if (digits.length === 4) {
    return Number(digits);
  }
  const thisYear = new Date(now).getUTCFullYear();
  const year = thisYear - thisYear % 100 + Number(digits);
  return year > thisYear + 50 ? year - 100 : year;
}
