/**
 * `npx projen bench`: our cache compared with its peers, on the same machine at the same time.
 *
 * Prints tables, and writes reports/bench.json. See README.md.
 */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { benchBuildVariants } from './build-variants';
import { benchColdStart } from './cold-start';
import { benchConcurrent } from './concurrent';
import { benchDaxHit } from './dax-hit';
import { benchHitRatio } from './hit-ratio';
import { benchInvocation } from './invocation';
import { benchBulkHit, benchMemoryHit, benchTaggedHit } from './memory-hit';
import { benchPauses } from './pauses';
import { benchResponseHit } from './response-hit';
import { benchSharedHit } from './shared-hit';
import { benchSizeEstimate } from './size-estimate';
import { benchStaleHit } from './stale-hit';
import { benchSynth } from './synth';
import * as tables from './tables';
import { printTargets } from './targets';
import { benchWakingFleet } from './waking-fleet';
import { missingParts } from '../tools/lambda-emulator';

type Measured = tables.Measured;

/** The benchmarks in the order in which they run: each measures, and prints its results. */
const BENCHMARKS = {
  memoryHit: async (directory) => shown(await benchMemoryHit(directory), tables.printMemoryHit),
  bulkHit: async (directory) => shown({ bulkHit: await benchBulkHit(directory) }, tables.printBulkHit),
  taggedHit: async (directory) => shown({ taggedHit: await benchTaggedHit(directory) }, tables.printTaggedHit),
  responseHit: async (directory) => shown({ responseHit: await benchResponseHit(directory) }, tables.printResponseHit),
  concurrent: async (directory) => shown({ concurrent: await benchConcurrent(directory) }, tables.printConcurrent),
  invocation: async (directory) => shown({ invocation: await benchInvocation(directory) }, tables.printInvocation),
  pauses: async (directory) => shown({ pauses: await benchPauses(directory) }, tables.printPauses),
  staleHit: async (directory) => onEmulator(async () => shown({ staleHit: await benchStaleHit(directory) }, tables.printStaleHit)),
  coldStart: async (directory) => shown({ coldStart: await benchColdStart(directory) }, tables.printColdStart),
  sharedHit: async (directory) => shown(await benchSharedHit(directory), tables.printSharedHit),
  daxHit: async (directory) => shown({ daxHit: await benchDaxHit(directory) }, tables.printDaxHit),
  init: async (directory) => shown({ init: await benchBuildVariants(directory) }, tables.printInit),
  wakingFleet: async (directory) => onEmulator(async () => shown({ wakingFleet: await benchWakingFleet(directory) }, tables.printWakingFleet)),
  sizeEstimate: async (directory) => shown({ sizeEstimate: await benchSizeEstimate(directory) }, tables.printSizeEstimate),
  evict: async () => shown({ hitRatio: benchHitRatio() }, tables.printHitRatio),
  synth: async (directory) => shown({ synth: await benchSynth(directory) }, tables.printSynth),
} satisfies Record<string, (workDirectory: string) => Promise<Partial<Measured>>>;

type Name = keyof typeof BENCHMARKS;

const NAMES = Object.keys(BENCHMARKS) as Name[];

/** Groups for work on one part of the runtime, each of a few minutes. */
const PARTS: Readonly<Record<string, readonly Name[]>> = {
  memory: ['memoryHit', 'bulkHit', 'taggedHit', 'responseHit', 'concurrent', 'invocation', 'pauses', 'staleHit', 'sizeEstimate'],
  shared: ['sharedHit', 'daxHit', 'wakingFleet'],
  cold: ['coldStart', 'init'],
  synth: ['synth'],
  evict: ['evict'],
};

const REPORTS = join(__dirname, '..', 'reports');
const REPORT = join(REPORTS, 'bench.json');

async function main(): Promise<void> {
  const only = chosen();
  mkdirSync(REPORTS, { recursive: true });
  // Inside the repository, so that bundles there find node_modules, and this package by its own name.
  const workDirectory = mkdtempSync(join(REPORTS, 'bench-'));
  try {
    const measured: Partial<Measured> = {};
    for (const name of only) {
      Object.assign(measured, await BENCHMARKS[name](workDirectory));
    }
    writeReport(measured);
    printTargets(measured);
  } finally {
    rmSync(workDirectory, { recursive: true, force: true });
  }
}

function shown<T extends Partial<Measured>>(measured: T, print: (measured: T) => void): T {
  print(measured);
  return measured;
}

/** Benchmarks that need Lambda's own runtime client are skipped if it is missing. */
async function onEmulator<T extends Partial<Measured>>(measure: () => Promise<T>): Promise<Partial<T>> {
  const missing = missingParts();
  if (missing.length > 0) {
    console.log(`Not measured on the emulator:\n${missing.map((part) => `  ${part}\n`).join('')}`);
    return {};
  }
  return measure();
}

function chosen(): readonly Name[] {
  // projen passes on the `--` that npm's commands have before such options.
  const { values, positionals } = parseArgs({
    args: process.argv.slice(2).filter((argument) => argument !== '--'),
    options: { only: { type: 'string' } },
    allowPositionals: true,
  });
  const unknownPart = positionals.find((part) => !Object.hasOwn(PARTS, part));
  if (unknownPart !== undefined) {
    throw new Error(`There is no part '${unknownPart}', only: ${Object.keys(PARTS).join(', ')}.`);
  }
  const only = values.only?.split(',') ?? (positionals.length > 0 ? positionals.flatMap((part) => PARTS[part]) : NAMES);
  const unknown = only.find((name) => !NAMES.includes(name as Name));
  if (unknown !== undefined) {
    throw new Error(`--only names '${unknown}', which is none of: ${NAMES.join(', ')}.`);
  }
  return only as readonly Name[];
}

/** Results that were not measured this time stay unchanged. */
function writeReport(measured: Partial<Measured>): void {
  const earlier = existsSync(REPORT) ? JSON.parse(readFileSync(REPORT, 'utf8')) as Partial<Measured> : {};
  const environment = { node: process.version, cpu: cpus()[0]?.model ?? 'unknown' };
  writeFileSync(REPORT, `${JSON.stringify({ ...earlier, ...measured, environment }, undefined, 2)}\n`);
}

main().catch((error: unknown) => {
  console.error(error);
  // Processes that took turns with one that failed still wait for their next.
  process.exit(1);
});
