import type { Axis } from './units';
import { axisOf } from './units';
import type { DrawnLine, Graph, Periods } from '../../test/equipment/cloudwatch';

const WIDTH = 360;
const HEIGHT = 196;
const LEFT = 56;
const RIGHT = 10;
const TOP = 10;
const BOTTOM = 24;

/** CloudWatch's own, in its order. */
const COLOURS = ['#1f77b4', '#ff7f0e', '#2ca02c', '#d62728', '#9467bd', '#8c564b', '#e377c2', '#7f7f7f'];

/** A graph of the dashboard as a figure; fonts, and the colours of text and grid, come from the page. */
export function graphFigure(graph: Graph, periods: Periods): string {
  const lines = graph.lines.map((line, i) => ({ ...line, color: line.color ?? COLOURS[i % COLOURS.length] }));
  const heights = graph.stacked ? stacked(lines) : lines.map(({ values }) => values);
  const axis = axisOf(graph, heights.flat().filter((value) => value !== undefined));
  const hasData = lines.some(({ values }) => values.some((value) => value !== undefined));
  const drawn = new Drawing(axis, periods);
  const layers = heights.map((values, i) => graph.stacked
    ? drawn.area(values, i === 0 ? [] : heights[i - 1], lines[i].color)
    : drawn.line(values, lines[i].color));
  // The lowest of a stack is drawn last, so that its edge is not covered.
  const legend = lines.map(({ label, color, values }) => {
    const total = axis.total(values);
    return `<li class="${total === undefined ? 'none' : ''}"><i style="background:${color}"></i>${escape(label)} <b>${total ?? '–'}</b></li>`;
  });
  return `<figure class="widget" style="--span:${graph.width}"><h3>${escape(graph.title)}</h3>`
    + `<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${escape(graph.title)}, ${axis.label}">${drawn.grid()}`
    + `${layers.reverse().join('')}${graph.bounds.map(({ value, label = '', color = COLOURS[3] }) => drawn.bound(value, label, color)).join('')}`
    + `${hasData ? '' : `<text x="${(LEFT + WIDTH - RIGHT) / 2}" y="${(TOP + HEIGHT - BOTTOM) / 2}" text-anchor="middle">nothing of the kind happened</text>`}`
    + `</svg><figcaption><span>${axis.totalName}</span><ul>${legend.join('')}</ul></figcaption></figure>`;
}

/** Each upon those before it; a series without a value adds nothing. */
function stacked(lines: readonly DrawnLine[]): (number | undefined)[][] {
  const sums: (number | undefined)[] = [];
  return lines.map(({ values }) => values.map((value, i) => {
    sums[i] = value === undefined ? sums[i] : (sums[i] ?? 0) + value;
    return sums[i];
  }));
}

class Drawing {
  public constructor(private readonly axis: Axis, private readonly periods: Periods) {}

  public grid(): string {
    const { startMs, periodMs, count } = this.periods;
    const seconds = (count - 1) * periodMs / 1_000;
    const times = count < 2 ? [] : [0, 0.5, 1].map((share) => {
      const anchor = share === 0 ? 'start' : share === 1 ? 'end' : 'middle';
      return `<text x="${this.x(share * (count - 1))}" y="${HEIGHT - 6}" text-anchor="${anchor}">${clock(share * seconds)}</text>`;
    });
    return `<title>${new Date(startMs).toISOString()}</title>` + this.axis.ticks.map((tick) =>
      `<line class="grid" x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${this.y(tick)}" y2="${this.y(tick)}"/>`
      + `<text x="${LEFT - 6}" y="${this.y(tick) + 4}" text-anchor="end">${this.axis.format(tick)}</text>`).join('') + times.join('');
  }

  /** As many strokes as there are stretches with data. */
  public line(values: DrawnLine['values'], colour: string): string {
    return stretches(values).map(({ from, points }) => points.length === 1
      ? `<circle r="2" fill="${colour}" cx="${this.x(from)}" cy="${this.y(points[0])}"/>`
      : `<polyline fill="none" stroke="${colour}" stroke-width="1.6" points="${this.points(points, from)}"/>`).join('');
  }

  public area(values: DrawnLine['values'], below: DrawnLine['values'], colour: string): string {
    return stretches(values).map(({ from, points }) => {
      const bottom = points.map((_, i) => below[from + i] ?? 0);
      const back = bottom.map((value, i) => `${this.x(from + i)},${this.y(value)}`).reverse().join(' ');
      return `<polygon fill="${colour}" fill-opacity="0.55" points="${this.points(points, from)} ${back}"/>${this.line(values, colour)}`;
    }).join('');
  }

  public bound(value: number, label: string, colour: string): string {
    const y = this.y(value);
    return `<line x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${y}" y2="${y}" stroke="${colour}" stroke-dasharray="5 3"/>`
      + `<text x="${WIDTH - RIGHT - 4}" y="${y + 14}" text-anchor="end">${escape(label)} ${this.axis.format(value)}</text>`;
  }

  private points(values: readonly number[], from: number): string {
    return values.map((value, i) => `${this.x(from + i)},${this.y(value)}`).join(' ');
  }

  private x(index: number): number {
    return round(LEFT + (WIDTH - RIGHT - LEFT) * index / Math.max(1, this.periods.count - 1));
  }

  private y(value: number): number {
    const top = this.axis.ticks[this.axis.ticks.length - 1];
    return round(HEIGHT - BOTTOM - (HEIGHT - BOTTOM - TOP) * Math.min(1, value / top));
  }
}

function stretches(values: DrawnLine['values']): { readonly from: number; readonly points: number[] }[] {
  const all: { from: number; points: number[] }[] = [];
  values.forEach((value, i) => {
    if (value !== undefined) {
      if (i === 0 || values[i - 1] === undefined) {
        all.push({ from: i, points: [] });
      }
      all[all.length - 1].points.push(value);
    }
  });
  return all;
}

function clock(seconds: number): string {
  return `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, '0')}`;
}

function round(value: number): number {
  return Math.round(10 * value) / 10;
}

function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
}
