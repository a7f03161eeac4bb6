import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

/**
 * What the checks need beside npm's packages: `.ci/run` brings both, and elsewhere a check whose tool is missing is skipped.
 */

/** The linter of CloudFormation templates, a Python program. */
export const cfnLint: string | undefined = [process.env.EXAMPLES_CFN_LINT, 'cfn-lint']
  .find((command) => command !== undefined && spawnSync(command, ['--version']).status === 0);

/**
 * W3005: a `DependsOn` that a reference makes superfluous. aws-cdk-lib writes it for each function, so that the role's policies are
 * there first.
 */
export const IGNORED_BY_CFN_LINT = ['W3005'];

/** A folder with a newer aws-cdk-lib in its node_modules: the one that the library is built with is the oldest that it works with. */
export const newestCdk: string | undefined = [process.env.EXAMPLES_CDK]
  .find((folder) => folder !== undefined && existsSync(join(folder, 'node_modules', 'aws-cdk-lib')));
