import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Duration } from 'aws-cdk-lib';
import { outageAct, staleAct } from '../../examples/demo/acts';
import { type DemoApp, synthesizeDemo } from '../../examples/demo/demo-app';
import { htmlReport } from '../../examples/demo/html-report';
import { readOptions } from '../../examples/demo/options';
import { Origin } from '../../examples/demo/origin';
import { Replay } from '../../examples/demo/replay';
import { responsesAct } from '../../examples/demo/responses-act';
import type { DemoResult } from '../../examples/demo/text-report';
import { readTrace, type TraceRequest } from '../../examples/demo/trace';
import { MODE_VARIABLE } from '../../src/contract/runtime-settings';
import { LambdaEmulator } from '../../tools/lambda-emulator';
import { describeOnLambda } from '../equipment/emulate';
import { temporaryDirectory } from '../equipment/node-process';

/** A few products, looked at again and again: what `npx projen demo` does with a shop's real requests. */
const PRODUCTS = 7;
const START = Date.now();
const TRACE: TraceRequest[] = Array.from({ length: 100 }, (_, i) => ({ id: String(i * i % PRODUCTS), at: START + 50 * i }));
const DISTINCT = new Set(TRACE.map(({ id }) => id)).size;
const ORIGIN_MS = 150;

describeOnLambda('the demo', () => {
  let origin: Origin;
  let app: DemoApp;

  beforeAll(async () => {
    origin = await Origin.start(ORIGIN_MS);
    app = synthesizeDemo(origin.url, Duration.hours(1));
  });

  afterAll(() => origin.stop());

  async function replay(environment: Readonly<Record<string, string>>, trace: readonly TraceRequest[] = TRACE): Promise<Replay> {
    const definition = { ...app.steady, environment: { ...app.steady.environment, ...environment } };
    const target = await LambdaEmulator.start(definition, { maxEnvironments: 1 });
    const result = new Replay(target, origin, 1);
    await result.send(trace).finally(() => target.stop());
    return result;
  }

  test("compares the same requests, with the origin's time added, and draws the synthesized dashboard", async () => {
    const withCache = await replay({});
    const withoutCache = await replay({ [MODE_VARIABLE]: 'off' });
    const result: DemoResult = {
      withCache,
      withoutCache,
      memoryMb: 256,
      originMs: ORIGIN_MS,
      ttlSeconds: 3_600,
      ownTrace: false,
      outage: { withCache: [0], withoutCache: [20], requestsPerSecond: 20 },
      stale: { missMs: 150, responseMs: 2, endMs: 150 },
      invalidation: 'There is no redis-server: apt-get install redis-server.',
      responses: { requests: [{ name: 'alice', ms: 150, status: 200, isForwarded: true }, { name: 'alice again', ms: 2, status: 304, isForwarded: false }] },
    };
    const page = htmlReport(result, app.dashboard);

    expect([withCache.originCalls, withoutCache.originCalls]).toEqual([DISTINCT, TRACE.length]);
    expect(withoutCache.latency.p50).toBeGreaterThan(ORIGIN_MS / 2);
    const hits = withCache.responseMs.length - DISTINCT;
    expect(withCache.latency.sorted[hits - 1]).toBeLessThan(withCache.latency.sorted[hits]);
    const legends = legendsOf(page);
    expect([...legends.keys()]).toEqual([
      'Hit rate', 'Calls', 'Origin calls', 'Origin calls by cache', 'Latency of the origin', 'Memory of an environment', 'Evictions', 'Errors',
    ]);
    expect(legends.get('Calls')).toMatchObject({ 'fresh hits': `${hits}`, 'misses': `${DISTINCT}`, 'stale hits': '–' });
    expect(legends.get('Origin calls')).toEqual({ made: `${DISTINCT}`, saved: `${hits}` });
    expect(legends.get('Origin calls by cache')).toEqual({ product: `${DISTINCT}` });
    expect(legends.get('Hit rate')).toEqual({ 'all caches': expect.stringMatching(/%$/), 'product': legends.get('Hit rate')!['all caches'] });
    expect(legends.get('Memory of an environment')).toEqual({ 'fullest environment': expect.stringMatching(/MiB$/), 'average': expect.stringMatching(/MiB$/) });
    expect(page).toContain('bound 64 MiB');
    expect(page).toContain('skipped. There is no redis-server: apt-get install redis-server.');
    expect(page).toContain('answers 1 of 2 reads (150 ms); the others are hits (2 ms), 1 of them a 304.');
    expect(page).toContain('304, a hit: 2 ms');
    // Self-contained: nothing is loaded from anywhere.
    expect(page).not.toMatch(/<script|<link|src=|https?:\/\/(?!www\.w3\.org)/);
  });

  test("expires entries on the replay's clock, not this machine's", async () => {
    const hour = 3_600_000;
    const { originCalls } = await replay({}, [0, 0.5, 1.2, 1.7].map((hours) => ({ id: '1', at: START + hours * hour })));
    expect(originCalls).toBe(2);
  });

  test('answers a page from its cache, for its own user, until that user changes it', async () => {
    const { requests } = await responsesAct(app.pages, origin);
    expect(requests.map(({ status, isForwarded }) => `${status}${isForwarded ? ' by the handler' : ''}`))
      .toEqual(['200 by the handler', '200', '304', '200 by the handler', '200', '204 by the handler', '200 by the handler', '200']);
  });

  test('returns no errors with staleIfError while the origin fails, and one for each request without the cache', async () => {
    const { withCache, withoutCache } = await outageAct(app.outage, origin, TRACE, 2);
    expect(withCache.every((errors) => errors === 0)).toBe(true);
    expect(withoutCache.map((errors, second) => errors === 2 ? second : undefined).filter((second) => second !== undefined))
      .toEqual([10, 11, 12, 13, 14, 15, 16, 17, 18, 19]);
  });

  test('returns a stale hit before the refresh ends', async () => {
    const { responseMs, endMs } = await staleAct(app.stale, origin);
    expect(responseMs).toBeLessThan(endMs);
    expect(endMs).toBeGreaterThan(ORIGIN_MS / 2);
  });
});

