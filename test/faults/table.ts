/** The matrix as a person reads it. */
import type { CaseResult } from './case';
import type { LeftOut } from './matrix';
import type { PeerResult } from './peers';

/** What a thaw and a busy machine may add to the runtime's budget. */
const MARGIN_MS = 25;

/** The probe itself, or the call after it. */
const MAX_UNHEALTHY_CALLS = 1;

const HEAD = ['tier', 'fault', 'node', 'handler errors', 'wrong values', 'extra ms', 'healed after'];
const WIDTHS = [30, 26, 4, 14, 12, 8, 12];

export function printHead(): void {
  console.log(row(HEAD));
}

export function printResult(result: CaseResult): void {
  const { tier, fault, node, handlerErrors, wrongValues, maxExtraMs, healedAfterCalls } = result;
  console.log(row([tier, fault, node, handlerErrors, wrongValues, maxExtraMs, healedAfterCalls ?? 'never']) + (isGood(result) ? '' : '  <—'));
}

export function printLeftOut(leftOut: readonly LeftOut[]): void {
  console.log('\nLeft out:');
  for (const { tier, fault, reason } of leftOut) {
    console.log(`  ${tier}: ${fault}: ${reason}`);
  }
}

export function printPeers(peers: readonly PeerResult[]): void {
  console.log('\nPeers with their defaults, when their Redis does not answer any more: the first read');
  for (const { name, outcome, ms } of peers) {
    console.log(`  ${name.padEnd(20)} ${outcome} after ${ms} ms`);
  }
}

/** Tells what is reached. False if an answer was wrong or missing, or a tier did not heal. */
export function printTargets(cases: readonly CaseResult[]): boolean {
  const count = (holds: (result: CaseResult) => boolean) => cases.filter((result) => !holds(result)).length;
  const printTarget = (what: string, failed: number) => console.log(`  ${what.padEnd(60)} ${failed === 0 ? 'reached' : `missed by ${failed} of ${cases.length} cases`}`);
  console.log('\nTo reach:');
  printTarget('handler errors 0, wrong values 0', count(isRight));
  printTarget(`extra time of an invocation at most its budget and ${MARGIN_MS} ms`, count(isInTime));
  printTarget('healed within one call of the breaker\'s probe', count(isHealed));
  return count((result) => isRight(result) && result.healedAfterCalls !== null) === 0;
}

/** Whether a case reaches all that is to be reached. */
export function isGood(result: CaseResult): boolean {
  return isRight(result) && isInTime(result) && isHealed(result);
}

function isRight({ handlerErrors, wrongValues }: CaseResult): boolean {
  return handlerErrors === 0 && wrongValues === 0;
}

function isInTime({ maxExtraMs, budgetMs }: CaseResult): boolean {
  return maxExtraMs <= budgetMs + MARGIN_MS;
}

function isHealed({ healedAfterCalls }: CaseResult): boolean {
  return healedAfterCalls !== null && healedAfterCalls <= MAX_UNHEALTHY_CALLS;
}

function row(cells: readonly (string | number)[]): string {
  return cells.map((cell, column) => column < 2 ? String(cell).padEnd(WIDTHS[column]) : String(cell).padStart(WIDTHS[column])).join('  ');
}
