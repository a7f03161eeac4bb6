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
<p>The dashboard that <code>new CacheDashboard()</code> makes: its widgets, with their metrics and their math, computed from the lines that the function
wrote. Each point stands for ${periods.periodMs / 1_000} s of the replay; on AWS, for 5 minutes. The origin's latency is without the time that the replay adds.</p>
<div class="widgets">${widgets.join('\n')}</div>
</section>`;
}
