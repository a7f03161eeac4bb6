import { cpSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Outcome, Harness, TestedEnvironment } from './harness';
import { Origin } from './origin';
import type { Call, Capability, Expectation, Scenario, Step } from './scenario';
import { toMilliseconds } from '../../lambda-runtime/values/duration';
import { emfLines } from '../equipment/emulate';
import { temporaryDirectory } from '../equipment/node-process';

const IN_FUNCTION = join(__dirname, 'in-function');

/** A handler's own, as npm installs it. */
const AWS_SDK = join(__dirname, '..', '..', 'node_modules', '@aws-sdk');

/** Not of any scenario. */
const PROBE = 'probe';

/** Runs a scenario in a harness. Rejects at the first step whose outcome differs from the scenario's. */
export async function runScenario(scenario: Scenario, harness: Harness): Promise<void> {
  const run = new ScenarioRun(scenario, harness, await Origin.start());
  try {
    await harness.clear?.();
    await harness.tier?.clear();
    for (const [index, step] of scenario.steps.entries()) {
      try {
        await run.step(step);
      } catch (error) {
        (error as Error).message = `Step ${index + 1}, ${JSON.stringify(step)}: ${(error as Error).message}`;
        throw error;
      }
    }
  } finally {
    await run.stop();
  }
}

class ScenarioRun {
  private readonly environments = new Map<string, { readonly environment: Promise<TestedEnvironment>; readonly clock: ClockFile }>();
  private readonly directory = temporaryDirectory();
  private aheadMs: number;

  public constructor(private readonly scenario: Scenario, private readonly harness: Harness, private readonly origin: Origin) {
    // A server's clock never goes back.
    this.aheadMs = harness.clock?.aheadMs ?? 0;
  }

  public async step(step: Step): Promise<void> {
    if ('call' in step) {
      await this.call(step);
    } else if ('together' in step) {
      await this.handle(step.together);
    } else if ('advance' in step) {
      this.advance(toMilliseconds(step.advance, 'advance'), step.in);
    } else if ('change' in step) {
      this.origin.change(step.change);
    } else if ('fail' in step) {
      this.origin.fail(step.fail);
    } else if ('hang' in step) {
      this.origin.hang(step.hang);
    } else if ('originCalls' in step) {
      expect(Object.fromEntries(Object.keys(step.originCalls).map((path) => [path, this.origin.requestCount(path)]))).toEqual(step.originCalls);
    } else if ('recycle' in step) {
      await this.recycle(step.recycle);
    } else if ('redis' in step) {
      await this.harness.tier!.command!(...step.redis);
    } else if ('evict' in step) {
      await this.harness.tier!.evict(await this.keyOf(step.evict));
    } else {
      await this.harness.tier!.damage(await this.keyOf(step.damage));
    }
  }

  public async stop(): Promise<void> {
    await Promise.all([...this.environments.keys()].map((name) => this.recycle(name)));
    this.origin.stop();
  }

  private async call(call: Call): Promise<void> {
    const { times = 1, ...once } = call;
    await this.handle([once]);
    for (let time = 1; time < times; time++) {
      await this.handle([{ ...once, logged: [] }]);
    }
  }

  private async handle(calls: readonly Call[]): Promise<void> {
    const [{ in: name = 'a', tenant }] = calls;
    const { environment } = this.environment(name, tenant);
    const outcomes = await (await environment).handle(calls.map((call) => ({ call: call.call, tenant: call.tenant })));
    calls.forEach((call, index) => this.check(outcomes[index], this.expectation(call)));
  }

  private expectation({ except = {}, ...call }: Call): Expectation {
    return Object.assign(call, ...this.harness.has.map((capability) => except[capability])) as Expectation;
  }

