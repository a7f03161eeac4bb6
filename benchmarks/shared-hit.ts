import { join } from 'node:path';
import { BATCH } from './inside/bulk-contenders';
import { OURS } from './inside/contenders';
import { RAW, sharedContenders, type SharedTask } from './inside/shared-contenders';
import type { SharedHitEvent } from './inside/shared-hit-handler';
import { LambdaFunction, type RunningInvocation } from './lambda-process';
import { withNetwork } from './network';
import { patient, type RunningServer, withEachTier } from './shared-tiers';
import { rounded, takeTurns } from './turns';

export interface SharedHit {
  readonly tier: string;
  readonly name: string;
  /** Of `await f(id)`; in `sharedBulkHit` of a call for 100 ids. */
  readonly microseconds: number;
  /** To the raw client's call and `JSON.parse`. */
  readonly toRaw: number;
}

export interface SharedHits {
  readonly sharedHit: readonly SharedHit[];
  /** The same with a network between. */
  readonly sharedHitInZone: readonly SharedHit[];
  readonly sharedBulkHit: readonly SharedHit[];
}

const IDS = 3 * BATCH;
/** Ours is more code than a raw client's: V8 needs some thousand calls until all of it is optimized. */
const ROUNDS = { warmUp: 25, measured: 15 };
/** DynamoDB Local takes milliseconds for what others do in microseconds. */
const FEW_ROUNDS = { warmUp: 2, measured: 5 };

/**
 * What a call costs whose value the server has and this environment's memory has not: every call looks in memory, asks the
 * server for the value and for what was invalidated, reads it, checks it, and keeps it in memory.
 */
export async function benchSharedHit(workDirectory: string): Promise<SharedHits> {
  const lambda = await LambdaFunction.of(join(__dirname, 'inside', 'shared-hit-handler.ts'), workDirectory);
  const tiers = await withEachTier(async (kind, server) => ({
    one: await measure('oneShared', lambda, server),
    oneInZone: kind === 'dynamodb' ? [] : await withNetwork(server, workDirectory, (distant) => measure('oneShared', lambda, distant)),
    many: await measure('manyShared', lambda, server),
  }));
  return {
    sharedHit: tiers.flatMap(({ one }) => one),
    sharedHitInZone: tiers.flatMap(({ oneInZone }) => oneInZone),
    sharedBulkHit: tiers.flatMap(({ many }) => many),
  };
}

async function measure(task: SharedTask, lambda: LambdaFunction, server: RunningServer): Promise<SharedHit[]> {
  const settings = patient(server.settings);
  const { kind } = settings;
  const contenders = Object.keys(sharedContenders(kind, task)).map((name) => {
    const invocation = start(lambda, { settings, task, contender: name, ids: IDS }, server);
    return { name, invocation, takeTurn: () => invocation.ask<number>('turn') };
  });
  await Promise.all(contenders.map(({ invocation }) => invocation.nextMessage()));
  const medians = await takeTurns(contenders, kind === 'dynamodb' ? FEW_ROUNDS : ROUNDS);
  for (const { name, invocation } of contenders) {
    await end(name, invocation);
  }
  const raw = contenders.find(({ name }) => name.startsWith(RAW))!;
  return contenders.map(({ name }) => ({
    tier: kind,
    name,
    microseconds: rounded(medians.get(name)! * (task === 'manyShared' ? BATCH : 1)),
    toRaw: rounded(medians.get(name)! / medians.get(raw.name)!, 3),
  }));
}

function start(lambda: LambdaFunction, event: SharedHitEvent, { environment }: RunningServer): RunningInvocation {
  // Room for one call: what is asked for in turn is never in memory any more. And nothing freezes here.
  return lambda.invoke(event, { shared: event.settings, maxEntries: BATCH }, { AWS_LAMBDA_MAX_CONCURRENCY: '1', ...environment });
}

async function end(name: string, invocation: RunningInvocation): Promise<void> {
  const calls = await invocation.ask<number>('end');
  const metrics = await invocation.end();
  if (name === OURS && !(metrics?.SharedHits !== undefined && metrics.SharedHits >= calls)) {
    throw new Error(`The metrics do not agree with the ${calls} calls: ${JSON.stringify(metrics)}`);
  }
}
