import type { Capability, Scenario } from './scenario';

/** What an environment is started with. */
export interface EnvironmentStart {
  /** Holds index.mjs, the handler, and what it imports. */
  readonly codeDirectory: string;
  readonly variables: Readonly<Record<string, string>>;
}

export interface Event {
  readonly call: readonly [path: string, ...args: unknown[]];
  readonly tenant?: string;
}

/** What became of an event when the environment is done with it, work after the response included. */
export interface Outcome {
  readonly answer?: unknown;
  readonly error?: { readonly errorType: string; readonly errorMessage: string };
  /** What the environment wrote, INIT included if it was the first event. */
  readonly lines: readonly string[];
}

/** One environment of the function: memory of its own. */
export interface TestedEnvironment {
  /** Handles one event, or several that arrive in one tick where the harness can do that. */
  handle(events: readonly Event[]): Promise<readonly Outcome[]>;
  stop(): Promise<void>;
}

/** What tests do to the shared tier behind the functions' backs. Keys are those that `keyOf` gives. */
export interface TestedTier {
  /** It loses everything, and what `command` has set. */
  clear(): Promise<void>;
  /** It loses one entry. Rejects if there is none. */
  evict(key: string): Promise<void>;
  /** The bytes of one entry become unreadable. Rejects if there is none. */
  damage(key: string): Promise<void>;
  /** A command of Redis. */
  command?(...command: readonly string[]): Promise<unknown>;
}

/** The clock of the tier's servers. */
export interface ServerClock {
  readonly aheadMs: number;
  advance(milliseconds: number): void;
}

/** One kind of place that a handler runs in. */
export interface Harness {
  readonly name: string;
  /** What this machine lacks for it; undefined: nothing. */
  readonly missing?: string;
  readonly has: readonly Capability[];
  /** Before the first scenario. */
  start?(): Promise<void>;
  /** Before each scenario, but for the tier. */
  clear?(): Promise<void>;
  stop?(): Promise<void>;
  /** What its environments share. */
  readonly tier?: TestedTier;
  readonly clock?: ServerClock;
  /** Starts with its first event. */
  environment(scenario: Scenario, start: EnvironmentStart): Promise<TestedEnvironment>;
}
