import { randomUUID } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import { Runtime } from 'aws-cdk-lib/aws-lambda';
import { functionOf } from './function';
import { ManagedInstances, missingParts } from '../../../tools/lambda-emulator';
import type { EnvironmentStart, Event, Outcome, Harness, TestedEnvironment } from '../harness';
import type { Scenario } from '../scenario';

const missing = missingParts().join('\n') || undefined;

/** So many times each event is sent at once, where there are several workers: all of them get some. */
const TIMES = 8;

/** The layer on Lambda's runtime client as Managed Instances run it: requests overlap in one worker thread, and nothing freezes. */
export const ONE_WORKER: Harness = {
  name: 'the layer on Managed Instances, many requests in one worker',
  missing,
  has: ['lambda', 'overlap'],
  environment: (scenario, start) => OneWorker.start(scenario, start),
};

/** The same with a memory for each of several workers. */
export const FOUR_WORKERS: Harness = {
  name: 'the layer on Managed Instances, many requests in four workers',
  missing,
  has: ['lambda', 'overlap', 'workers'],
  environment: async (scenario, start) => new SeveralWorkers(await startInstance(scenario, start, 4)),
};

async function startInstance(scenario: Scenario, start: EnvironmentStart, workers: number): Promise<ManagedInstances> {
  const managed = await ManagedInstances.start(functionOf(scenario, start, Runtime.NODEJS_24_X), { workers, fastInit: true });
  await managed.ready();
  return managed;
}

async function invoke(managed: ManagedInstances, { call, tenant }: Event): Promise<Outcome> {
  const { payload, functionError } = await managed.invoke({ call }, { tenantId: tenant });
  return { ...(functionError === undefined ? { answer: payload } : { error: functionError }), lines: [] };
}

class OneWorker implements TestedEnvironment {
  /** How many lines were given to earlier events. */
  private taken = 0;

  private constructor(private readonly managed: ManagedInstances) {}

  public static async start(scenario: Scenario, start: EnvironmentStart): Promise<OneWorker> {
    return new OneWorker(await startInstance(scenario, start, 1));
  }

  public async handle(events: readonly Event[]): Promise<readonly Outcome[]> {
    const outcomes = await Promise.all(events.map((event) => invoke(this.managed, event)));
    const lines = await this.settle();
    // What overlapped wrote to one stream: it is counted with the first.
    return outcomes.map((outcome, index) => ({ ...outcome, lines: index === 0 ? lines : [] }));
  }

  public stop(): Promise<void> {
    return this.managed.stop();
  }

  /** Waits for background work; resolves with the lines written since the last time. */
  private async settle(): Promise<string[]> {
    const mark = `settled ${randomUUID()}`;
    await this.managed.invoke({ call: ['settle', mark] });
    // Lines are written after the response, without an event for it.
    for (;;) {
      const lines = this.managed.logs.slice(this.taken).map(({ line }) => line);
      if (lines.filter((line) => line.includes(mark)).length === 2) {
        this.taken += lines.length;
        return lines;
      }
      await setTimeout(1);
    }
  }
}

/** Events meet any of several memories: each is sent many times at once, and must have one outcome. */
class SeveralWorkers implements TestedEnvironment {
  public constructor(private readonly managed: ManagedInstances) {}

  public async handle(events: readonly Event[]): Promise<readonly Outcome[]> {
    const rounds = await Promise.all(Array.from({ length: TIMES }, () => Promise.all(events.map((event) => invoke(this.managed, event)))));
    const seen = (outcomes: readonly Outcome[]) => outcomes.map(({ answer, error }) => answer ?? error?.errorMessage);
    for (const outcomes of rounds) {
      expect(seen(outcomes)).toEqual(seen(rounds[0]));
    }
    return rounds[0];
  }

  public stop(): Promise<void> {
    return this.managed.stop();
  }
}
