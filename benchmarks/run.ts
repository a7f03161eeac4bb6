/**
 * `npx projen bench`: our cache beside its peers, on the same machine at the same time.
 *
 * Prints tables, and writes reports/bench.json. See README.md.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { benchColdStart } from './cold-start';
import { benchConcurrent } from './concurrent';
import { benchDaxHit } from './dax-hit';
import { benchFlavours } from './flavours';
import { benchBulkHit, benchMemoryHit, benchTaggedHit } from './memory-hit';
import { benchSharedHit } from './shared-hit';
import { benchSizeEstimate } from './size-estimate';
import { benchStaleHit } from './stale-hit';
import { benchSynth } from './synth';
import * as tables from './tables';
import { printTargets } from './targets';
import { benchWakingFleet } from './waking-fleet';
import { missingParts } from '../test/lambda-emulator';

type Measured = tables.Measured;

/** In the order in which they run: each measures, and prints what it has measured. */
const BENCHMARKS = {
  memoryHit: async (directory) => shown(await benchMemoryHit(directory), tables.printMemoryHit),
  bulkHit: async (directory) => shown({ bulkHit: await benchBulkHit(directory) }, tables.printBulkHit),
  taggedHit: async (directory) => shown({ taggedHit: await benchTaggedHit(directory) }, tables.printTaggedHit),
  concurrent: async (directory) => shown({ concurrent: await benchConcurrent(directory) }, tables.printConcurrent),
  staleHit: async (directory) => onEmulator(async () => shown({ staleHit: await benchStaleHit(directory) }, tables.printStaleHit)),
  coldStart: async (directory) => shown({ coldStart: await benchColdStart(directory) }, tables.printColdStart),
  sharedHit: async (directory) => shown(await benchSharedHit(directory), tables.printSharedHit),
  daxHit: async (directory) => shown({ daxHit: await benchDaxHit(directory) }, tables.printDaxHit),
  flavours: async (directory) => shown({ flavours: await benchFlavours(directory) }, tables.printFlavours),
  wakingFleet: async (directory) => onEmulator(async () => shown({ wakingFleet: await benchWakingFleet(directory) }, tables.printWakingFleet)),
  sizeEstimate: async (directory) => shown({ sizeEstimate: await benchSizeEstimate(directory) }, tables.printSizeEstimate),
  synth: async (directory) => shown({ synth: await benchSynth(directory) }, tables.printSynth),
} satisfies Record<string, (workDirectory: string) => Promise<Partial<Measured>>>;

type Name = keyof typeof BENCHMARKS;

const NAMES = Object.keys(BENCHMARKS) as Name[];
const REPORTS = join(__dirname, '..', 'reports');

async function main(): Promise<void> {
  const only = chosen();
  mkdirSync(REPORTS, { recursive: true });
  // Inside the repository, so that what is bundled there finds node_modules, and this package by its own name.
  const workDirectory = mkdtempSync(join(REPORTS, 'bench-'));
  try {
    const measured: Partial<Measured> = {};
    for (const name of only) {
      Object.assign(measured, await BENCHMARKS[name](workDirectory));
    }
    // A part of the results must not replace a whole report.
    if (only.length === NAMES.length) {
      writeReport(measured);
    }
    printTargets(measured);
  } finally {
    rmSync(workDirectory, { recursive: true, force: true });
  }
}

function shown<T extends Partial<Measured>>(measured: T, print: (measured: T) => void): T {
  print(measured);
  return measured;
}

/** What needs Lambda's own runtime client is left out where that is missing. */
async function onEmulator<T extends Partial<Measured>>(measure: () => Promise<T>): Promise<Partial<T>> {
  const missing = missingParts();
  if (missing.length > 0) {
    console.log(`Not measured on the emulator:\n${missing.map((part) => `  ${part}\n`).join('')}`);
    return {};
  }
  return measure();
}

function chosen(): readonly Name[] {
  // projen hands on the `--` that npm's commands have before such options.
  const { values } = parseArgs({ args: process.argv.slice(2).filter((argument) => argument !== '--'), options: { only: { type: 'string' } } });
  const only = values.only?.split(',') ?? NAMES;
  const unknown = only.find((name) => !NAMES.includes(name as Name));
  if (unknown !== undefined) {
    throw new Error(`--only names '${unknown}', which is none of: ${NAMES.join(', ')}.`);
  }
  return only as readonly Name[];
}

function writeReport(measured: Partial<Measured>): void {
  const environment = { node: process.version, cpu: cpus()[0]?.model ?? 'unknown' };
  writeFileSync(join(REPORTS, 'bench.json'), `${JSON.stringify({ ...measured, environment }, undefined, 2)}\n`);
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
