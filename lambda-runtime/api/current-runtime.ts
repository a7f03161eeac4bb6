import { install, type InstalledRuntime, installedRuntime } from './installed.js';
import { LocalRuntime } from './local-runtime.js';

/**
 * The runtime of this environment, set up if there is none.
 */
export function runtime(): InstalledRuntime {
  const installed = installedRuntime();
  if (installed) {
    return installed;
  }
  const local = new LocalRuntime();
  install(local);
  return local;
}
