import type { Graph, Series } from '../../test/equipment/cloudwatch';

export interface Axis {
  readonly label: string;
  /** From the bottom to the top. */
  readonly ticks: readonly number[];
  readonly format: (value: number) => string;
  /** What the legend says of a line. */
  readonly totalName: string;
  /** Undefined where there is no data. */
  readonly total: (values: Series['values']) => string | undefined;
}

interface Unit {
  readonly format: (value: number) => string;
  readonly totalName: string;
  readonly total: (present: readonly number[]) => number;
  /** What a tick is a round number of. */
  readonly base?: number;
}

const MEBIBYTE = 1024 * 1024;

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
const largest = (values: readonly number[]) => Math.max(...values);
const last = (values: readonly number[]) => values[values.length - 1];

/** By the labels that the dashboard gives to its axes. */
const UNITS: Readonly<Record<string, Unit>> = {
  percent: { format: (value) => `${digits(value)} %`, totalName: 'at the end', total: last },
  milliseconds: { format: (value) => `${digits(value)} ms`, totalName: 'highest', total: largest },
  bytes: { format: (value) => `${digits(value / MEBIBYTE)} MiB`, totalName: 'highest', total: largest, base: MEBIBYTE },
  count: { format: (value) => value.toLocaleString('en', { maximumFractionDigits: 1 }), totalName: 'together', total: sum },
};

/** The axis of a graph whose lines reach these heights. */
export function axisOf({ axis, bounds }: Graph, heights: readonly number[]): Axis {
  const { format, totalName, total, base = 1 } = UNITS[axis.label ?? 'count'] ?? UNITS.count;
  const top = axis.max ?? Math.max(...heights, ...bounds.map(({ value }) => value), 0);
  return {
    label: axis.label ?? '',
    ticks: ticksTo(top / base).map((tick) => tick * base),
    format,
    totalName,
    total: (values) => {
      const present = values.filter((value) => value !== undefined);
      return present.length === 0 ? undefined : format(total(present));
    },
  };
}

/** Four steps of 1, 2, 2.5 or 5 times a power of ten that reach the top. */
function ticksTo(top: number): number[] {
  const least = Math.max(top, 1e-9) / 4;
  const power = 10 ** Math.floor(Math.log10(least));
  const step = top === 0 ? 1 : [1, 2, 2.5, 5, 10].map((factor) => factor * power).find((each) => each >= least * 0.999_999)!;
  return [0, 1, 2, 3, 4].map((i) => i * step);
}

function digits(value: number): string {
  return value.toLocaleString('en', { maximumFractionDigits: value < 10 ? 1 : 0 });
}
