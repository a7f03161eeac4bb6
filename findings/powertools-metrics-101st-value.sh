#!/bin/sh
# @aws-lambda-powertools/metrics 2.36.0: the 101st value of one metric in an invocation is published without the dimensions added before.
# EMF allows 100 values, so `addMetric` then publishes them. It also clears the dimensions and metadata, as at the end of an invocation. Later
# values belong to a different metric in CloudWatch, which has only the default dimensions. The 101st name has the same effect.
# Expected before the first run: a second line with the same dimensions (and, perhaps, without the metadata).
# Fails if the library's behaviour has changed.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
printf '{ "name": "metrics", "private": true }' > package.json
npm install --silent --no-audit --no-fund @aws-lambda-powertools/metrics@2.36.0
cat > show.mjs <<'JAVASCRIPT'
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';

const lines = [];
const write = process.stdout.write.bind(process.stdout);
process.stdout.write = (text, ...rest) => String(text).startsWith('{"_aws"') ? lines.push(JSON.parse(text)) > 0 : write(text, ...rest);
const { Metrics, MetricUnit } = await import('@aws-lambda-powertools/metrics');

function linesOf(record) {
  const metrics = new Metrics({ namespace: 'shop', serviceName: 'prices' });
  metrics.addDimension('region', 'north');
  metrics.addMetadata('request', '1');
  record(metrics);
  metrics.publishStoredMetrics();
  return lines.splice(0).map(({ _aws: { CloudWatchMetrics: [{ Metrics: names, Dimensions: [dimensions] }] }, ...fields }) => ({
    values: names.flatMap(({ Name }) => fields[Name]).length, dimensions, metadata: 'request' in fields,
  }));
}

console.log('@aws-lambda-powertools/metrics', JSON.parse(readFileSync('node_modules/@aws-lambda-powertools/metrics/package.json', 'utf8')).version);
const numbers = Array.from({ length: 101 }, (_, number) => number);
const oneName = linesOf((metrics) => numbers.forEach((number) => metrics.addMetric('latency', MetricUnit.Milliseconds, number)));
const manyNames = linesOf((metrics) => numbers.forEach((number) => metrics.addMetric(`latency${number}`, MetricUnit.Milliseconds, number)));
console.log('101 values of one metric:', oneName);
console.log('101 metrics of one value:', manyNames);
const expected = [
  { values: 100, dimensions: ['service', 'region'], metadata: true },
  { values: 1, dimensions: ['service'], metadata: false },
];
assert.deepEqual([oneName, manyNames], [expected, expected], 'the library has changed');
JAVASCRIPT
env -u POWERTOOLS_DEV -u POWERTOOLS_METRICS_DISABLED node show.mjs