  private check(outcome: Outcome, { answer, matches, error, counted = {}, measured = {}, logged = [] }: Expectation): void {
    if (error === undefined) {
      expect(outcome.error).toBeUndefined();
    } else {
      expect(outcome.error).toMatchObject({
        ...error, errorMessage: typeof error.errorMessage === 'string' ? error.errorMessage : expect.stringMatching(error.errorMessage),
      });
    }
    if (matches !== undefined) {
      expect(outcome.answer).toMatch(matches);
    }
    if (answer !== undefined) {
      expect(outcome.answer ?? null).toEqual(answer);
    }
    if (this.has('workers')) {
      return;
    }
    if (this.has('lambda')) {
      const metrics = emfLines(outcome.lines).filter(({ CacheName }) => CacheName !== PROBE);
      const valuesOf = (name: string) => metrics.flatMap((line) => (line[name] ?? []) as number | readonly number[]);
      const each = (of: object, figure: (values: readonly number[]) => number) =>
        Object.fromEntries(Object.keys(of).map((name) => [name, figure(valuesOf(name))]));
      expect(each(counted, (values) => values.reduce((sum, value) => sum + value, 0))).toEqual(counted);
      expect(each(measured, (values) => values.length)).toEqual(measured);
    }
    const messages = outcome.lines.filter((line) => line.includes('cdk-cached-function:'));
    for (const expected of logged) {
      expect(messages).toContainEqual(typeof expected === 'string' ? expect.stringContaining(expected) : expect.stringMatching(expected));
    }
    expect(messages).toHaveLength(logged.length);
  }

  private has(capability: Capability): boolean {
    return this.harness.has.includes(capability);
  }

  /** A tenant's environment serves no other, except on Managed Instances. */
  private environment(name: string, tenant?: string) {
    const isShared = tenant === undefined || (this.has('lambda') && this.has('overlap'));
    const id = isShared ? name : `${name}@${tenant}`;
    let started = this.environments.get(id);
    if (started === undefined) {
      const clock = new ClockFile(join(this.directory, `clock-${id}`));
      clock.advance(this.aheadMs);
      const codeDirectory = this.codeDirectory();
      started = {
        clock,
        environment: this.harness.environment(this.scenario, {
          codeDirectory,
          variables: {
            ...this.scenario.variables,
            TEST_ORIGIN: this.origin.url,
            TEST_CLOCK: clock.path,
            TEST_ENVIRONMENT: name,
            NODE_OPTIONS: `--require=${join(IN_FUNCTION, 'clock.cjs')}`,
          },
        }),
      };
      this.environments.set(id, started);
    }
    return started;
  }

  private codeDirectory(): string {
    const { code, files = {} } = this.scenario;
    const directory = temporaryDirectory({ ...files, 'scenario.mjs': code });
    cpSync(join(IN_FUNCTION, 'index.mjs'), join(directory, 'index.mjs'));
    cpSync(join(IN_FUNCTION, 'origin.mjs'), join(directory, 'origin.mjs'));
    if (this.has('table')) {
      mkdirSync(join(directory, 'node_modules'));
      symlinkSync(AWS_SDK, join(directory, 'node_modules', '@aws-sdk'));
    }
    return directory;
  }

  private advance(milliseconds: number, name?: string): void {
    if (name !== undefined) {
      this.environment(name).clock.advance(milliseconds);
      return;
    }
    this.aheadMs += milliseconds;
    this.harness.clock?.advance(milliseconds);
    this.environments.forEach(({ clock }) => clock.advance(milliseconds));
  }

  private async recycle(id: string): Promise<void> {
    const running = this.environments.get(id);
    this.environments.delete(id);
    await (await running?.environment.catch(() => undefined))?.stop();
  }

  /** The key is the one that keyOf() returns. */
  private async keyOf([path, ...args]: readonly [string, ...unknown[]]): Promise<string> {
    const [{ answer }] = await (await this.environment('a').environment).handle([{ call: [`${path}.keyOf`, ...args] }]);
    return answer as string;
  }
}

/** Says how far the clock of an environment is ahead: clock.cjs reads it there. */
class ClockFile {
  private ahead = 0;

  public constructor(public readonly path: string) {
    this.advance(0);
  }

  public advance(milliseconds: number): void {
    this.ahead += milliseconds;
    const bytes = Buffer.alloc(8);
    bytes.writeDoubleLE(this.ahead);
    // In place: processes have it open.
    writeFileSync(this.path, bytes, { flag: this.ahead === 0 ? 'w' : 'r+' });
  }
}
