import fc from 'fast-check';
import { type EmfDocument, emfErrors } from './emf-schema.js';
import { Counters } from '../../../lambda-runtime/engine/counters.js';
import { cacheLines, countsLine, functionLines, startFailureLine } from '../../../lambda-runtime/metrics/emf.js';
import { METRICS } from '../../../src/contract/metrics.js';

const FACTS = { functionName: 'get-product', requestId: '8476a536-e9f4-11e8-9739-2dfe598c3fcd', now: Date.UTC(2026, 0, 1), memoryBytes: 1_234 };

const count = fc.oneof(fc.constant(0), fc.nat(1_000_000));
const counters: fc.Arbitrary<Counters> = fc.record({
  hits: count,
  coalescedHits: count,
  misses: count,
  bypasses: count,
  originCalls: count,
  originErrors: count,
  uncacheable: count,
  evictions: count,
  originDurations: fc.oneof(fc.constantFrom(0, 1, 99, 100, 101, 200, 201, 1_000).map((length) => Array.from({ length }, (_, i) => i / 7)),
    fc.array(fc.double({ min: 0, max: 900_000, noNaN: true }), { maxLength: 5 })),
}).map((values) => Object.assign(new Counters(), values));

const parse = (line: string) => JSON.parse(line) as EmfDocument;

/** The values of the metric in all the lines, whether a line has one or many. */
const valuesOf = (lines: readonly string[], metric: string) => lines.map(parse).flatMap((document) => document[metric] ?? []) as number[];

/** The sets of dimensions that the metric is published by. */
const dimensionsOf = (line: string, metric: string) =>
  parse(line)._aws.CloudWatchMetrics.flatMap(({ Dimensions, Metrics }) => Metrics.some(({ Name }) => Name === metric) ? Dimensions : []);

describe('metric lines', () => {
  test('name the metrics as the construct does', () => {
    const counted = new Counters();
    for (const name of Object.keys(counted) as (keyof Counters)[]) {
      Object.assign(counted, { [name]: Array.isArray(counted[name]) ? [1] : 1 });
    }

    const ofDax = Object.keys(METRICS).filter((name) => name.startsWith('dax'));
    const lines = [
      ...functionLines([counted], FACTS), startFailureLine('bad settings', FACTS), countsLine(Object.fromEntries(ofDax.map((name) => [name, 1])), FACTS),
    ];

    const written = lines.flatMap((line) => parse(line)._aws.CloudWatchMetrics.flatMap(({ Metrics }) => Metrics.map(({ Name }) => Name)));
    expect([...new Set(written)].sort()).toEqual(Object.values(METRICS).sort());
  });

  test('are valid by the specification of the embedded metric format', () => {
    fc.assert(fc.property(counters, fc.stringMatching(/^[A-Za-z0-9_.-]{1,64}$/), (counted, name) => {
      const lines = [...cacheLines(name, counted, FACTS), ...functionLines([counted, new Counters()], FACTS), startFailureLine('Bad.\n"settings"', FACTS)];
      expect(lines.flatMap(emfErrors)).toEqual([]);
    }), { numRuns: 200 });
  });

  test('lose no duration, and hold at most 100 each', () => {
    fc.assert(fc.property(counters, (counted) => {
      const lines = cacheLines('product', counted, FACTS);
      const rounded = counted.originDurations.map((milliseconds) => Math.round(milliseconds * 1_000) / 1_000);
      expect(valuesOf(lines, METRICS.originDuration)).toEqual(rounded);
      expect(lines).toHaveLength(Math.max(1, Math.ceil(rounded.length / 100)));
    }), { numRuns: 100 });
  });

  test('contain every count once, however many lines there are', () => {
    fc.assert(fc.property(counters, (counted) => {
      const lines = cacheLines('product', counted, FACTS);
      for (const name of ['hits', 'coalescedHits', 'misses', 'bypasses', 'originCalls', 'originErrors', 'uncacheable', 'evictions'] as const) {
        expect(valuesOf(lines, METRICS[name]).reduce((sum, value) => sum + value, 0)).toBe(counted[name]);
      }
      expect(valuesOf(lines, METRICS.memoryBytes)).toEqual([FACTS.memoryBytes]);
    }), { numRuns: 100 });
  });

  test('always have hits and misses, from which CloudWatch computes the hit rate', () => {
    const [line] = cacheLines('product', new Counters(), FACTS);
    expect(parse(line)).toMatchObject({ Hits: 0, Misses: 0 });
    expect(parse(line)).not.toHaveProperty('Evictions');
  });

  test('have counts for the function and for the cache, and the memory for the function only', () => {
    const [line] = cacheLines('product', Object.assign(new Counters(), { hits: 1, originDurations: [5] }), FACTS);
    for (const metric of [METRICS.hits, METRICS.misses, METRICS.originDuration]) {
      expect(dimensionsOf(line, metric)).toEqual([['FunctionName'], ['FunctionName', 'CacheName']]);
    }
    expect(dimensionsOf(line, METRICS.memoryBytes)).toEqual([['FunctionName']]);
    expect(parse(line)).toMatchObject({ FunctionName: 'get-product', CacheName: 'product', RequestId: FACTS.requestId });
  });

  test('never have dimensions other than the function and the cache: every other value would cost a metric', () => {
    fc.assert(fc.property(counters, (counted) => {
      const lines = [...cacheLines('product', counted, FACTS), ...functionLines([counted], FACTS)];
      const names = lines.flatMap((line) => parse(line)._aws.CloudWatchMetrics.flatMap(({ Dimensions }) => Dimensions.flat()));
      expect(new Set(['FunctionName', 'CacheName', ...names]).size).toBe(2);
    }), { numRuns: 50 });
  });

  test('for the whole function sum up its caches', () => {
    const [line, ...more] = functionLines([
      Object.assign(new Counters(), { hits: 1, misses: 2, originDurations: [1] }),
      Object.assign(new Counters(), { hits: 10, misses: 20, originDurations: [2, 3] }),
    ], FACTS);
    expect(more).toEqual([]);
    expect(parse(line)).toMatchObject({ Hits: 11, Misses: 22, OriginDuration: [1, 2, 3] });
    expect(parse(line)).not.toHaveProperty('CacheName');
    expect(functionLines([], FACTS)).toEqual([]);
  });

  test('hold the durations of the first thousand calls, however many there are', () => {
    const counted = Object.assign(new Counters(), { originDurations: new Array(200_000).fill(1) });
    expect(valuesOf(functionLines([counted], FACTS), METRICS.originDuration)).toHaveLength(1_000);
  });

  test('of a runtime that could not start contain the reason', () => {
    const document = parse(startFailureLine('The setting ttlMs must be …', FACTS));
    expect(document).toMatchObject({ StartFailures: 1, Reason: 'The setting ttlMs must be …', FunctionName: 'get-product' });
  });
});
