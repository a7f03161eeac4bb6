import { setTimeout } from 'node:timers/promises';
import { type Answer, type Event, type Peer, startConcurrent, startFrozen, type TestedEnvironment } from './environments';
import { disturb } from './faults';
import { Origin, time } from './origin';
import type { Tier } from './tiers';
import { FaultyProxy } from '../../equipment/faulty-proxy';

const KEYS = 24;
/** Two of them serve several requests at once, and are never frozen. */
const ENVIRONMENTS = 8;
const CONCURRENT = 2;
const REQUESTS_AT_ONCE = 4;
/** Clocks of environments are ahead of others' by up to as much. */
const CLOCK_SECONDS = 5 * 60;
/** The most reads of an event, of one or of several values each. */
const STEPS = 60;
/** An answer is judged when everything has arrived that was acknowledged before. */
const JUDGED_AFTER_MS = 1_000;
const EXAMPLES = 3;

export interface Counts {
  readonly reads: number;
  readonly loads: number;
  readonly changes: number;
  readonly invocations: number;
  /** An environment is frozen after each response, but for those that serve several requests at once. */
  readonly freezes: number;
  /** Answers that were older than promised. */
  readonly stale: number;
  /** Events that were not answered within a minute. */
  readonly unanswered: number;
}

export interface Consistency {
  readonly counts: Counts;
  readonly examples: readonly object[];
}

export interface Options {
  readonly tier: Tier;
  /** 0: for each invocation. Undefined: memory is not coherent, and the promise is that for each invocation. */
  readonly boundMs: number | undefined;
  /** It ends when so much was read. */
  readonly reads: number;
  /** At the latest. @default an hour */
  readonly seconds?: number;
  readonly seed: number;
  /** Another library instead of ours, with Redis. The tier then loses nothing. */
  readonly peer?: Peer;
}

// eslint-disable-next-line @typescript-eslint/no-require-imports -- functions run it as it is
const { randomOf } = require('./in-function/random.cjs') as { randomOf: (seed: number) => () => number };

/** Environments of the emulator read, change, freeze and thaw, while everything happens to their tier; counts what they read that is too old. */
export async function checkConsistency({ tier, boundMs, reads, seconds = 3_600, seed, peer }: Options): Promise<Consistency> {
  const running = await tier.start();
  const origin = await Origin.start(KEYS);
  const proxies = await Promise.all(Array.from({ length: ENVIRONMENTS }, () => FaultyProxy.start(running)));
  const random = randomOf(seed);
  const started = await Promise.allSettled(proxies.map((proxy, index) => {
    const tested = { tier: running, proxy, originPort: origin.port, boundMs, peer };
    return index < CONCURRENT ? startConcurrent(tested) : startFrozen(tested, index % 3 === 2 ? random() * CLOCK_SECONDS : 0);
  }));
  const environments = started.flatMap((one) => one.status === 'fulfilled' ? [one.value] : []);
  const run = new Run(origin, boundMs ?? 0);
  try {
    await Promise.all(started.map((one) => one.status === 'rejected' ? Promise.reject(one.reason as Error) : undefined));
    const until = time() + seconds * 1_000;
    const isOver = () => run.isStopped || run.reads >= reads || time() > until;
    await Promise.all([
      disturb(peer === undefined ? running.losses : [], proxies, random, isOver),
      ...environments.map((environment, index) =>
        serve(environment, run, { random: randomOf(seed + index), isConcurrent: index < CONCURRENT, isOver })),
    ]);
    run.judge(Infinity);
    return { counts: run.counts(), examples: run.examples };
  } finally {
    await Promise.all(environments.map((environment) => environment.stop()));
    await Promise.all(proxies.map((proxy) => proxy.stop()));
    origin.stop();
    await running.stop();
  }
}

interface Serving {
  readonly random: () => number;
  readonly isConcurrent: boolean;
  isOver(): boolean;
}

/** Sends events to an environment, with pauses in which it is frozen, or thawed for no reason. */
async function serve(environment: TestedEnvironment, run: Run, { random, isConcurrent, isOver }: Serving): Promise<void> {
  const pause = () => setTimeout((random() < 0.1 ? 20 : 1) * random() * 60);
  const requests = async () => {
    while (!isOver()) {
      await run.invoke(environment, random);
      run.freezes += isConcurrent ? 0 : 1;
      if (random() < 0.3) {
        await pause();
        await (random() < 0.2 && environment.thaw(pause));
      }
    }
  };
  try {
    await Promise.all(Array.from({ length: isConcurrent ? REQUESTS_AT_ONCE : 1 }, requests));
  } catch (error) {
    run.isStopped = true;
    throw error;
  }
}

/** What was sent and answered, and whether the answers kept the promise. */
class Run {
  public reads = 0;
  public freezes = 0;
  public isStopped = false;
  public readonly examples: object[] = [];
  private stale = 0;
  private invocations = 0;
  private unanswered = 0;
  private readonly unjudged: (Answer & { readonly names: readonly number[]; readonly began: number; readonly ended: number })[] = [];

  public constructor(private readonly origin: Origin, private readonly boundMs: number) {}

  public async invoke(environment: TestedEnvironment, random: () => number): Promise<void> {
    this.invocations++;
    const event = newEvent(random, this.origin.names());
    // When the invocation starts for its caller. What is acknowledged between that and the handler's first line is not promised to it.
    const began = time();
    const answer = await environment.invoke(event);
    if (answer === undefined) {
      this.unanswered++;
      return;
    }
    const ended = time();
    this.unjudged.push({ ...answer, names: event.names, began, ended });
    this.judge(ended - JUDGED_AFTER_MS);
  }

  /** Counts what was answered by then. */
  public judge(by: number): void {
    const names = this.origin.names();
    while (this.unjudged.length > 0 && this.unjudged[0].ended <= by) {
      const { began, reads, names: namesThen } = this.unjudged.shift()!;
      for (const [key, version] of reads) {
        // Nothing is promised of a name that is no longer in use: a write that was not acknowledged may arrive late.
        if (names[key] !== namesThen[key]) {
          continue;
        }
        this.reads++;
        const promised = this.origin.promised(key, began - this.boundMs);
        if (version < promised) {
          this.stale++;
          if (this.examples.length < EXAMPLES) {
            this.examples.push({ key, version, promised, began });
          }
        }
      }
    }
  }

  public counts(): Counts {
    const { reads, freezes, stale, invocations, unanswered, origin: { loads, changes } } = this;
    return { reads, loads, changes, invocations, freezes, stale, unanswered };
  }
}

function newEvent(random: () => number, names: readonly number[]): Event {
  const below = (limit: number) => Math.floor(random() * limit);
  /** Some keys are requested much more often than others. */
  const someKey = () => Math.floor(KEYS * random() ** 2);
  const steps: Event['steps'][number][] = Array.from({ length: 1 + below(STEPS) }, () => random() < 0.7
    ? ['read', someKey(), false]
    : ['readMany', Array.from({ length: 1 + below(5) }, someKey), false]);
  if (random() < 0.5) {
    steps.splice(below(steps.length + 1), 0, ['change', someKey(), random() < 0.2]);
  }
  if (random() < 0.002) {
    steps.push(['trim', undefined, false]);
  }
  return { steps, seed: below(2 ** 32), worksFirst: random() < 0.1, names };
}
