import { cpSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { buildPackages, expectToCache, originalTemplate, templateOf } from './other-languages';
import { emptyFolder, REPOSITORY, run } from './packed';
import { describeOnLambda } from '../equipment/emulate';
import { missingGo } from '../equipment/missing-here';

/**
 * A Go user's first hour, for real: the module is generated, and the app in examples/go-app, which depends on it, compiled and synthesized.
 * Takes ten seconds, and a minute or two where Go has compiled nothing of aws-cdk-lib yet.
 */

const EXAMPLE = join(REPOSITORY, 'examples', 'go-app');
const MODULE = 'github.com/cdk-cached-function/cdk-cached-function-go/cdkcachedfunction';
const MINUTES = 60_000;

const folder = emptyFolder();
const app = join(folder, 'app');

const describeWithGo = missingGo() === undefined ? describeOnLambda : describe.skip;

/** The folder has another name each time; without -trimpath, Go would compile all of aws-cdk-lib again for that. */
const environment = { ...process.env, GOFLAGS: `${process.env.GOFLAGS ?? ''} -trimpath` };

function go(...arguments_: string[]): void {
  run('go', arguments_, { cwd: app, env: environment });
}

/** An option of `go mod edit`: a module is what was generated in this folder. */
function replacement(folderOfModule: string): string {
  const [, name] = /^module (\S+)/.exec(readFileSync(join(folderOfModule, 'go.mod'), 'utf8'))!;
  return `-replace=${name}=${folderOfModule}`;
}

/** Copies the app, and makes it look for modules where they were generated: the app itself is as a user's. */
function installApp(modules: string): void {
  cpSync(EXAMPLE, app, { recursive: true, filter: (path) => !['cdk.out', 'go.sum'].includes(basename(path)) });
  go('mod', 'edit', ...readdirSync(modules).map((name) => replacement(join(modules, name))));
  go('mod', 'tidy');
}

/** What `cdk synth` does. */
function synthesize(): string {
  const { app: command } = JSON.parse(readFileSync(join(app, 'cdk.json'), 'utf8')) as { app: string };
  const assembly = join(folder, 'cdk.out');
  run('/bin/sh', ['-c', command], { cwd: app, env: { ...environment, CDK_OUTDIR: assembly, CDK_VALIDATION: 'false' } });
  return assembly;
}

describeWithGo('the Go module', () => {
  beforeAll(() => {
    // Not every proxy has the module of aws-cdk-lib's own dependency: it is generated like ours, from what npm has installed.
    const schema = join(REPOSITORY, 'node_modules', '@aws-cdk', 'cloud-assembly-schema');
    installApp(join(buildPackages(folder, ['go'], '--code-only', '.', schema), 'go'));
  }, 5 * MINUTES);

  test('compiles, all of it, and `go vet` finds nothing', () => {
    go('build', `${MODULE}/...`);
    go('vet', `${MODULE}/...`, './...');
  }, 10 * MINUTES);

  describe('in an app of one file', () => {
    let assembly: string;

    beforeAll(() => {
      assembly = synthesize();
    }, 10 * MINUTES);

    test('synthesizes the template of the same app in TypeScript', () => {
      expect(templateOf(assembly)).toEqual(originalTemplate());
    });

    test('deploys a function that caches', () => expectToCache(assembly));
  });
});
