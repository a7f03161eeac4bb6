/**
 * `npx projen test:mutation`: changes the runtime's sources in every way that Stryker knows, and checks whether the tests that import them
 * notice; then switches a sample of these changes on in one built layer, for the tests of the public functions. `-- GROUP…` for some of the
 * groups in groups.ts, `-- layer` for the layer, `-- layer-again` for those of its mutants that survived last time. Writes reports/mutation.json, and reports/mutation/GROUP.html.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import type { Mutant, MutantResult } from '@stryker-mutator/api/core';
import { type Group, GROUPS, IN_LAYER } from './groups';
import { mutateLayer } from './layer/mutate-layer';

const REPOSITORY = join(__dirname, '..', '..');
const REPORTS = join(REPOSITORY, 'reports');
const REPORT = join(REPORTS, 'mutation.json');

interface Score {
  readonly killed: number;
  readonly total: number;
}

interface Survived extends Score {
  readonly survivors: readonly string[];
}

interface Report {
  /** The sum over all groups that have run. */
  readonly sources: Score;
  /** Of a sample, what the public functions' tests alone notice in a built layer. */
  readonly layer?: Survived;
  readonly groups: Readonly<Record<string, Survived>>;
}

/** Instead of a group: the built layer. */
const LAYER = 'layer';

/** The same for those that survived last time: tests that were added since notice more, and none that there were notices less. */
const LAYER_AGAIN = 'layer-again';

const SETUP = ['test/equipment/property-seed.ts', 'test/mutation/first-counterexample.ts'];

/** Of the random cases that test the policy engine against its model: most mutants need few. */
const CASES = 60;

/** A mutant that makes a test run forever is killed too. */
const KILLED = ['Killed', 'Timeout'];

async function mutate(name: string, { files, tests }: Group): Promise<Survived> {
  Object.assign(process.env, { MUTATION_TESTS: tests.join(' '), MUTATION_SETUP: SETUP.join(' '), CASES: String(CASES) });
  // An ES module.
  const { Stryker } = await import('@stryker-mutator/core');
  const mutants: readonly MutantResult[] = await new Stryker({
    mutate: [...files],
    testRunner: 'in-process',
    plugins: [join(__dirname, 'in-process-runner.mjs'), join(__dirname, 'ignore-texts.mjs')],
    ignorers: ['texts'],
    coverageAnalysis: 'perTest',
    ignorePatterns: ['dist', 'reports', 'cdk.out', '.cache', 'benchmarks'],
    concurrency: Number(process.env.MUTATION_CONCURRENCY ?? 2),
    // Endless loops end earlier, by how often they pass the mutant.
    timeoutMS: 40_000,
    reporters: ['html', 'progress-append-only'],
    htmlReporter: { fileName: join(REPORTS, 'mutation', `${name}.html`) },
    tempDirName: '.cache/stryker',
    allowEmpty: false,
  }).runMutationTest();
  const valid = mutants.filter(({ status }) => [...KILLED, 'Survived', 'NoCoverage'].includes(status));
  return {
    killed: valid.filter(({ status }) => KILLED.includes(status)).length,
    total: valid.length,
    survivors: valid.filter(({ status }) => !KILLED.includes(status)).map(describe),
  };
}

function describe({ fileName, location, mutatorName, replacement }: Pick<Mutant, 'fileName' | 'location' | 'mutatorName' | 'replacement'>): string {
  return `${relative(REPOSITORY, resolve(REPOSITORY, fileName))}:${location.start.line}:${location.start.column} ${mutatorName}: ${replacement?.replace(/\s+/g, ' ').slice(0, 80)}`;
}

function savedReport(): Report | undefined {
  return existsSync(REPORT) ? JSON.parse(readFileSync(REPORT, 'utf8')) as Report : undefined;
}

function mutateFor(name: string): Promise<Survived> {
  switch (name) {
    case LAYER:
      return mutateLayer(IN_LAYER, { describe });
    case LAYER_AGAIN: {
      const survivors = savedReport()?.layer?.survivors;
      if (survivors === undefined) {
        throw new Error(`${REPORT} has no survivors of the layer. Run \`npx projen test:mutation -- ${LAYER}\` first.`);
      }
      return mutateLayer(IN_LAYER, { describe, survivors });
    }
    default:
      return mutate(name, GROUPS[name]);
  }
}

function save(name: string, result: Survived): void {
  const saved = savedReport();
  const groups = { ...saved?.groups, ...(name in GROUPS && { [name]: result }) };
  const layer = !(name in GROUPS) ? result : saved?.layer;
  const sum = (count: 'killed' | 'total') => Object.values(groups).reduce((all, group) => all + group[count], 0);
  mkdirSync(REPORTS, { recursive: true });
  writeFileSync(REPORT, `${JSON.stringify({ sources: { killed: sum('killed'), total: sum('total') }, layer, groups } satisfies Report, undefined, 2)}\n`);
  console.log(`${name}: ${result.killed} of ${result.total} killed (${(100 * result.killed / result.total).toFixed(1)} %)`);
}

async function run(): Promise<void> {
  const wanted = process.argv.slice(2).filter((argument) => argument !== '--');
  const known = [...Object.keys(GROUPS), LAYER];
  const unknown = wanted.filter((name) => ![...known, LAYER_AGAIN].includes(name));
  if (unknown.length > 0) {
    throw new Error(`There is no group ${unknown.join(', ')}. The groups are: ${[...known, LAYER_AGAIN].join(', ')}.`);
  }
  for (const name of wanted.length > 0 ? wanted : known) {
    const since = performance.now();
    save(name, await mutateFor(name));
    console.log(`It took ${((performance.now() - since) / 60_000).toFixed(1)} minutes.`);
  }
  process.exit();
}

void run();
