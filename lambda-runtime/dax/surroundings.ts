import type { DaxMetric, DaxSettings } from '../../src/runtime-settings.js';
import type { WarnOnce } from '../engine/warn-once.js';

/** What the part for DAX needs of the runtime. */
export interface DaxSurroundings {
  readonly settings: DaxSettings;
  /** The invocation under way: what a fault costs, and what is counted, is its own. */
  readonly scope: () => DaxScope;
  readonly warnOnce: WarnOnce;
}

export interface DaxScope {
  count(metric: DaxMetric): void;
}
