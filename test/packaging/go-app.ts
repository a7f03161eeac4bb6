import { cpSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { buildPackages, REPOSITORY, run } from './packed';

const EXAMPLE = join(REPOSITORY, 'examples', 'go-app');
const MODULE = 'github.com/cdk-cached-function/cdk-cached-function-go/cdkcachedfunction';

/** The app in examples/go-app, as a user has it, with the module generated beside it. */
export class GoApp {
  private readonly app: string;
  /** The folder has another name each time; without -trimpath, Go would compile all of aws-cdk-lib again for that. */
  private readonly environment = { ...process.env, GOFLAGS: `${process.env.GOFLAGS ?? ''} -trimpath` };

  /** @param folder - an empty one */
  public constructor(private readonly folder: string) {
    this.app = join(folder, 'app');
    // Not every proxy has the module of aws-cdk-lib's own dependency: it is generated like ours, from what npm has installed.
    const schema = join(REPOSITORY, 'node_modules', '@aws-cdk', 'cloud-assembly-schema');
    const modules = join(buildPackages(folder, ['go'], '--code-only', '.', schema), 'go');
    cpSync(EXAMPLE, this.app, { recursive: true, filter: (path) => !['cdk.out', 'go.sum'].includes(basename(path)) });
    this.go('mod', 'edit', ...readdirSync(modules).map((name) => replacement(join(modules, name))));
    this.go('mod', 'tidy');
  }

  /** Compiles the module, all of it: a minute or two where Go has compiled nothing of aws-cdk-lib yet. */
  public compile(): void {
    this.go('build', `${MODULE}/...`);
  }

  public vet(): void {
    this.go('vet', `${MODULE}/...`, './...');
  }

  /** What `cdk synth` does; returns the assembly's folder. */
  public synthesize(): string {
    const { app: command } = JSON.parse(readFileSync(join(this.app, 'cdk.json'), 'utf8')) as { app: string };
    const assembly = join(this.folder, 'cdk.out');
    run('/bin/sh', ['-c', command], { cwd: this.app, env: { ...this.environment, CDK_OUTDIR: assembly, CDK_VALIDATION: 'false' } });
    return assembly;
  }

  private go(...arguments_: string[]): void {
    run('go', arguments_, { cwd: this.app, env: this.environment });
  }
}

/** An option of `go mod edit`: a module is what was generated in this folder. */
function replacement(folderOfModule: string): string {
  const [, name] = /^module (\S+)/.exec(readFileSync(join(folderOfModule, 'go.mod'), 'utf8'))!;
  return `-replace=${name}=${folderOfModule}`;
}
