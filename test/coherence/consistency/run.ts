/**
 * `npx projen consistency`: counts answers that are older than promised, on each tier and with each bound; writes reports/consistency.json.
 * `-- TIER BOUND READS` for one of them, where BOUND is milliseconds or `off`; `-- node-redis` or `-- bentocache` for a peer.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkConsistency, type Options } from './consistency';
import { TIERS } from './tiers';

const REPORTS = join(__dirname, '..', '..', '..', 'reports');

const READS = 100_000;
const MANY_READS = 1_000_000;
const PEERS = ['node-redis', 'bentocache'] as const;
const PEER_READS = 100_000;
const BOUNDS_MS = [0, 2_000];

/** A line of the report. */
export interface Run {
  readonly tier: string;
  /** In milliseconds; 0: each invocation. `off`: memory is not coherent. */
  readonly bound: number | 'off';
  readonly reads: number;
  /** Answers that were older than promised; where nothing is promised, than it would be with a bound of 0. */
  readonly stale: number;
  /** Another library. */
  readonly peer?: string;
  readonly changes: number;
  readonly freezes: number;
}

type Plan = Omit<Options, 'tier' | 'seed'> & { readonly tier: keyof typeof TIERS };

function plans([first, bound, reads]: readonly string[]): readonly Plan[] {
  const peer = PEERS.find((name) => name === first);
  if (peer !== undefined) {
    return [{ tier: 'redis', boundMs: undefined, reads: PEER_READS, peer }];
  }
  if (first !== undefined) {
    return [{ tier: first as keyof typeof TIERS, boundMs: bound === 'off' ? undefined : Number(bound), reads: Number(reads) }];
  }
  return [
    ...(Object.keys(TIERS) as (keyof typeof TIERS)[]).flatMap((tier) => BOUNDS_MS.map((boundMs) => ({ tier, boundMs, reads: READS }))),
    { tier: 'redis', boundMs: 0, reads: MANY_READS },
    { tier: 'redis', boundMs: undefined, reads: PEER_READS },
    ...PEERS.map((name) => ({ tier: 'redis', boundMs: undefined, reads: PEER_READS, peer: name } as const)),
  ];
}

async function main(): Promise<void> {
  const wanted = process.argv.slice(2).filter((argument) => argument !== '--');
  const runs: Run[] = [];
  for (const { tier, ...plan } of plans(wanted)) {
    const { missing } = TIERS[tier];
    if (missing !== undefined) {
      console.log(`${tier}: left out. ${missing}`);
      continue;
    }
    const { counts: { reads, stale, changes, freezes, unanswered }, examples } = await checkConsistency(
      { tier: TIERS[tier], seed: Date.now() % 1e6, ...plan });
    const run = { tier, bound: plan.boundMs ?? 'off', reads, stale, changes, freezes, ...(plan.peer !== undefined && { peer: plan.peer }) } as const;
    runs.push(run);
    console.log(JSON.stringify(run));
    if (run.bound !== 'off' && (stale > 0 || unanswered > 0)) {
      console.log(`Too old: ${JSON.stringify(examples)}. Never answered: ${unanswered} events.`);
      process.exitCode = 1;
    }
  }
  mkdirSync(REPORTS, { recursive: true });
  writeFileSync(join(REPORTS, wanted.length === 0 ? 'consistency.json' : `consistency-${wanted.join('-')}.json`), `${JSON.stringify({ runs }, null, 2)}\n`);
  process.exit();
}

void main();
