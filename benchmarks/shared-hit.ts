import { join } from 'node:path';
import { place, type Placement } from './cores';
import { BATCH } from './inside/bulk-contenders';
import { OURS } from './inside/contenders';
import { RAW, sharedContenders, type SharedTask } from './inside/shared-contenders';
import type { SharedHitEvent } from './inside/shared-hit-handler';
import { LambdaFunction, type RunningInvocation } from './lambda-process';
import { withNetwork } from './network';
import { patient, type RunningServer, withEachTier } from './shared-tiers';
import { rounded, type Rounds, type Taken, takeTurns, type Times } from './turns';

export interface SharedHit {
  readonly tier: string;
  readonly name: string;
  /** The time of `await f(id)`; in `sharedBulkHit`, of a call for 100 ids. */
  readonly microseconds: number;
  /** The fast quartile of that. */
  readonly fastMicroseconds: number;
  /** The same in processor time of this process. */
  readonly cpuMicroseconds: number;
  /** The ratio to the raw client's call and `JSON.parse`. */
  readonly toRaw: number;
  /** The same in processor time. */
  readonly cpuToRaw: number;
}

export interface SharedHits {
  /** The server has a core to itself, as one on another machine has. */
  readonly sharedHit: readonly SharedHit[];
  /** The server and the client are on one core, so that neither has to be woken on another. */
  readonly sharedHitOnOneCore: readonly SharedHit[];
  /** The same with a network between. */
  readonly sharedHitInZone: readonly SharedHit[];
  readonly sharedBulkHit: readonly SharedHit[];
}

const IDS = 3 * BATCH;
/** Ours is more code than a raw client's: V8 needs some thousand calls until all of it is optimized. In bulk, a round has only three. */
const ROUNDS: Record<SharedTask, Rounds> = { oneShared: { warmUp: 50, measured: 15 }, manyShared: { warmUp: 400, measured: 45 } };
/** DynamoDB Local takes milliseconds where others take microseconds. */
const FEW_ROUNDS = { warmUp: 2, measured: 5 };

/**
 * The cost of a call whose value the server has and this environment's memory does not: every call looks in memory, reads the
 * value and the invalidation index from the server, decodes it, checks it, and keeps it in memory.
 */
export async function benchSharedHit(workDirectory: string): Promise<SharedHits> {
  const lambda = await LambdaFunction.of(join(__dirname, 'inside', 'shared-hit-handler.ts'), workDirectory);
  const tiers = await withEachTier(async (kind, server) => ({
    oneInZone: kind === 'dynamodb' ? [] : await withNetwork(server, workDirectory, (distant) => measure('oneShared', lambda, distant)),
    one: await measure('oneShared', lambda, server, 'apart'),
    many: await measure('manyShared', lambda, server, 'apart'),
    oneOnOneCore: kind === 'dynamodb' ? [] : await measure('oneShared', lambda, server, 'together'),
  }));
  return {
    sharedHit: tiers.flatMap(({ one }) => one),
    sharedHitOnOneCore: tiers.flatMap(({ oneOnOneCore }) => oneOnOneCore),
    sharedHitInZone: tiers.flatMap(({ oneInZone }) => oneInZone),
    sharedBulkHit: tiers.flatMap(({ many }) => many),
  };
}

async function measure(task: SharedTask, lambda: LambdaFunction, server: RunningServer, placement?: Placement): Promise<SharedHit[]> {
  const settings = patient(server.settings);
  const { kind } = settings;
  const contenders = Object.keys(sharedContenders(kind, task)).map((name) => {
    const invocation = start(lambda, { settings, task, contender: name, ids: IDS }, server);
    return { name, invocation, takeTurn: () => invocation.ask<Taken>('turn') };
  });
  await Promise.all(contenders.map(({ invocation }) => invocation.nextMessage()));
  if (placement !== undefined && server.pid !== undefined) {
    place(placement, server.pid, contenders.map(({ invocation }) => invocation.pid));
  }
  const medians = await takeTurns(contenders, kind === 'dynamodb' ? FEW_ROUNDS : ROUNDS[task]);
  for (const { name, invocation } of contenders) {
    await end(name, invocation);
  }
  const raw = contenders.find(({ name }) => name.startsWith(RAW))!;
  return contenders.map(({ name }) => besideRaw(kind, name, medians.get(name)!, medians.get(raw.name)!, task === 'manyShared' ? BATCH : 1));
}

/** @param ids the number of ids in a call */
export function besideRaw(tier: string, name: string, { wall, fastWall, cpu }: Times, raw: Times, ids = 1): SharedHit {
  return {
    tier,
    name,
    microseconds: rounded(wall * ids),
    fastMicroseconds: rounded(fastWall * ids),
    cpuMicroseconds: rounded(cpu * ids),
    toRaw: rounded(wall / raw.wall, 3),
    cpuToRaw: rounded(cpu / raw.cpu, 3),
  };
}

function start(lambda: LambdaFunction, event: SharedHitEvent, { environment }: RunningServer): RunningInvocation {
  // Room for one call, and none of it kept, so that the next ids are never in memory. And nothing freezes here.
  return lambda.invoke(event, { shared: event.settings, maxEntries: BATCH, eviction: 'lru' }, { AWS_LAMBDA_MAX_CONCURRENCY: '1', ...environment });
}

async function end(name: string, invocation: RunningInvocation): Promise<void> {
  const calls = await invocation.ask<number>('end');
  const metrics = await invocation.end();
  if (name === OURS && !(metrics?.SharedHits !== undefined && metrics.SharedHits >= calls)) {
    throw new Error(`The metrics do not agree with the ${calls} calls: ${JSON.stringify(metrics)}`);
  }
}
