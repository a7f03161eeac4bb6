import type { Subject } from './subject';
import { METRICS } from '../../src/contract/metrics';
import type { InvocationResult } from '../../tools/lambda-emulator';

/** The metrics that an invocation wrote about its tier, including those of the work after its response. */
export class EmittedMetrics {
  private readonly lines: readonly { readonly [metric: string]: unknown }[];

  public constructor({ stdout }: InvocationResult, private readonly subject: Subject) {
    this.lines = stdout.filter((line) => line.startsWith('{"_aws":')).map((line) => JSON.parse(line) as { [metric: string]: unknown });
  }

  public get hits(): number {
    return this.sum(this.subject.hits);
  }

  /** Whether the breaker let it ask. */
  public get isCalled(): boolean {
    return this.lines.some((line) => this.subject.callMetrics.some((metric) => line[METRICS[metric]] !== undefined));
  }

  /** Whether all of its requests were answered. */
  public get isHealthy(): boolean {
    return this.isCalled && this.subject.unanswered.every((metric) => this.sum(metric) === 0);
  }

  private sum(metric: keyof typeof METRICS): number {
    return this.lines.reduce((sum, line) => sum + Number(line[METRICS[metric]] ?? 0), 0);
  }
}
