import { type Environment, EnvironmentPool, type Report } from './environments';
import { Names } from './names';
import { type Asked, BATCHED, BrokenPromise, cacheOf, type Caller, type Load, Oracle } from './oracle';
import { prepare, type Prepared } from './prepare';
import type { CacheName, Ending, Operation, Program, Step } from './program';
import type { RunningTier } from './tiers';

/** So many rounds of answering every load, at the end of a program, and so much time for the server: everything has its answer by then. */
const MAX_ROUNDS = 60;
const MAX_SERVER_MS = 20_000;

const LONG_TTL_MS = 150_000;

/** Of environments; `p` is for what is primed. */
const NAMES = 'abcdefghijklmnoqrstuvwxyz';

/** What was done, so that it can be done again elsewhere. */
export type Done =
  | { readonly in: string; readonly caller: Caller; readonly operations: readonly object[]; readonly outcome: () => string }
  | { readonly in: string; readonly answer: string; readonly outcome: object; readonly caller: Caller }
  | { readonly advance: number }
  | { readonly recycle: string }
  | { readonly lose: true }
  | { readonly evict: readonly [cache: CacheName, key: string]; readonly caller: Caller };

interface Member {
  readonly name: string;
  readonly environment: Environment;
  isBusy: boolean;
  isFrozen: boolean;
}

interface Waiting {
  readonly member: Member;
  readonly given: readonly Prepared[];
  readonly outcomes: string[];
}

export interface Fleet {
  readonly tier: RunningTier;
  /** The layers of the newer build, and of the older. */
  readonly layers: readonly [string, string];
  readonly aheadMs: Float64Array;
  pool: EnvironmentPool;
  programs: number;
}

/** Runs a program; rejects at the first answer that is not allowed. */
export async function runProgram(fleet: Fleet, program: Program): Promise<ProgramRun> {
  const run = new ProgramRun(fleet, program);
  try {
    await run.steps();
  } catch (error) {
    run.error = error as Error;
  }
  await run.end();
  return run;
}

export class ProgramRun {
  public readonly done: Done[] = [];
  public error?: Error;
  private readonly names: Names;
  private readonly members = new Map<number, Member>();
  private readonly left: Member[] = [];
  private readonly oracle: Oracle;
  private readonly waiting = new Map<number, Waiting>();
  private step = 0;
  private events = 0;
  private joined = 0;

  public constructor(private readonly fleet: Fleet, private readonly program: Program) {
    this.names = new Names(program, fleet.programs++);
    this.oracle = new Oracle(fleet.tier.settings !== undefined);
  }

  public async steps(): Promise<void> {
    for (const step of this.program.steps) {
      this.step++;
      await this.take(step);
    }
    const giveUpAt = performance.now() + MAX_SERVER_MS;
    for (let round = 0; this.isUnfinished; round++) {
      if (round >= MAX_ROUNDS && performance.now() > giveUpAt) {
        const [{ given }] = this.waiting.values();
        throw new BrokenPromise(`${given.map(({ asked: { op, path } }) => `${op} of ${path}`).join(', ')}: never answered`);
      }
      this.step++;
      const [load] = this.oracle.running.filter(({ environment }) => this.memberOf(environment) !== undefined);
      if (load !== undefined) {
        await this.answer(load.name, 'plain');
      }
      for (const member of this.members.values()) {
        await this.send(member, {});
      }
    }
  }

  /** What is still at work is of no use to another program. */
  public async end(): Promise<void> {
    const unfinished = new Set(this.oracle.running.map(({ environment }) => environment));
    await Promise.all([...this.members.values(), ...this.left].map(({ name, isBusy, environment }) =>
      this.error === undefined && !isBusy && !unfinished.has(name) ? this.fleet.pool.release(environment) : environment.end()));
    if (this.error !== undefined) {
      // What comes next begins in new environments, so that it fails for a reason of its own.
      await this.fleet.pool.end();
    }
  }

  private get isUnfinished(): boolean {
    return this.waiting.size > 0 || this.oracle.running.some(({ environment }) => this.memberOf(environment) !== undefined)
      || [...this.members.values()].some(({ isBusy }) => isBusy);
  }

  /** The loads that can end now. */
  private get answerable(): Load[] {
    return this.oracle.running.filter(({ environment }) => this.memberOf(environment)?.isFrozen === false);
  }

  private get now(): number {
    return Date.now() + this.fleet.aheadMs[0];
  }

  private async take(step: Step): Promise<void> {
    switch (step.do) {
      case 'event':
        return this.event(step.in, [[step.caller, step.operations]]);
      case 'together':
        return this.event(step.in, step.operations.map(([caller, operation]) => [caller, [operation]]));
      case 'answer': {
        const possible = this.answerable;
        return possible.length > 0 ? this.answer(possible[step.load % possible.length].name, step.ending) : undefined;
      }
      case 'answerAll':
        for (const { name } of this.answerable) {
          await this.answer(name, 'plain');
        }
        return;
      case 'advance':
        this.done.push({ advance: step.seconds });
        this.fleet.aheadMs[0] += step.seconds * 1_000;
        this.fleet.tier.advance?.(step.seconds);
        return;
      case 'recycle':
        return this.recycle(step.in, step.isOld);
      case 'freeze': {
        const member = this.members.get(step.in);
        if (member !== undefined) {
          member.isFrozen = true;
        }
        return;
      }
      case 'evict':
        return this.evict(step);
      case 'lose':
        if (this.fleet.tier.lose !== undefined) {
          this.oracle.lost(this.step, () => true);
          this.done.push({ lose: true });
          await this.fleet.tier.lose();
        }
    }
  }

