import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const REPOSITORY = join(__dirname, '..', '..', '..');

/** Builds the layer from a copy of the sources that `change` has changed. Returns the layer's folder. */
export async function changedLayer(change: (copy: string) => void | Promise<void>): Promise<string> {
  const copy = mkdtempSync(join(tmpdir(), 'changed-layer-'));
  for (const path of ['lambda-runtime', 'package.json', 'src/contract']) {
    mkdirSync(join(copy, path, '..'), { recursive: true });
    cpSync(join(REPOSITORY, path), join(copy, path), { recursive: true });
  }
  symlinkSync(join(REPOSITORY, 'node_modules'), join(copy, 'node_modules'));
  await change(copy);
  execFileSync(process.execPath, [join(copy, 'lambda-runtime', 'build', 'build.mjs'), join(copy, 'assets')], { stdio: 'inherit' });
  return join(copy, 'assets', 'layer', 'cdk-cached-function');
}

/** Builds the layer with a patch of this folder. Returns the layer's folder. */
export function layerWithFault(patch: string): Promise<string> {
  return changedLayer((copy) => {
    execFileSync('git', ['apply', join(__dirname, `${patch}.patch`)], { cwd: copy, stdio: 'inherit' });
  });
}
