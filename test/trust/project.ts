import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { EXAMPLES } from '../equipment/example-apps';
import { pack, REPOSITORY, unpack } from '../packaging/packed';

const CHECKED_SYNTHESIS = join(__dirname, 'checked-synthesis.cjs');
const SYNTHESIZE_ALL = join(__dirname, '..', 'equipment', 'synthesize-all.mjs');

/**
 * A user's project with all examples in it, on a newer aws-cdk-lib than the repository's, and with the library as npm packs it.
 */
export class Project {
  /** @param cdk - a folder that npm has installed aws-cdk-lib and esbuild in */
  public constructor(private readonly folder: string, cdk: string) {
    const modules = join(folder, 'node_modules');
    mkdirSync(modules, { recursive: true });
    ['aws-cdk-lib', 'constructs'].forEach((name) => symlinkSync(join(cdk, 'node_modules', name), join(modules, name)));
    // Copies: behind a link, they would find the repository's aws-cdk-lib.
    unpack(pack(folder), join(modules, 'cdk-cached-function'));
    cpSync(join(REPOSITORY, 'node_modules', 'cdk-nag'), join(modules, 'cdk-nag'), { recursive: true });
    cpSync(EXAMPLES, join(folder, 'examples'), { recursive: true, filter: (path) => !path.endsWith('cdk.out') });
    writeFileSync(join(folder, 'package-lock.json'), '{}');
  }

  /**
   * Synthesizes examples; what aws-cdk-lib itself checks, and cdk-nag's AwsSolutions, is checked as well.
   *
   * @returns what was found in each that the example does not acknowledge; '' for nothing
   */
  public errorsIn(examples: readonly string[]): string[] {
    // In one process. Its errors don't tell apps apart.
    return this.errors(examples) === '' ? examples.map(() => '') : examples.map((example) => this.errors([example]));
  }

  private errors(examples: readonly string[]): string {
    const folders = examples.map((example) => join(this.folder, 'examples', example));
    const [cwd] = folders;
    const { status, stdout, stderr } = spawnSync(process.execPath, [
      '--import', `file://${require.resolve('tsx')}`, '--require', CHECKED_SYNTHESIS, SYNTHESIZE_ALL,
      ...folders.flatMap((folder, index) => [join(folder, 'app.ts'), this.assembly(examples[index])]),
    ], {
      cwd,
      encoding: 'utf8',
      // The path is where esbuild finds what handlers import.
      env: { ...process.env, CDK_VALIDATION: 'true', NODE_PATH: join(REPOSITORY, 'node_modules') },
    });
    return status === 0 ? examples.map((example) => this.report(example)).join('') : stdout + stderr;
  }

  /** What CloudFormation Validate finds does not end the synthesis. */
  private report(example: string): string {
    const report = readFileSync(join(this.assembly(example), 'validation-report.json'), 'utf8');
    return (JSON.parse(report) as { pluginReports: unknown[] }).pluginReports.length > 0 ? report : '';
  }

  /** Where its templates are. */
  public assembly(example: string): string {
    return join(this.folder, 'assemblies', example);
  }
}
