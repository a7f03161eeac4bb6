/**
 * `npx projen faults`: everything that can happen to a shared tier, on every kind of tier, under a real function.
 *
 * Prints a table, and writes reports/faults.json. `--tier`, `--fault` and `--node` choose a part of it by a part of their names; then
 * no report is written.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { CaseResult } from './case';
import type { NodeVersion } from './function';
import { type LeftOut, runMatrix } from './matrix';
import { type PeerResult, runPeers } from './peers';
import { isGood, printHead, printLeftOut, printPeers, printResult, printTargets } from './table';
import { TOPOLOGIES } from './topologies';
import { FAULTS } from './topology';

const REPORTS = join(__dirname, '..', '..', 'reports');
const NODES: readonly NodeVersion[] = [22, 24];
const TRIES = 3;

async function main(): Promise<void> {
  const { values: { tier = '', fault = '', node = '' } } = parseArgs({
    // projen passes on the `--` that npm's commands have before such options.
    args: process.argv.slice(2).filter((argument) => argument !== '--'),
    options: { tier: { type: 'string' }, fault: { type: 'string' }, node: { type: 'string' } },
  });
  const topologies = TOPOLOGIES.filter(({ name }) => named(name, tier));
  const faults = FAULTS.filter((name) => named(name, fault));
  const nodes = NODES.filter((name) => named(String(name), node));
  checkChosen('tier', tier, topologies, TOPOLOGIES.map(({ name }) => name));
  checkChosen('fault', fault, faults, FAULTS);
  checkChosen('node', node, nodes, NODES);
  const missing = topologies.flatMap(({ missing: each }) => each ?? []);
  if (missing.length > 0) {
    throw new Error(missing[0]);
  }
  const leftOut: LeftOut[] = [];
  printHead();
  const cases = await runMatrix({
    topologies,
    nodes,
    faults,
    tries: TRIES,
    isGood,
    onResult: printResult,
    onLeftOut: (each) => leftOut.push(each),
  });
  printLeftOut(leftOut);
  const isReached = printTargets(cases);
  if (tier + fault + node === '') {
    const peers = await runPeers();
    printPeers(peers);
    writeReport(cases, leftOut, peers);
  }
  // Node.js 24.21 sometimes never comes to its own end: it waits, busily, for a socket that was reset to be closed.
  process.exit(isReached ? 0 : 1);
}

function named(name: string, part: string): boolean {
  return name.toLowerCase().includes(part.toLowerCase());
}

/** A matrix without a case would say that everything is reached. */
function checkChosen(option: string, part: string, chosen: readonly unknown[], names: readonly unknown[]): void {
  if (chosen.length === 0) {
    throw new Error(`--${option} is '${part}', which is a part of none of: ${names.join(', ')}.`);
  }
}

function writeReport(cases: readonly CaseResult[], leftOut: readonly LeftOut[], peers: readonly PeerResult[]): void {
  mkdirSync(REPORTS, { recursive: true });
  writeFileSync(join(REPORTS, 'faults.json'), `${JSON.stringify({ cases, leftOut, peers }, undefined, 2)}\n`);
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
