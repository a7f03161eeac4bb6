import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryDirectory } from './node-process';

export const EXAMPLES = join(__dirname, '..', '..', 'examples');

/** The examples that are CDK apps in TypeScript: any folder with an app.ts and a cdk.json is tested. */
export const EXAMPLE_APPS: readonly string[] = readdirSync(EXAMPLES)
  .filter((name) => ['app.ts', 'cdk.json'].every((file) => existsSync(join(EXAMPLES, name, file))))
  .sort();

/** The directory of an example's cloud assembly, as from `cdk synth`. */
export function synthesizeExample(example: string): string {
  const outdir = temporaryDirectory({});
  execFileSync(process.execPath, ['--import', 'tsx', 'app.ts'], { cwd: join(EXAMPLES, example), env: { ...process.env, CDK_OUTDIR: outdir }, stdio: 'pipe' });
  return outdir;
}
