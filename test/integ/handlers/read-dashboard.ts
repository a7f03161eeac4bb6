import { callAws, nameOfError } from './aws';
import { type Query, queriesOf } from './dashboard-queries';

/** Metrics are not older than this when an assertion queries them. */
const HOURS = 3;

export interface Request {
  readonly dashboard: string;
  /** As in `Hit rate: all caches`. */
  readonly lines: readonly string[];
}

interface Results {
  readonly Messages?: readonly unknown[];
  readonly MetricDataResults: readonly { readonly Label: string; readonly Values: readonly number[]; readonly Messages?: readonly unknown[] }[];
}

/** Sends a dashboard's queries to CloudWatch. Returns which of some lines have a value, and every error in CloudWatch's answer. */
export const handler = async ({ dashboard, lines }: Request) => {
  const { DashboardBody } = await callAws<{ DashboardBody: string }>('CloudWatch', 'GetDashboard', { DashboardName: dashboard });
  const drawn = new Set<string>();
  const complaints: unknown[] = [];
  for (const [title, queries] of Object.entries(queriesOf(DashboardBody))) {
    const results = await nameOfError(ask(queries));
    if (typeof results === 'string') {
      complaints.push(`${title}: ${results}`);
    } else {
      complaints.push(...results.Messages ?? []);
      for (const { Label, Values, Messages = [] } of results.MetricDataResults) {
        complaints.push(...Messages);
        if (Values.length > 0) drawn.add(`${title}: ${Label}`);
      }
    }
  }
  console.log([...drawn]);
  return { drawn: lines.filter((line) => drawn.has(line)), complaints };
};

async function ask(queries: readonly Query[]): Promise<Results> {
  const now = Date.now();
  return callAws<Results>('CloudWatch', 'GetMetricData', {
    StartTime: new Date(now - HOURS * 3_600_000), EndTime: new Date(now), MetricDataQueries: queries,
  });
}
