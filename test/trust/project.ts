import { cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { EXAMPLES } from '../equipment/example-apps';
import { pack, REPOSITORY, run, unpack } from '../packaging/packed';

const CHECKED_SYNTHESIS = join(__dirname, 'checked-synthesis.cjs');

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
   * Synthesizes an example; what aws-cdk-lib itself checks, and cdk-nag's AwsSolutions, is checked as well.
   *
   * @throws Error with the report, if anything was found that the example does not acknowledge
   */
  public synthesize(example: string): void {
    run(process.execPath, ['--import', `file://${require.resolve('tsx')}`, '--require', CHECKED_SYNTHESIS, 'app.ts'], {
      cwd: join(this.folder, 'examples', example),
      // The path is where esbuild finds what handlers import.
      env: { ...process.env, CDK_VALIDATION: 'true', CDK_OUTDIR: this.assembly(example), NODE_PATH: join(REPOSITORY, 'node_modules') },
    });
    // What CloudFormation Validate finds does not end the synthesis.
    const report = readFileSync(join(this.assembly(example), 'validation-report.json'), 'utf8');
    if ((JSON.parse(report) as { pluginReports: unknown[] }).pluginReports.length > 0) {
      throw new Error(`CloudFormation Validate found something in examples/${example}: ${report}`);
    }
  }

  /** Where its templates are. */
  public assembly(example: string): string {
    return join(this.folder, 'assemblies', example);
  }
}
