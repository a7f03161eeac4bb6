import { copyFileSync, existsSync, mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { inNodeModules } from './node-modules';

/** The module that the package's own code requires for the Runtime API's requests: as published, a native addon. */
const NATIVE_PART = 'rapid-client.node';

/** The directory of aws-lambda-ric as npm unpacked it; its install scripts need not have run. */
export function findRuntimeClient(): string | undefined {
  const candidates = process.env.LAMBDA_EMULATOR_RIC ? [process.env.LAMBDA_EMULATOR_RIC] : inNodeModules('aws-lambda-ric');
  return candidates.find(directory => existsSync(join(directory, 'index.mjs')));
}

/**
 * Fills the directory that stands for `/var/runtime`: the published files of aws-lambda-ric, and rapid-client.cjs instead of its addon.
 *
 * @param nativeAddon - the compiled addon, if it is to be used instead
 */
export function installRuntimeClient(source: string, directory: string, nativeAddon?: string): void {
  mkdirSync(directory, { recursive: true });
  // A copy, since Node.js resolves a linked module's requires next to the link's target.
  copyFileSync(join(source, 'index.mjs'), join(directory, 'index.mjs'));
  const ownModules = join(source, 'node_modules');
  if (existsSync(ownModules)) symlinkSync(ownModules, join(directory, 'node_modules'), 'dir');
  if (nativeAddon !== undefined) {
    symlinkSync(nativeAddon, join(directory, NATIVE_PART));
  } else {
    // `require()` of a directory loads its index.js, whatever the directory's name.
    mkdirSync(join(directory, NATIVE_PART), { recursive: true });
    copyFileSync(join(__dirname, 'rapid-client.cjs'), join(directory, NATIVE_PART, 'index.js'));
  }
}
