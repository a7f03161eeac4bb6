import type { Construct } from 'constructs';
import type { Subject } from './subject';
import type { CachedFunctionProps } from '../../src';
import type { RuntimeSettings } from '../../src/contract/runtime-settings';

/** What can happen to a shared tier: the rows of the matrix. */
export const FAULTS = [
  'absent at start', 'closed while frozen', 'reset', 'black-holed while frozen', 'black-holed mid-call', 'one node black-holed', 'slow',
  'restarted', 'failed over', 'node died', 'resharded', 'READONLY', 'OOM', 'max clients', 'throttled', 'wrong password', 'password changed',
  'expired token', 'wrong certificate', 'garbage on the wire', 'garbage in an entry', 'oversized value',
] as const;

export type FaultName = (typeof FAULTS)[number];

/** Something that happens to a tier. */
export interface Fault {
  /**
   * - `start`: before the environment starts.
   * - `frozen`: between two invocations.
   * - `call`: once the next invocation waits for a reply.
   */
  readonly when: 'start' | 'frozen' | 'call';
  begin(): Promise<void>;
  /** Absent: it has happened, and lasts no longer. What comes after it is to be well again by itself. */
  end?(): Promise<void>;
}

/** Every fault, or the reason why there is no such fault here. */
export type Faults = { readonly [name in FaultName]: Fault | string };

/** A tier as it stands: servers, the network before them, and how a function reaches it. */
export interface RunningTopology {
  readonly settings: Pick<RuntimeSettings, 'shared' | 'dax'>;
  /** More variables that the function needs. */
  readonly variables?: Readonly<Record<string, string>>;
  readonly faults: Faults;
  /** Makes all of it well, and empty. */
  reset(): Promise<void>;
  stop(): Promise<void>;
}

/** A kind of tier, and how it stands: a column of the matrix. */
export interface Topology {
  readonly name: string;
  /** What this machine lacks for it, and how to get that; undefined if nothing. */
  readonly missing: string | undefined;
  readonly subject: Subject;
  /** With a construct of the kind, so that the function gets its client bundle. Its address is not used. */
  props(scope: Construct): Partial<CachedFunctionProps>;
  start(): Promise<RunningTopology>;
}

/** For topologies that support only some of the faults. */
export function reasons(why: string, ...names: readonly FaultName[]): Partial<Faults> {
  return Object.fromEntries(names.map((name) => [name, why]));
}
