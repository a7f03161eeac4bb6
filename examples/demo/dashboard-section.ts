import { graphFigure } from './graph';
import { drawDashboard, isGraph, type MetricStore } from '../../test/cloudwatch';

/** So many points make a line: a replay takes minutes, where CloudWatch looks at hours. */
const POINTS = 60;

/** The synthesized dashboard, over what the function wrote: its own widgets, in its order, computed from its own metrics and math. */
export function dashboardSection(body: string, metrics: MetricStore): string {
  const periods = metrics.periods(POINTS);
  const widgets = drawDashboard(body, metrics, periods)
    .map((widget) => isGraph(widget) ? graphFigure(widget, periods) : `<h3 class="name">${widget.markdown.replace(/^#+ /, '')}</h3>`);
  return `<section class="dashboard">
<h2>What CloudWatch will show</h2>
<p>The dashboard of <code>examples/product-catalog</code>, made by <code>new CacheDashboard()</code>: its widgets, with their metrics and their math,
computed from the lines that the function wrote. Each point stands for ${periods.periodMs / 1_000} s of the replay; on AWS, for 5 minutes.</p>
<div class="widgets">${widgets.join('\n')}</div>
</section>`;
}
