import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const REPOSITORY = join(__dirname, '..', '..', '..');

/** Builds the layer from a copy of the sources, with a patch of this folder. Returns the layer's folder. */
export function layerWithFault(patch: string): string {
  const copy = mkdtempSync(join(tmpdir(), 'known-fault-'));
  for (const path of ['lambda-runtime', 'package.json', 'src/runtime-settings.ts']) {
    mkdirSync(join(copy, path, '..'), { recursive: true });
    cpSync(join(REPOSITORY, path), join(copy, path), { recursive: true });
  }
  symlinkSync(join(REPOSITORY, 'node_modules'), join(copy, 'node_modules'));
  execFileSync('git', ['apply', join(__dirname, `${patch}.patch`)], { cwd: copy, stdio: 'inherit' });
  execFileSync(process.execPath, [join(copy, 'lambda-runtime', 'build.mjs'), join(copy, 'assets')], { stdio: 'inherit' });
  return join(copy, 'assets', 'layer', 'cdk-cached-function');
}
