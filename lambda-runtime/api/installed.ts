import type { Runtime } from './environment-runtime.js';

/** The functions of a runtime that handlers use. */
export type InstalledRuntime = Pick<Runtime, 'cached' | 'cachedMany' | 'invalidateTags' | 'loadContext'> & Partial<Pick<Runtime, 'dax' | 'manualCache'>>;

/**
 * The place where every copy of this package finds the environment's runtime: the layer's handler puts it there, and bundling replaces
 * the module that handlers import by one that looks here (src/function/runtime-code.ts).
 */
const SLOT = Symbol.for('cdk-cached-function.runtime');

type Slot = { [SLOT]?: InstalledRuntime | null };

/** @param runtime null if it could not start, so that nothing is cached */
export function install(runtime: InstalledRuntime | null): void {
  (globalThis as Slot)[SLOT] = runtime;
}

/** @returns undefined if there is none: outside Lambda, and in a worker thread that the handler starts */
export function installedRuntime(): InstalledRuntime | null | undefined {
  return (globalThis as Slot)[SLOT];
}
