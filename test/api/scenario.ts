import type { Duration } from '../../lambda-runtime/values/duration';
import type { CachedFunctionProps } from '../../src';

/** What a harness can do, beyond handling one event after the other in environments that have their own memory. */
export type Capability =
  /** Environments share a tier. */
  | 'fleet'
  /** The tier is one server that takes Redis's commands: `redis` steps reach it. */
  | 'redis'
  /** The tier is a Memcached server. */
  | 'memcached'
  /** There is a DynamoDB table that the code may read and write. */
  | 'table'
  /** Such a table is behind DAX. */
  | 'dax'
  /** The runtime of the layer is at work: settings of the construct, metrics, tenants, warnings in place of errors. */
  | 'lambda'
  /** The package is imported outside Lambda. */
  | 'unit tests'
  /** Invocations overlap in one process. */
  | 'overlap'
  /** An environment has several workers, each with a memory of its own; an event meets any of them. */
  | 'workers'
  /** Nothing but the environments has a clock, so theirs may stand still (`TEST_CLOCK_STANDS`) until a step moves it. */
  | 'own clock'
  /** The process ends when its environment does, and freezes between invocations. */
  | 'freeze';

/** What an invocation must answer, count and log. */
export interface Expectation {
  /** What the call returns, as JSON has it. */
  readonly answer?: unknown;
  /** What the text that the call returns looks like. */
  readonly matches?: RegExp;
  /** The name and message of the error with which the invocation fails. */
  readonly error?: { readonly errorType: string; readonly errorMessage: string | RegExp };
  /** Metrics, summed over all caches, work after the response included; only where there are any. */
  readonly counted?: Readonly<Record<string, number>>;
  /** The number of values that these metrics have; summed up like `counted`. */
  readonly measured?: Readonly<Record<string, number>>;
  /** Each is in a line of the library's. @default - the library logs nothing */
  readonly logged?: readonly (string | RegExp)[];
}

/** One event: calls an export of the scenario's code, `['price', '2']`, or a method of one, `['price.peek', '2']`. */
export interface Call extends Expectation {
  readonly call: readonly [path: string, ...args: unknown[]];
  /** @default 'a' */
  readonly in?: string;
  readonly tenant?: string;
  /** How many such events, one after the other; each must meet the expectation, and only the first may log. @default 1 */
  readonly times?: number;
  /** What differs where a harness has a capability, and the row of docs/behaviour.md with the reason. */
  readonly except?: { readonly [C in Capability]?: Expectation & { readonly row: string } };
}

export type Step =
  | Call
  /** Events that reach one process in one tick. */
  | { readonly together: readonly Call[] }
  /** Moves the clocks of all environments, those to come included, and of the tier's servers; or of one environment. */
  | { readonly advance: Duration; readonly in?: string }
  /** The origin has another version of a path's value: `path#2` in place of `path#1`. */
  | { readonly change: string }
  /** The origin fails for a path, until that changes. */
  | { readonly fail: string }
  /** The origin does not answer requests for a path, until that changes; those that it has by then are never answered. */
  | { readonly hang: string }
  /** The number of origin calls so far, by path. */
  | { readonly originCalls: Readonly<Record<string, number>> }
  /** The environment ends; the next event begins another. A tenant's is `a@tenant`. */
  | { readonly recycle: string }
  /** A command of Redis: what the tier's `clear` undoes for the next scenario (harnesses/tiers.ts), or what ends by itself. */
  | { readonly redis: readonly string[] }
  /** The tier loses what it has for a call; there must be something. */
  | { readonly evict: readonly [path: string, ...args: unknown[]] }
  /** The tier's bytes for a call become unreadable; there must be some. */
  | { readonly damage: readonly [path: string, ...args: unknown[]] };

/** Code, settings, events and what must come of them: written once, run in every harness that has what it needs. */
export interface Scenario {
  /** A sentence about what holds. */
  readonly name: string;
  /** An ES module: its exports are what events call. Imports the runtime, and `origin` from './origin.mjs'. */
  readonly code: string;
  /** Other modules beside it, by name. */
  readonly files?: Readonly<Record<string, string>>;
  /** Props of the construct. */
  readonly props?: Partial<CachedFunctionProps>;
  /** More environment variables. */
  readonly variables?: Readonly<Record<string, string>>;
  /** @default - runs everywhere */
  readonly needs?: readonly Capability[];
  /**
   * Every step holds whatever memory its events meet: it runs where there are several, with each event sent many times at once.
   * What is counted and logged is not compared there.
   *
   * @default false
   */
  readonly anyMemory?: true;
  /**
   * The first event is an environment's first: the tier may not be reached yet.
   *
   * @default false - an environment has reached the tier before it gets an event of the scenario
   */
  readonly atOnce?: true;
  readonly steps: readonly Step[];
}
