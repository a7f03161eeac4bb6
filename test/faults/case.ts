import { setTimeout } from 'node:timers/promises';
import { EmittedMetrics } from './emitted-metrics';
import type { NodeVersion } from './function';
import type { Subject } from './subject';
import type { Fault, FaultName, RunningTopology } from './topology';
import type { InvocationResult, LambdaEmulator } from '../../tools/lambda-emulator';

/** So many invocations while the fault lasts, each with questions of its own. */
export const CALLS = 6;

/** The breaker's longest pause after what these few calls do to it is less. */
const LONGEST_WAIT_MS = 20_000;

const MAX_WARM_UPS = 50;

/** How often to look whether the breaker lets a probe through. */
const LOOK_MS = 200;

export interface CaseResult {
  readonly tier: string;
  readonly fault: FaultName;
  readonly node: NodeVersion;
  /** Invocations that failed. */
  readonly handlerErrors: number;
  /** Values that were not the origin's. */
  readonly wrongValues: number;
  /** The longest that an invocation took beyond one without a tier. */
  readonly maxExtraMs: number;
  /** The longest that it may take, but for what a thaw and a busy machine add. */
  readonly budgetMs: number;
  /** Invocations that called the tier after the fault was over, and still had a failing request; null if it never recovered. */
  readonly healedAfterCalls: number | null;
}

/** How long invocations take without a tier. */
export interface Baseline {
  readonly coldMs: number;
  readonly warmMs: number;
}

/** One environment of the function, before, while and after something happens to its tier. */
export class Case {
  private handlerErrors = 0;
  private wrongValues = 0;
  private maxExtraMs = -Infinity;
  private calls = 0;

  public constructor(
    private readonly lambda: LambdaEmulator,
    private readonly topology: RunningTopology,
    private readonly baseline: Baseline,
    private readonly subject: Subject,
  ) {}

  /** @throws Error if the tier is not well to begin with, so that nothing would have been shown */
  public async run(fault: Fault): Promise<Omit<CaseResult, 'tier' | 'fault' | 'node'>> {
    await this.topology.reset();
    await this.fill();
    if (fault.when === 'start') {
      await fault.begin();
    } else {
      await this.warmUp();
      await fault.begin();
    }
    const healedAfterCalls = fault.end === undefined ? await this.heal() : await this.last(fault.end);
    await this.lambda.recycle();
    const { handlerErrors, wrongValues, maxExtraMs, subject: { budgetMs } } = this;
    return { handlerErrors, wrongValues, maxExtraMs: Math.round(maxExtraMs), budgetMs, healedAfterCalls };
  }

  /** Another environment fills the tier. */
  private async fill(): Promise<void> {
    const fill = ['old', ...Array.from({ length: CALLS + 2 }, (_, n) => `filled-${n}`)];
    await this.lambda.invoke({ fill });
    // What came before the index of invalidations was begun was not stored.
    await this.lambda.recycle();
    await this.lambda.invoke({ fill });
    await this.lambda.recycle();
  }

  private async warmUp(): Promise<void> {
    // Connecting may take longer than the function's own INIT, and a busy machine longer than any deadline.
    for (let tries = 0; tries < MAX_WARM_UPS; tries++) {
      const emitted = new EmittedMetrics(await this.lambda.invoke({ n: CALLS + tries % 2 }), this.subject);
      if (emitted.isHealthy && emitted.hits > 0) {
        return;
      }
      await setTimeout(emitted.isCalled ? 0 : LOOK_MS);
    }
    throw new Error('The tier is not well before anything has happened to it.');
  }

  private async last(end: () => Promise<void>): Promise<number | null> {
    for (let i = 0; i < CALLS; i++) {
      await this.call();
    }
    await end();
    return this.heal();
  }

  /** Calls until the tier answers every request, and at least until every entry has been read. */
  private async heal(): Promise<number | null> {
    let unwell = 0;
    let isHealed = false;
    const startedAt = performance.now();
    for (let calls = 0; !isHealed || calls < CALLS; calls++) {
      if (performance.now() - startedAt > LONGEST_WAIT_MS) {
        return null;
      }
      const emitted = await this.call();
      if (emitted.isCalled) {
        isHealed = emitted.isHealthy;
        unwell += isHealed ? 0 : 1;
      } else {
        await setTimeout(LOOK_MS);
      }
    }
    return unwell;
  }

  private async call(): Promise<EmittedMetrics> {
    const result = await this.lambda.invoke({ n: this.calls++ % CALLS });
    this.record(result);
    return new EmittedMetrics(result, this.subject);
  }

  private record({ functionError, environmentError, payload, responseMs, initMs, coldStart }: InvocationResult): void {
    if (functionError !== undefined || environmentError !== undefined) {
      this.handlerErrors++;
    } else {
      this.wrongValues += (payload as { wrongValues: number }).wrongValues;
    }
    const tookMs = responseMs - (initMs ?? 0);
    this.maxExtraMs = Math.max(this.maxExtraMs, tookMs - (coldStart ? this.baseline.coldMs : this.baseline.warmMs));
  }
}
