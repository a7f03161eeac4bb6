import fc from 'fast-check';
import { FUZZ_TIMEOUT, fuzz } from './fuzz';
import { Counters } from '../../lambda-runtime/engine/counters.js';
import { cacheLines, functionLines, startFailureLine } from '../../lambda-runtime/metrics/emf.js';
import { emfErrors } from '../runtime/metrics/emf-schema.js';

/** Any counts and any error text make lines that CloudWatch can parse. */

const FACTS = { functionName: 'get-product', now: Date.UTC(2026, 0, 1) };

const count = fc.oneof(fc.constant(0), fc.nat(), fc.constant(Number.MAX_SAFE_INTEGER));
const durations = fc.oneof(fc.array(fc.double({ min: 0, max: 900_000, noNaN: true }), { maxLength: 250 }),
  fc.constantFrom(99, 100, 101, 999, 1_000).map((length) => Array.from({ length }, (_, index) => index / 7)));

const counters = fc.record(Object.fromEntries(Object.entries(new Counters())
  .map(([name, initial]) => [name, (Array.isArray(initial) ? durations : count) as fc.Arbitrary<unknown>])))
  .map((values) => Object.assign(new Counters(), values));

test('metrics are valid lines, and lose nothing', () => {
  fuzz(fc.tuple(counters, fc.stringMatching(/^[A-Za-z0-9_.-]{1,64}$/), fc.uuid(), fc.nat()), ([counted, name, requestId, memoryBytes]) => {
    const facts = { ...FACTS, requestId, memoryBytes };
    const lines = cacheLines(name, counted, facts);
    expect([...lines, ...functionLines([counted], facts)].flatMap(emfErrors)).toEqual([]);
    const written = lines.map((line) => JSON.parse(line) as Record<string, number[] | undefined>);
    expect(written.flatMap(({ OriginDuration = [] }) => OriginDuration)).toHaveLength(counted.originDurations.length);
    expect(written.flatMap(({ SharedLatency = [] }) => SharedLatency)).toHaveLength(counted.sharedLatencies.length);
  });
}, FUZZ_TIMEOUT);

test('an error at start is one line, whatever its message', () => {
  const reason = fc.oneof(fc.string({ unit: 'binary' }), fc.array(fc.integer({ min: 0, max: 0xffff })).map((units) => String.fromCharCode(...units)),
    fc.string({ minLength: 1_000, maxLength: 1_000 }).map((text) => text.repeat(1_000)));
  fuzz(reason, (text) => expect(emfErrors(startFailureLine(text, FACTS))).toEqual([]));
}, FUZZ_TIMEOUT);