  private async event(index: number, events: readonly (readonly [caller: number, operations: readonly Operation[]])[]): Promise<void> {
    const member = this.members.get(index) ?? await this.join(index, false);
    member.isFrozen = false;
    if (member.isBusy) {
      return;
    }
    const some = this.program.isSerial ? events.slice(0, 1) : events;
    const invocations = some.map(([number, operations]) => {
      const caller = this.names.caller(number);
      const id = this.events++;
      const moment = { environment: member.name, step: this.step, at: this.now };
      const given = operations.map((operation) => prepare(this.oracle, this.names, moment, operation, caller));
      const outcomes: string[] = [];
      this.waiting.set(id, { member, given, outcomes });
      const sent = given.map(({ operation }) => operation);
      this.done.push({ in: member.name, caller, operations: sent, outcome: () => outcomes.join(', ') });
      return { id, caller, operations: sent };
    });
    await this.send(member, { invocations });
  }

  private async answer(name: string, ending: Ending): Promise<void> {
    const load = this.oracle.loads.get(name)!;
    // What one of a batch decides holds for all of it.
    const way = BATCHED.includes(cacheOf(load.path)) && ending !== 'failed' ? 'plain' : ending;
    const outcome = {
      fails: way === 'failed',
      ...(way === 'tagged' && { tags: [this.names.tag(name.charCodeAt(name.length - 1) % 2)] }),
      ...(way === 'long' && { ttlMs: LONG_TTL_MS }),
      isUncached: way === 'uncached',
    };
    load.ended = this.step;
    load.tags = outcome.tags ?? [];
    load.fails = outcome.fails;
    load.ttlMs = outcome.ttlMs;
    load.isUncached = outcome.isUncached;
    this.done.push({ in: load.environment, answer: name, outcome, caller: { user: '', tenant: load.tenant } });
    await this.send(this.memberOf(load.environment)!, { answer: { name, outcome } });
  }

  private async recycle(index: number, isOld: boolean): Promise<void> {
    const member = this.members.get(index);
    if (member !== undefined) {
      for (const [id, { member: of }] of this.waiting) {
        if (of === member) {
          this.waiting.delete(id);
        }
      }
      this.left.push(member);
      this.done.push({ recycle: member.name });
    }
    await this.join(index, isOld);
  }

  private async join(index: number, isOld: boolean): Promise<Member> {
    const name = NAMES[this.joined % NAMES.length].repeat(1 + Math.floor(this.joined++ / NAMES.length));
    const { pool, layers } = this.fleet;
    const environment = await pool.take({ isSerial: this.program.isSerial, layer: layers[isOld ? 1 : 0] }, name);
    const member = { name, environment, isBusy: false, isFrozen: false };
    this.members.set(index, member);
    return member;
  }

  private async evict({ cache: wanted, key, caller: number }: Extract<Step, { do: 'evict' }>): Promise<void> {
    const cache = this.names.cache(wanted);
    const [member] = [...this.members.values()].filter(({ isBusy, isFrozen }) => !isBusy && !isFrozen);
    const { tier } = this.fleet;
    if (tier.evict === undefined || member === undefined || cache === 'two' || cache === 'inline') {
      return;
    }
    const caller = this.names.caller(number);
    const report = await this.send(member, { keyOf: { operation: { cache, key: this.names.key(key), form: 0 }, caller } });
    const path = this.names.path(cache, key, caller);
    this.oracle.lost(this.step, (load) => load.path === path && load.tenant === caller.tenant);
    this.done.push({ evict: [cache, this.names.key(key)], caller });
    await tier.evict(report.key!);
  }

  private async send(member: Member, request: Parameters<Environment['send']>[0]): Promise<Report> {
    const report = await member.environment.send(request);
    member.isBusy = report.isBusy;
    for (const load of report.began) {
      this.oracle.loadBegan({ ...load, environment: member.name, began: this.step, tags: [] });
    }
    for (const { id, outcomes, failed } of report.ended) {
      const waiting = this.waiting.get(id);
      if (waiting === undefined) {
        continue;
      }
      this.waiting.delete(id);
      if (failed !== undefined) {
        throw new BrokenPromise(`an event failed: ${failed}`);
      }
      outcomes!.forEach((outcome, place) => {
        waiting.outcomes.push(JSON.stringify(outcome));
        const { asked, acknowledge } = waiting.given[place];
        if (acknowledge !== undefined && outcome.error === undefined) {
          acknowledge(this.step, this.now, (outcome.value as { scope: string }).scope);
        } else {
          this.check(asked, outcome.value, outcome.error);
        }
      });
    }
    return report;
  }

  private check(asked: Asked, value: unknown, error: string | undefined): void {
    if (error !== undefined) {
      this.oracle.failed(asked, error);
    } else if (asked.op === 'peek') {
      if (value !== null) {
        this.oracle.answered(asked, (value as { value: unknown }).value);
      }
    } else if (asked.op === 'many') {
      (value as PromiseSettledResult<unknown>[]).forEach((settled, index) => {
        const each = { ...asked, path: asked.paths![index] };
        if (settled.status === 'fulfilled') {
          this.oracle.answered(each, settled.value);
        } else {
          this.oracle.failed(each, String(settled.reason));
        }
      });
    } else {
      this.oracle.answered(asked, value);
    }
  }

  private memberOf(environment: string): Member | undefined {
    return [...this.members.values()].find(({ name }) => name === environment);
  }
}
