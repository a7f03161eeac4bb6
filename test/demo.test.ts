import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { functionsFromAssembly } from './lambda-emulator/cloud-assembly';
import { InProcessFunction } from './lambda-emulator/in-process';
import { temporaryDirectory } from './runtime/node-process';
import { dashboardBody } from '../examples/demo/dashboard-body';
import { htmlReport } from '../examples/demo/html-report';
import { Origin } from '../examples/demo/origin';
import { replay } from '../examples/demo/replay';
import { latencyOf } from '../examples/demo/statistics';

/** A few products, looked at again and again: what `npx projen demo` does with a shop's real requests. */
const PRODUCTS = 7;
const TRACE = Array.from({ length: 100 }, (_, i) => String(i * i % PRODUCTS));
const DISTINCT = new Set(TRACE).size;

test('the report of the demo draws the synthesized dashboard, with the numbers that the function told', async () => {
  const assembly = temporaryDirectory({});
  const example = join(__dirname, '..', 'examples', 'product-catalog');
  execFileSync(process.execPath, ['--import', 'tsx', 'app.ts'], { cwd: example, env: { ...process.env, CDK_OUTDIR: assembly }, stdio: 'pipe' });
  const origin = await Origin.start();
  try {
    const [definition] = functionsFromAssembly(assembly, { resolve: { ProductApi: origin.url } });
    const target = await InProcessFunction.start(definition);
    const cached = await replay(TRACE, target, { clients: 1, recycleEvery: Infinity, onProgress: () => {} }).finally(() => target.stop());
    const comparison = { cached, uncached: cached, comparedRequests: TRACE.length, originCalls: origin.calls, callsWithoutCache: 0 };

    const page = htmlReport(comparison, latencyOf(cached.responseMs), dashboardBody(assembly, definition.functionName));

    expect(origin.calls).toBe(DISTINCT);
    const legends = legendsOf(page);
    expect([...legends.keys()]).toEqual([
      'Hit rate', 'Calls', 'Origin calls', 'Origin calls by cache', 'Latency of the origin', 'Memory of an environment', 'Evictions', 'Errors',
    ]);
    expect(legends.get('Calls')).toMatchObject({ 'fresh hits': `${TRACE.length - DISTINCT}`, 'misses': `${DISTINCT}`, 'stale hits': '–' });
    expect(legends.get('Origin calls')).toEqual({ made: `${DISTINCT}`, saved: `${TRACE.length - DISTINCT}` });
    expect(legends.get('Origin calls by cache')).toEqual({ product: `${DISTINCT}` });
    expect(legends.get('Hit rate')).toEqual({ 'all caches': expect.stringMatching(/%$/), 'product': legends.get('Hit rate')!['all caches'] });
    expect(legends.get('Memory of an environment')).toEqual({ 'fullest environment': expect.stringMatching(/MiB$/), 'average': expect.stringMatching(/MiB$/) });
    expect(page).toContain('bound 64 MiB');
    // Self-contained: nothing is loaded from anywhere.
    expect(page).not.toMatch(/<script|<link|src=|https?:\/\/(?!www\.w3\.org)/);
  } finally {
    origin.stop();
  }
});

/** What each graph of the page says of its lines, by title. */
function legendsOf(page: string): Map<string, Record<string, string>> {
  return new Map([...page.matchAll(/<figure class="widget".*?<\/figure>/gs)].map(([figure]) => [
    /<h3>(.*?)<\/h3>/.exec(figure)![1],
    Object.fromEntries([...figure.matchAll(/<\/i>(.*?) <b>(.*?)<\/b>/g)].map(([, label, value]) => [label, value])),
  ]));
}
