import type { ChangeLog } from '../../lambda-runtime/shared/change-log.js';
import type { TierDeps } from '../../lambda-runtime/shared/open-tier.js';
import type { SharedStore } from '../../lambda-runtime/shared/shared-store.js';
import type { SharedSettings } from '../../src/contract/shared-settings.js';

/** A test is not about timeouts, and the machine may be busy. */
export const PATIENT = { timeoutMs: 20_000, connectTimeoutMs: 20_000, budgetMs: 20_000 } as const;

/** Where a fleet shares its entries, and how its functions reach it. */
export interface Topology {
  readonly settings: SharedSettings;
  /** What is in the environment variables of its functions. */
  readonly environment?: NodeJS.ProcessEnv;
  /** @default - the client for the settings */
  openTier?(deps: TierDeps): SharedStore;
  stop(): Promise<void>;
}

/** One that lets a test see, and do, what no function does. */
export interface Backend extends Topology {
  /** It loses all that it has. */
  clear(): Promise<void>;
  /** It loses one entry, by the whole key. */
  evict(key: string): Promise<void>;
  /** Somebody else writes what no runtime of this format does, by the whole key. */
  overwrite(key: string, text: string): Promise<void>;
  /** The log of changes as it is there. */
  log(): Promise<ChangeLog | undefined>;
  /** How many more milliseconds it would keep an entry. */
  remaining(key: string): Promise<number>;
  /** How often it has been asked for entries so far, whatever their number. */
  requestCount(): Promise<number>;
}

/** One kind of them, for tests that are the same for all. */
export interface Startable<T extends Topology> {
  readonly name: string;
  /** What this machine lacks to start it; undefined: nothing. The tests are skipped then, and the summary says so. */
  readonly missing: string | undefined;
  start(): Promise<T>;
}

/** `describe` for something that may be missing. */
export function describeIfThere({ missing }: Startable<Topology>): typeof describe | typeof describe.skip {
  return missing === undefined ? describe : describe.skip;
}
