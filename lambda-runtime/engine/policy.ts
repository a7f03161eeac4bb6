/** How one cache behaves; all times in milliseconds. */
export interface Policy {
  /** How long an entry is fresh. */
  readonly ttlMs: number;
  /** What identifies a call; default: all its arguments. */
  readonly key?: (...args: never[]) => unknown;
  /** Every caller gets a copy of its own that it may change, at the cost of copying for every hit. */
  readonly mutable: boolean;
}
