import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join, relative } from 'node:path';

/**
 * Deploys each stack of this folder into the account at hand, with its assertions, and destroys it whatever came of it.
 *
 *   npx projen integ                     all but those that must be named: some five hours, and a few USD
 *   npx projen integ -- memory           those with that name
 *
 * By `cdk` itself: integ-runner reads an older cloud assembly than aws-cdk-lib writes (docs/decisions.md).
 */

/** Stacks that only run when they are named, and why. */
const BY_NAME: Readonly<Record<string, string>> = {
  'idle': 'half an hour of waiting',
  'managed-instances': 'instances of EC2: some USD an hour, and as much as the account may have',
  'token': 'fourteen hours',
};

// projen hands the '--' on.
const wanted = process.argv.slice(2).filter((each) => each !== '--');
const names = readdirSync(__dirname).flatMap((file) => /^integ\.(.+)\.ts$/.exec(file)?.[1] ?? []).filter((name) => name !== 'test');
const unknown = wanted.filter((name) => !names.includes(name));
if (unknown.length > 0) {
  throw new Error(`There is no test/integ/integ.${unknown[0]}.ts. There are: ${names.join(', ')}.`);
}
const apps = wanted.length > 0 ? wanted : names.filter((name) => !(name in BY_NAME));

function cdk(command: string, app: string, ...more: string[]): boolean {
  const file = relative(process.cwd(), join(__dirname, `integ.${app}.ts`));
  const options = ['--app', `npx tsx ${file}`, '--output', join('cdk.out', `integ-${app}`), '--all', ...more];
  return spawnSync('npx', ['cdk', command, ...options], { stdio: 'inherit' }).status === 0;
}

const failed = apps.filter((app) => {
  const passed = cdk('deploy', app, '--require-approval', 'never');
  const isGone = cdk('destroy', app, '--force');
  return !passed || !isGone;
});
if (wanted.length === 0) {
  Object.entries(BY_NAME).forEach(([name, why]) => console.log(`Not run, but by its name: ${name} (${why})`));
}
console.log(failed.length === 0 ? `All passed: ${apps.join(', ')}` : `FAILED: ${failed.join(', ')}`);
process.exitCode = failed.length === 0 ? 0 : 1;
