import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { events } from '../../lambda-runtime/engine/events.js';
import { METRICS } from '../../src/contract/metrics';
import { CacheMetric } from '../../src/monitoring/metrics/cache-metric';

/** One table in the contract has every metric; the documents and the enum must have the same. */

const README = readFileSync(join(__dirname, '..', '..', 'README.md'), 'utf8');

test('the README lists exactly the metrics that exist', () => {
  const rows = [...README.matchAll(/^\| (`[A-Z].*?`) \| (?:count|milliseconds|bytes) \|/gm)];
  const listed = rows.flatMap(([, names]) => [...names.matchAll(/`(\w+)`/g)].map(([, name]) => name));

  expect(listed.sort()).toEqual(Object.values(METRICS).sort());
});

test('the enum has the same metrics', () => {
  expect(Object.values(CacheMetric).sort()).toEqual(Object.values(METRICS).sort());
});

test('the README lists exactly the channels that exist', () => {
  const line = README.split('\n').find((each) => each.includes('`node:diagnostics_channel`: '))!;
  const listed = [...line.matchAll(/:([a-z-]+)`/g)].map(([, name]) => `cdk-cached-function:${name}`).filter((name) => !name.endsWith('diagnostics_channel'));

  expect(listed.sort()).toEqual(Object.values(events).map(({ name }) => String(name)).sort());
});
