import type { DaxMetric } from '../../src/contract/metrics.js';
import type { DaxSettings } from '../../src/contract/runtime-settings.js';
import type { WarnOnce } from '../engine/warnings.js';

/** The dependencies of the DAX bundle on the runtime. */
export interface DaxDeps {
  readonly settings: DaxSettings;
  /** The current invocation, which is charged for faults, and in which requests are counted. */
  readonly scope: () => DaxScope;
  readonly warnOnce: WarnOnce;
}

export interface DaxScope {
  count(metric: DaxMetric): void;
}
