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
import { benchMemoryHit } from './memory-hit';
import { benchSizeEstimate } from './size-estimate';
import { benchSynth } from './synth';
import { type Measured, printColdStart, printMemoryHit, printSizeEstimate, printSynth, printTargets } from './tables';

const NAMES = ['memoryHit', 'coldStart', 'synth', 'sizeEstimate'] as const;
const REPORTS = join(__dirname, '..', 'reports');

async function main(): Promise<void> {
  const only = chosen();
  mkdirSync(REPORTS, { recursive: true });
  // Inside the repository, so that what is bundled there finds node_modules, and this package by its own name.
  const workDirectory = mkdtempSync(join(REPORTS, 'bench-'));
  try {
    const measured: Partial<Measured> = {};
    if (only.includes('memoryHit')) {
      Object.assign(measured, await benchMemoryHit(workDirectory));
      printMemoryHit(measured as Measured);
    }
    if (only.includes('coldStart')) {
      measured.coldStart = await benchColdStart(workDirectory);
      printColdStart(measured.coldStart);
    }
    if (only.includes('sizeEstimate')) {
      measured.sizeEstimate = await benchSizeEstimate(workDirectory);
      printSizeEstimate(measured.sizeEstimate);
    }
    if (only.includes('synth')) {
      measured.synth = await benchSynth(workDirectory);
      printSynth(measured.synth);
    }
    // A part of the results must not replace a whole report.
    if (only.length === NAMES.length) {
      writeReport(measured as Measured);
      printTargets(measured as Measured);
    }
  } finally {
    rmSync(workDirectory, { recursive: true, force: true });
  }
}

function chosen(): readonly string[] {
  const { values } = parseArgs({ options: { only: { type: 'string' } } });
  const only = values.only?.split(',') ?? NAMES;
  const unknown = only.find((name) => !NAMES.includes(name as typeof NAMES[number]));
  if (unknown !== undefined) {
    throw new Error(`--only names '${unknown}', which is none of: ${NAMES.join(', ')}.`);
  }
  return only;
}

function writeReport({ memoryHit, coldStart, synth, sizeEstimate, memoryHitFreshStrings }: Measured): void {
  const environment = { node: process.version, cpu: cpus()[0]?.model ?? 'unknown' };
  const report = { memoryHit, coldStart, synth, sizeEstimate, memoryHitFreshStrings, environment };
  writeFileSync(join(REPORTS, 'bench.json'), `${JSON.stringify(report, undefined, 2)}\n`);
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
