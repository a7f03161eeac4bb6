import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { basename, join } from 'node:path';
import { expectToCache, originalTemplate, templateOf } from './other-languages';
import { buildPackages, emptyFolder, REPOSITORY, run } from './packed';
import { describeOnLambda } from '../equipment/emulate';
import { missingJavaTools } from '../equipment/missing-here';

/**
 * A Java user's first hour, for real: the jar is built, and the app in examples/java-app, which depends on it, compiled and synthesized.
 * Takes a minute or two, and more where Maven has nothing yet.
 */

const describeWithJava = missingJavaTools() === undefined ? describeOnLambda : describe.skip;

const MINUTES = 60_000;

const folder = emptyFolder();
const app = join(folder, 'app');

/** Makes Maven look for packages where they were built, as well as where it does anyway. */
function settingsWith(repository: string): string {
  const file = join(folder, 'settings.xml');
  writeFileSync(file, `<settings>
    
    <profiles><profile><id>built</id><repositories><repository><id>built</id><url>file://${repository}</url></repository></repositories></profile></profiles>
    <activeProfiles><activeProfile>built</activeProfile></activeProfiles>
  </settings>`);
  return file;
}

/** Maven would take the jar of an earlier run for the one that was just built: both have the version of what was never released. */
function forgetEarlierJar(): void {
  rmSync(join(homedir(), '.m2', 'repository', 'io', 'github', 'cdk-cached-function', 'cdk-cached-function', '0.0.0'), { recursive: true, force: true });
}

/** What `cdk synth` does. */
function synthesize(settings: string): string {
  cpSync(join(REPOSITORY, 'examples', 'java-app'), app, { recursive: true, filter: (path) => !['cdk.out', 'target'].includes(basename(path)) });
  const { app: command } = JSON.parse(readFileSync(join(app, 'cdk.json'), 'utf8')) as { app: string };
  const assembly = join(folder, 'cdk.out');
  run('/bin/sh', ['-c', command.replace('mvn', `mvn --settings ${settings}`)], { cwd: app, env: { ...process.env, CDK_OUTDIR: assembly, CDK_VALIDATION: 'false' } });
  return assembly;
}

describeWithJava('a Java app of one file', () => {
  let assembly: string;

  beforeAll(() => {
    forgetEarlierJar();
    assembly = synthesize(settingsWith(join(buildPackages(folder, ['java']), 'java')));
  }, 15 * MINUTES);

  test('synthesizes the same template as the app in TypeScript', () => {
    expect(templateOf(assembly)).toEqual(originalTemplate());
  });

  test('deploys a function that caches', () => expectToCache(assembly));
});
