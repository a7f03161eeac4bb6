import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Call } from './scenario';
import { SCENARIOS } from './scenarios';

const document = readFileSync(join(__dirname, '..', '..', 'docs', 'behaviour.md'), 'utf8');
const [, section = ''] = /^## Where the code runs$([^]*?)(?=^## )/m.exec(document) ?? [];
const rows = [...section.matchAll(/^\| ([^|]+?) \|/gm)].map(([, row]) => row).filter((row) => row !== 'Situation');

const calls = Object.values(SCENARIOS).flat().flatMap(({ steps }) => steps)
  .flatMap((step): readonly Call[] => 'call' in step ? [step] : 'together' in step ? step.together : []);
const exceptions = new Set(calls.flatMap(({ except = {} }) => Object.values(except).map(({ row }) => row)));
const needs = new Set(Object.values(SCENARIOS).flat().flatMap(({ needs: all = [] }) => all));

test('every answer that depends on where the code runs has a row in docs/behaviour.md', () => {
  expect(exceptions.size).toBeGreaterThan(0);
  expect([...exceptions].filter((row) => !rows.includes(row))).toEqual([]);
});

/** Scenarios that not every harness can run, and the row about the others. */
const ROWS_OF_NEEDS: Readonly<Record<string, string>> = {
  'fleet': 'What another environment has loaded',
  'redis': 'What another environment has loaded',
  'table': 'The document client',
  'dax': 'The document client',
  'unit tests': 'A second definition of a name',
  'lambda': 'A second definition of a name',
  'overlap': 'Invocations that overlap',
  'freeze': 'A load that an invocation leaves behind',
  'own clock': 'The moment in which something ends (a ttl, a stale window, `retryAfter`)',
};

test('every scenario that some setups cannot run has a row in docs/behaviour.md', () => {
  expect([...needs].filter((need) => !rows.includes(ROWS_OF_NEEDS[need]))).toEqual([]);
});
