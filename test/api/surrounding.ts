import type { Capability, Scenario } from './scenario';
import type { FakeClock } from '../lambda-emulator/fake-clock';
import type { RedisServer } from '../redis-servers';

/** What an environment is started with. */
export interface EnvironmentStart {
  /** Holds index.mjs, the handler, and what it imports. */
  readonly codeDirectory: string;
  readonly variables: Readonly<Record<string, string>>;
}

export interface Event {
  readonly call: readonly [path: string, ...args: unknown[]];
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
  /** Handles one event, or several that arrive in one tick where the surrounding can do that. */
  handle(events: readonly Event[], tenant: string | undefined): Promise<readonly Outcome[]>;
  stop(): Promise<void>;
}

/** One kind of place that a handler runs in. */
export interface Surrounding {
  readonly name: string;
  /** What this machine lacks for it; undefined: nothing. */
  readonly missing?: string;
  readonly has: readonly Capability[];
  /** Before the first scenario. */
  start?(): Promise<void>;
  /** Before each scenario. */
  clear?(): Promise<void>;
  stop?(): Promise<void>;
  /** The server of the shared tier, if that is Redis. */
  readonly redis?: RedisServer;
  /** The clock of the tier's servers, if there are any. */
  readonly clock?: FakeClock;
  /** Starts with its first event. */
  environment(scenario: Scenario, start: EnvironmentStart): Promise<TestedEnvironment>;
}
