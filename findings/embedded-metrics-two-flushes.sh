#!/bin/sh
# aws-embedded-metrics 4.2.1: two overlapping calls of one logger's `flush` publish every value twice.
# `flush` waits for its environment and its sink before it starts a new set of metrics, so the second publishes the first one's set again.
# With several requests in one process, each flushing a shared logger, counts and sums in CloudWatch double. Consecutive calls are correct.
# Expected before the first run: each value once.
# Fails if the library's behaviour has changed.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
printf '{ "name": "flushes", "private": true }' > package.json
npm install --silent --no-audit --no-fund aws-embedded-metrics@4.2.1
cat > show.mjs <<'JAVASCRIPT'
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createMetricsLogger } from 'aws-embedded-metrics';

const lines = [];
const { log } = console;
console.log = (text) => lines.push(JSON.parse(text));

async function published(flush) {
  const logger = createMetricsLogger();
  logger.putMetric('orders', 1);
  await flush(logger);
  return lines.splice(0).filter((line) => 'orders' in line).map(({ orders }) => orders);
}

log('aws-embedded-metrics', JSON.parse(readFileSync('node_modules/aws-embedded-metrics/package.json', 'utf8')).version);
const inTurn = await published(async (logger) => {
  await logger.flush();
  await logger.flush();
});
const overlapping = await published((logger) => Promise.all([logger.flush(), logger.flush()]));
log('one order, two flushes in turn, published:    ', inTurn);
log('one order, two flushes that overlap, published:', overlapping);
assert.deepEqual([inTurn, overlapping], [[1], [1, 1]], 'the library has changed');
JAVASCRIPT
AWS_EMF_ENVIRONMENT=Lambda AWS_LAMBDA_FUNCTION_NAME=shop node show.mjs
