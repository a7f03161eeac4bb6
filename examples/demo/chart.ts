export interface Series {
  readonly name: string;
  readonly colour: string;
  readonly points: readonly (readonly [x: number, y: number])[];
}

export interface Axis {
  readonly label: string;
  readonly ticks: readonly number[];
  readonly format: (value: number) => string;
  /** Ratios look alike on a logarithmic axis. */
  readonly logarithmic?: boolean;
}

/** A moment, or a stretch, of the x axis that something happened in. */
export interface Mark {
  readonly at: number;
  readonly until?: number;
  readonly label: string;
}

// Small numbers, so that text is readable where the page is as narrow as a telephone: the page's style enlarges the drawing, not the text.
const WIDTH = 480;
const HEIGHT = 250;
const LEFT = 54;
const BOTTOM = 46;
const TOP = 24;
const RIGHT = 26;

/** A line chart as an SVG element; its colours and fonts come from the page. */
export function lineChart(series: readonly Series[], x: Axis, y: Axis, marks: readonly Mark[] = []): string {
  const toX = scale(x, LEFT, WIDTH - RIGHT);
  const toY = scale(y, HEIGHT - BOTTOM, TOP);
  const grid = [
    ...y.ticks.map((tick) => `<line class="grid" x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${toY(tick)}" y2="${toY(tick)}"/>`
      + `<text x="${LEFT - 6}" y="${toY(tick) + 4}" text-anchor="end">${y.format(tick)}</text>`),
    ...x.ticks.map((tick) => `<line class="grid" x1="${toX(tick)}" x2="${toX(tick)}" y1="${TOP}" y2="${HEIGHT - BOTTOM}"/>`
      + `<text x="${toX(tick)}" y="${HEIGHT - BOTTOM + 18}" text-anchor="middle">${x.format(tick)}</text>`),
  ];
  // Labels of marks are above the drawing, where no line is.
  const marked = marks.map(({ at, until, label }) => until === undefined
    ? `<line class="mark" x1="${toX(at)}" x2="${toX(at)}" y1="${TOP}" y2="${HEIGHT - BOTTOM}"/><text x="${toX(at)}" y="${TOP - 8}" text-anchor="middle">${label}</text>`
    : `<rect class="mark" x="${toX(at)}" width="${toX(until) - toX(at)}" y="${TOP}" height="${HEIGHT - BOTTOM - TOP}"/>`
      + `<text x="${(toX(at) + toX(until)) / 2}" y="${TOP - 8}" text-anchor="middle">${label}</text>`);
  const lines = series.map(({ points, colour }) =>
    `<polyline fill="none" stroke="${colour}" stroke-width="1.8" points="${points.map(([px, py]) => `${toX(px)},${toY(py)}`).join(' ')}"/>`);
  const legend = series.map(({ name, colour }) => `<span><i style="background:${colour}"></i>${name}</span>`).join('');
  return `<figure><svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${y.label} by ${x.label}">${grid.join('')}${marked.join('')}${lines.join('')}`
    + `<text x="${(LEFT + WIDTH - RIGHT) / 2}" y="${HEIGHT - 8}" text-anchor="middle">${x.label}</text></svg>`
    + `<figcaption>${legend}</figcaption></figure>`;
}

export interface Bar {
  readonly name: string;
  readonly parts: readonly { readonly from: number; readonly to: number; readonly colour: string; readonly label: string }[];
}

/** Stretches of time, a row for each name. */
export function timeline(bars: readonly Bar[], untilMs: number): string {
  const row = 46;
  const toX = (ms: number) => Math.round(10 * (8 + (WIDTH - 16) * ms / untilMs)) / 10;
  const drawn = bars.map(({ name, parts }, i) => `<text x="8" y="${i * row + 14}">${name}</text>` + parts.map(({ from, to, colour, label }) => {
    const [left, width] = [toX(from), Math.max(3, toX(to) - toX(from))];
    const inside = width > 110;
    return `<rect x="${left}" y="${i * row + 20}" width="${width}" height="18" rx="3" fill="${colour}"/>`
      + `<text class="${inside ? 'inside' : ''}" x="${inside ? left + 6 : left + width + 6}" y="${i * row + 33}">${label}</text>`;
  }).join(''));
  return `<figure><svg viewBox="0 0 ${WIDTH} ${bars.length * row}" role="img" aria-label="time line">${drawn.join('')}</svg></figure>`;
}

function scale({ ticks, logarithmic }: Axis, from: number, to: number): (value: number) => number {
  const project = logarithmic ? Math.log : (value: number) => value;
  const [low, high] = [project(ticks[0]), project(ticks[ticks.length - 1])];
  return (value) => {
    const share = (project(Math.max(value, ticks[0])) - low) / (high - low);
    return Math.round(10 * (from + Math.min(1, share) * (to - from))) / 10;
  };
}

/** Round numbers from 0 to at least this one. */
export function ticksTo(top: number, steps = 4): number[] {
  const power = 10 ** Math.floor(Math.log10(Math.max(1, top / steps)));
  const step = [1, 2, 2.5, 5, 10].map((factor) => factor * power).find((each) => each * steps >= top)!;
  return Array.from({ length: steps + 1 }, (_, i) => i * step);
}
