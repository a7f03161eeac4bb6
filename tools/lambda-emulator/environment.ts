/**
 * - `init`: the process starts and loads the function.
 * - `idle`: waiting for a request while running: its timers fire. Only with `freeze: false`, or after `thaw()`.
 * - `busy`: an invocation is under way, or its work after the response.
 * - `frozen`: waiting for a request, and stopped.
 * - `dead`: killed, or ended by itself.
 */
export type EnvironmentState = 'init' | 'idle' | 'busy' | 'frozen' | 'dead';

/** One execution environment of a function: a process, and its life cycle on Lambda. */
export interface Environment {
  readonly id: string;
  readonly pid: number;
  readonly state: EnvironmentState;
  /** The tenant that this environment belongs to: that of its first request. */
  readonly tenantId?: string;
  /** How many events it was given. */
  readonly invocations: number;
  /** The peak of its process's memory, in bytes: measured every 20 ms. */
  readonly peakMemoryBytes: number;
  /** Its process's current memory, in bytes, without file pages; 0 when it is dead. */
  memoryBytes(): number;
  /** Stops an idle environment, as Lambda does after every invocation. Throws if it is busy. */
  freeze(): void;
  /** Lets a frozen environment run without a request: unfinished work continues. Throws if it is dead. */
  thaw(): void;
  /** Resolves when the runtime and every extension wait for their next event; rejects if the environment dies before. */
  idle(): Promise<void>;
  /**
   * Moves the clocks of a frozen environment forward, as if it had been frozen for that long. Needs the option `fakeMonotonicClock`.
   *
   * @param seconds - how far; never backwards
   * @param options - whether the monotonic clock moves too: evidence from Lambda conflicts. It must agree with `fakeMonotonicClock`.
   */
  advanceClocks(seconds: number, options: { readonly monotonic: boolean }): void;
}