describe('the options of the demo', () => {
  const traceFile = (text: string) => {
    const file = join(temporaryDirectory(), 'trace.log');
    writeFileSync(file, text);
    return file;
  };

  test('are checked, with an error that names what is wrong', () => {
    expect(readOptions(['--origin-ms', '300', '--ttl', '60'])).toMatchObject({ originMs: 300, ttlSeconds: 60, full: false });
    expect(() => readOptions(['--ttl', 'soon'])).toThrow(/--ttl must be a number above 0, not soon\.[^]*npx projen demo/);
    expect(() => readOptions(['--fill'])).toThrow(/--fill[^]*npx projen demo/);
  });

  test('include a log of keys, and of times and keys', () => {
    const keys = readTrace(traceFile('/a\n/b\n\n/a\n'), 10);
    expect(keys.map(({ id, at }) => [id, at - keys[0].at])).toEqual([['/a', 0], ['/b', 100], ['/a', 200]]);
    for (const log of ['2026-01-01T00:00:00Z /a b\n2026-01-01T00:00:02Z /c\n', '1767225600 /a b\n1767225602 /c\n', '1767225600000,/a b\n1767225602000,/c']) {
      const timed = readTrace(traceFile(log), 10);
      expect(timed.map(({ id, at }) => [id, at - timed[0].at])).toEqual([['/a b', 0], ['/c', 2_000]]);
    }
    expect(() => readTrace(traceFile('1767225602 /a\n1767225600 /c\n'), 10)).toThrow(/line 2: its time is before/);
    expect(() => readTrace(traceFile('\n'), 10)).toThrow('has no lines');
  });
});

/** Each graph's legend, by title. */
function legendsOf(page: string): Map<string, Record<string, string>> {
  return new Map([...page.matchAll(/<figure class="widget".*?<\/figure>/gs)].map(([figure]) => [
    /<h3>(.*?)<\/h3>/.exec(figure)![1],
    Object.fromEntries([...figure.matchAll(/<\/i>(.*?) <b>(.*?)<\/b>/g)].map(([, label, value]) => [label, value])),
  ]));
}
