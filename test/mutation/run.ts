/**
 * `npx projen test:mutation`: changes the runtime's sources in every way that Stryker knows, and looks whether the tests that import them
 * notice. `-- GROUP…` for some of the groups in groups.ts. Writes reports/mutation.json, and reports/mutation/GROUP.html.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { MutantResult } from '@stryker-mutator/api/core';
import { type Group, GROUPS } from './groups';

const REPORTS = join(__dirname, '..', '..', 'reports');
const REPORT = join(REPORTS, 'mutation.json');

interface Score {
  readonly killed: number;
  readonly total: number;
}

interface Report {
  /** The sum over all groups that have run. */
  readonly sources: Score;
  readonly groups: Readonly<Record<string, Score & { readonly survivors: readonly string[] }>>;
}

/** A mutant that makes a test run for ever is noticed too. */
const KILLED = ['Killed', 'Timeout'];

async function mutate(name: string, { files, tests }: Group): Promise<Report['groups'][string]> {
  process.env.MUTATION_TESTS = tests.join(' ');
  // An ES module.
  const { Stryker } = await import('@stryker-mutator/core');
  const mutants: readonly MutantResult[] = await new Stryker({
    mutate: [...files],
    testRunner: 'jest',
    plugins: ['@stryker-mutator/jest-runner', join(__dirname, 'ignore-texts.mjs')],
    ignorers: ['texts'],
    coverageAnalysis: 'perTest',
    jest: { configFile: 'test/mutation/jest.config.cjs', enableFindRelatedTests: false },
    ignorePatterns: ['dist', 'reports', 'cdk.out', '.cache', 'benchmarks'],
    concurrency: Number(process.env.MUTATION_CONCURRENCY ?? 2),
    timeoutMS: 10_000,
    reporters: ['html', 'progress-append-only'],
    htmlReporter: { fileName: join(REPORTS, 'mutation', `${name}.html`) },
    tempDirName: '.cache/stryker',
    allowEmpty: false,
  }).runMutationTest();
  const valid = mutants.filter(({ status }) => [...KILLED, 'Survived', 'NoCoverage'].includes(status));
  return {
    killed: valid.filter(({ status }) => KILLED.includes(status)).length,
    total: valid.length,
    survivors: valid.filter(({ status }) => !KILLED.includes(status)).map(({ fileName, location, mutatorName, replacement }) =>
      `${fileName}:${location.start.line}:${location.start.column} ${mutatorName}: ${replacement?.replace(/\s+/g, ' ').slice(0, 80)}`),
  };
}

async function run(): Promise<void> {
  const wanted = process.argv.slice(2).filter((argument) => argument !== '--');
  const unknown = wanted.filter((name) => GROUPS[name] === undefined);
  if (unknown.length > 0) {
    throw new Error(`There is no group ${unknown.join(', ')}. The groups are: ${Object.keys(GROUPS).join(', ')}.`);
  }
  for (const name of wanted.length > 0 ? wanted : Object.keys(GROUPS)) {
    const result = await mutate(name, GROUPS[name]);
    const groups = { ...(existsSync(REPORT) ? (JSON.parse(readFileSync(REPORT, 'utf8')) as Report).groups : {}), [name]: result };
    const sum = (count: 'killed' | 'total') => Object.values(groups).reduce((all, group) => all + group[count], 0);
    mkdirSync(REPORTS, { recursive: true });
    writeFileSync(REPORT, `${JSON.stringify({ sources: { killed: sum('killed'), total: sum('total') }, groups } satisfies Report, undefined, 2)}\n`);
    console.log(`${name}: ${result.killed} of ${result.total} killed (${(100 * result.killed / result.total).toFixed(1)} %)`);
  }
}

void run();
