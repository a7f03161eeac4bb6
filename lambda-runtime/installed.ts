import type { Runtime } from './runtime.js';

/** What handlers need of a runtime. */
export type InstalledRuntime = Pick<Runtime, 'cached' | 'cachedMany' | 'invalidateTags' | 'loadContext'> & Partial<Pick<Runtime, 'dax'>>;

/**
 * Where the one runtime of this environment is found, whoever imports it and from whichever copy of this package:
 * the layer's handler puts it there, and the module that handlers import is replaced, when they are bundled, by one
 * that looks here (src/runtime-code.ts).
 */
const SLOT = Symbol.for('cdk-cached-function.runtime');

type Slot = { [SLOT]?: InstalledRuntime | null };

/** @param runtime null where it could not start, and nothing is to be cached */
export function install(runtime: InstalledRuntime | null): void {
  (globalThis as Slot)[SLOT] = runtime;
}

/** @returns undefined where nobody has set one up: outside Lambda, and in a worker thread that the handler starts */
export function installedRuntime(): InstalledRuntime | null | undefined {
  return (globalThis as Slot)[SLOT];
}
