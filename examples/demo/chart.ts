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

const WIDTH = 860;
const HEIGHT = 300;
const LEFT = 56;
const BOTTOM = 46;
const TOP = 14;
const RIGHT = 30;

/** A line chart as an SVG element; its colours and fonts come from the page. */
export function lineChart(series: readonly Series[], x: Axis, y: Axis): string {
  const toX = scale(x, LEFT, WIDTH - RIGHT);
  const toY = scale(y, HEIGHT - BOTTOM, TOP);
  const grid = [
    ...y.ticks.map((tick) => `<line class="grid" x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${toY(tick)}" y2="${toY(tick)}"/>`
      + `<text x="${LEFT - 8}" y="${toY(tick) + 4}" text-anchor="end">${y.format(tick)}</text>`),
    ...x.ticks.map((tick) => `<line class="grid" x1="${toX(tick)}" x2="${toX(tick)}" y1="${TOP}" y2="${HEIGHT - BOTTOM}"/>`
      + `<text x="${toX(tick)}" y="${HEIGHT - BOTTOM + 18}" text-anchor="middle">${x.format(tick)}</text>`),
  ];
  const lines = series.map(({ points, colour }) =>
    `<polyline fill="none" stroke="${colour}" stroke-width="2" points="${points.map(([px, py]) => `${toX(px)},${toY(py)}`).join(' ')}"/>`);
  const legend = series.map(({ name, colour }) => `<span><i style="background:${colour}"></i>${name}</span>`).join('');
  return `<figure><svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${y.label} by ${x.label}">${grid.join('')}${lines.join('')}`
    + `<text x="${(LEFT + WIDTH - RIGHT) / 2}" y="${HEIGHT - 6}" text-anchor="middle">${x.label}</text></svg>`
    + `<figcaption>${legend}</figcaption></figure>`;
}

function scale({ ticks, logarithmic }: Axis, from: number, to: number): (value: number) => number {
  const project = logarithmic ? Math.log : (value: number) => value;
  const [low, high] = [project(ticks[0]), project(ticks[ticks.length - 1])];
  return (value) => {
    const share = (project(Math.max(value, ticks[0])) - low) / (high - low);
    return Math.round(10 * (from + Math.min(1, share) * (to - from))) / 10;
  };
}
